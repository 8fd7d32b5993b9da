import type { Services } from '../services/services';

/** `headlight.toggleLens`: switches the attention lens on or off. */
export function toggleLens({ lens }: Services): Promise<void> {
  return lens.toggle();
}
