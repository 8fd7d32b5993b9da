import { html } from 'lit';

/** The code points in VS Code's icon font, by the names that the codicon reference gives them. */
const codePoints = {
  check: 0xeab2,
  'check-all': 0xebb1,
  'chevron-down': 0xeab4,
  'chevron-left': 0xeab5,
  'chevron-right': 0xeab6,
  chip: 0xec19,
  'circle-filled': 0xea71,
  'circle-slash': 0xeabd,
  close: 0xea76,
  'debug-stop': 0xead7,
  'edit-session': 0xec36,
  error: 0xea87,
  info: 0xea74,
  inspect: 0xebd1,
  lock: 0xea75,
  pin: 0xeb2b,
  pinned: 0xeba0,
  play: 0xeb2c,
  question: 0xeb32,
  'screen-full': 0xeb4c,
  search: 0xea6d,
  sync: 0xea77,
  table: 0xebb7,
  'zoom-in': 0xeb81,
  'zoom-out': 0xeb82,
};

/** An icon of VS Code's. */
export type IconName = keyof typeof codePoints;

/** The names of all icons that panels use. */
export const iconNames = Object.keys(codePoints) as IconName[];

/** The character of an icon in the font `codicon`. */
export function iconCharacter(name: IconName): string {
  return String.fromCharCode(codePoints[name]);
}

/** An icon beside words that say the same: unseen by a screen reader. Needs `sharedStyles`. */
export function icon(name: IconName) {
  return html`<span class="icon" aria-hidden="true">${iconCharacter(name)}</span>`;
}
