import { css, html } from 'lit';
import { icon } from './icons';

/** A heading's words as a button that folds what stands below it, or opens it. */
export function foldButton(words: string, folded: boolean, fold: (folded: boolean) => void) {
  return html`<button
    class="fold"
    aria-expanded=${!folded}
    title=${folded ? `Open: ${words}` : `Fold: ${words}`}
    @click=${() => fold(!folded)}
  >
    ${icon(folded ? 'chevron-right' : 'chevron-down')}${words}
  </button>`;
}

/** The styles of {@link foldButton}: it looks like the heading that it stands in. */
export const foldStyles = css`
  .fold {
    all: unset;
    cursor: pointer;
    border-radius: 2px;
  }
  .fold .icon {
    width: 16px;
    margin: -2px 2px -2px -4px;
    vertical-align: middle;
  }
  .fold:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 0;
  }
`;
