import { css, html, type TemplateResult } from 'lit';

/** Words beside each other of which one is chosen. */
export interface WordList {
  /** The list's class, for its styles. */
  readonly name: string;
  readonly label: string;
  readonly words: readonly string[];
  readonly chosen: number;
  readonly hovered?: number;
  readonly title: (word: number) => string;
  /** What stands in a word after its text. */
  readonly mark?: (word: number) => unknown;
  /** What stands after the words. */
  readonly end?: unknown;
  readonly choose: (word: number) => void;
  readonly hover?: (word: number | undefined) => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

/** A listbox of words; the chosen one has the class `chosen`, the one under the pointer `hovered`. */
export function wordList({ hover, mark, ...list }: WordList): TemplateResult {
  return html`<div
    class=${list.name}
    role="listbox"
    aria-label=${list.label}
    aria-orientation="horizontal"
    @keydown=${list.onKey}
    @pointerleave=${() => hover?.(undefined)}
  >
    ${list.words.map(
      (word, i) =>
        html`<span
          role="option"
          aria-selected=${i === list.chosen}
          tabindex=${i === list.chosen ? 0 : -1}
          class=${i === list.chosen ? 'chosen' : i === list.hovered ? 'hovered' : ''}
          title=${list.title(i)}
          @pointerenter=${() => hover?.(i)}
          @click=${() => {
            list.choose(i);
          }}
          >${word}${mark?.(i)}</span
        >`,
    )}
    ${list.end}
  </div>`;
}

/** The styles of {@link wordList}; an `i` in a word is a bar below it. */
export const wordListStyles = css`
  [role='listbox'] {
    display: flex;
    flex-wrap: wrap;
  }
  [role='listbox'] [role='option'] {
    position: relative;
    border-radius: 3px;
    cursor: pointer;
  }
  [role='listbox'] [role='option']:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  [role='option'] i {
    position: absolute;
    left: 0;
    bottom: -3px;
    background: var(--vscode-charts-blue);
    forced-color-adjust: none;
  }
`;
