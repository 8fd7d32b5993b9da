import { html, nothing } from 'lit';
import { icon, type IconName } from './icons';

/** What else there may be to a tool: the key that does the same, and whether what it switches is on. */
interface Tool {
  readonly key?: string;
  readonly pressed?: boolean;
}

/** A button of one icon. Needs `toolStyles` and `sharedStyles`. */
export function toolButton(glyph: IconName, name: string, act: () => void, { key, pressed }: Tool = {}) {
  return html`<button
    class="tool"
    title=${key ? `${name} (${key})` : name}
    aria-label=${name}
    aria-pressed=${pressed ?? nothing}
    @click=${act}
  >
    ${icon(glyph)}
  </button>`;
}
