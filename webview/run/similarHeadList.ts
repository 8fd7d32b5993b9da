import { css, html } from 'lit';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { headsLike } from '../../core/attention/compare/headsLike';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import { chip } from '../common/chip';
import { includesHead } from './headSelection';
import { formatWeight } from './wording';

/** The style of a {@link similarHeadList}. */
export const similarHeadListStyles = css`
  .like {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .like button {
    all: unset;
    cursor: pointer;
    ${chip};
    line-height: 20px;
  }
  .like button:hover {
    background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
  }
  .like button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
`;

/**
 * The five heads that look most like one, nearest first, each as a button.
 * @param act What a button does with its head, in words: "Show".
 */
export function similarHeadList(groups: HeadGroups, head: HeadPlace, act: string, choose: (place: HeadPlace) => void) {
  const at = groups.heads.findIndex(place => includesHead([place], head));
  return html`<div class="like mono">
    ${
      at < 0
        ? ''
        : headsLike(groups, at, 5).map(({ head: index, distance }) => {
            const place = groups.heads[index];
            const name = `${place.layer}.${place.head}`;
            return html`<button title="${act.replace('%', `head ${name}`)}" @click=${() => choose(place)}>
              ${name} <span class="dim">${formatWeight(distance)}</span>
            </button>`;
          })
    }
  </div>`;
}
