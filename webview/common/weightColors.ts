import { cssColor, readableOn } from './colorScale';
import type { Theme } from './theme';

/** Below this place in the ramp a colour could not be told from the background. */
const leastPlace = 4;

/** How a token is coloured whose weight has a place in the ramp, as style properties: not at all where it is small. */
export function weightColors({ heat, foreground }: Theme, place: number) {
  const background = place < leastPlace ? undefined : heat.colors[place];
  return {
    'background-color': background ? cssColor(background) : '',
    color: background ? cssColor(readableOn(background, foreground)) : '',
  };
}
