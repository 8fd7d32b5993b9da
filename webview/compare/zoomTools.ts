import { html } from 'lit';
import { toolButton } from '../common/toolButton';

const step = 1.5;

/** Buttons that zoom a picture. @param zoom makes it so many times larger; 0 shows all. Needs `toolStyles`. */
export function zoomTools(what: string, zoom: (factor: number) => void) {
  return html`${toolButton('zoom-out', `Zoom out of ${what}`, () => zoom(1 / step), { key: '−' })}
  ${toolButton('zoom-in', `Zoom into ${what}`, () => zoom(step), { key: '+' })}
  ${toolButton('screen-full', `Show all of ${what}`, () => zoom(0), { key: '0' })}`;
}

/** How many times larger a key makes a picture; 0: all of it is to be seen; undefined where the key does not zoom. */
export function zoomKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): number | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  return { '+': step, '=': step, '-': 1 / step, '−': 1 / step, '0': 0 }[key];
}
