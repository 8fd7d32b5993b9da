import { html } from 'lit';
import './thumbnailSizes';

// What the overview needs where it has many heads: loaded then.
export { sortedParts } from './sortedParts';
export { nextSize } from './nextSize';

/**
 * How large thumbnails are, with buttons for smaller and larger ones.
 * @param chosen whether the user chose the size.
 * @param resize makes them larger (1), smaller (−1), or as large as the room lets them be (0).
 */
export function sizes(size: number, chosen: boolean, resize: (step: -1 | 0 | 1) => void) {
  return html`<headlight-sizes .size=${size} .chosen=${chosen} .resize=${resize}></headlight-sizes>`;
}
