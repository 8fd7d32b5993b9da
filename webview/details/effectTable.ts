import { css, html, nothing, type TemplateResult } from 'lit';
import type { ChangedPrediction, Effect } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import { formatWeight } from '../run/wording';

/** A change by so many times or more is marked. */
const much = 1.5;

/**
 * What the model holds likely, as it is and with something changed.
 * @param position where the model says it: "after “item”".
 * @param pick what a click on a candidate does.
 * @param changed what the change is called: "without" the head.
 * @param now what it is called as it is.
 */
export function effectTable(
  { candidates, divergence, token, inFloat32, scores }: Effect,
  position: string,
  pick?: (candidate: ChangedPrediction) => void,
  changed = 'without',
  now = 'now',
): TemplateResult {
  const lines = [...candidates].sort((a, b) => Math.max(b.before, b.after) - Math.max(a.before, a.after));
  return html`<div
      class="candidates"
      role="region"
      aria-label="What the model says, ${now} and ${changed}"
      tabindex="0"
    >
      <table class="effect mono">
        <caption>
          <bdi class="token">${position}</bdi>
        </caption>
        <thead>
          <tr>
            <th scope="col">token</th>
            <th scope="col">${now}</th>
            <th scope="col">${changed}</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            line =>
              html`<tr>
                <th scope="row">
                  ${
                    pick
                      ? html`<button class="pick" title="Tell its log-probability" @click=${() => pick(line)}>
                          <bdi class="token">${visibleText(line.text)}</bdi>
                        </button>`
                      : html`<bdi class="token">${visibleText(line.text)}</bdi>`
                  }
                </th>
                <td>${scores ? formatEffect(line.before, true) : formatWeight(line.before)}</td>
                <td class=${scores ? '' : changeOf(line.before, line.after)}>
                  ${scores ? formatEffect(line.after, true) : formatWeight(line.after)}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      scores
        ? html`<p class="dim" title="How much the score falls ${changed}">
            falls by ${formatEffect(divergence, true)}
          </p>`
        : html`<p
            class="dim"
            title="Kullback-Leibler divergence of what the model says ${changed} from what it says ${now}"
          >
            KL ${formatBits(divergence)}
          </p>`
    }
    ${
      inFloat32
        ? html`<p
            class="dim"
            title="The file rounds to few digits as it runs, by more than a head often changes; so both are computed without that rounding"
          >
            computed in float32
          </p>`
        : nothing
    }
    ${
      token
        ? html`<p class="dim" title="Natural logarithm of the probability of this token, ${now} → ${changed}">
            log p(<bdi class="token mono">${visibleText(token.text)}</bdi>) ${formatLog(token.before)} →
            ${formatLog(token.after)}
          </p>`
        : nothing
    }`;
}

/** The natural logarithm of a probability: "−1.39". */
function formatLog(probability: number): string {
  // Of one nearly 1 the logarithm rounds to nothing below zero.
  return probability === 0
    ? '−∞'
    : Math.log(probability)
        .toFixed(2)
        .replace(/^-(?=0\.00$)/, '')
        .replace('-', '−');
}

/** "0.21 bits"; of plain scores how much they fall: "0.214". */
export function formatEffect(effect: number, scores: boolean): string {
  return scores ? effect.toFixed(3).replace('-', '−') : formatBits(effect);
}

/** "0.21 bits". */
export function formatBits(bits: number): string {
  if (bits === 0) return '0 bits';
  // A log-probability may rise, too.
  if (bits < 0) return `−${formatBits(-bits)}`;
  return bits < 0.001 ? '<0.001 bits' : `${bits < 0.1 ? bits.toFixed(3) : bits.toFixed(2)} bits`;
}

function changeOf(before: number, after: number): string {
  if (Math.max(before, after) < 0.005) return '';
  if (after * much <= before) return 'less';
  return after >= before * much ? 'more' : '';
}

/** The styles of {@link effectTable}. Less and more are told by an arrow too, not by colour alone. */
export const effectTableStyles = css`
  .candidates {
    max-height: 188px;
    overflow: hidden auto;
  }
  .effect caption {
    text-align: left;
    line-height: 18px;
    color: var(--headlight-dim);
    overflow-wrap: anywhere;
  }
  .effect thead th {
    position: sticky;
    top: 0;
    background: var(--details-background);
  }
  .effect {
    border-collapse: collapse;
    width: 100%;
    table-layout: fixed;
  }
  .effect th,
  .effect td {
    text-align: right;
    font-weight: 400;
    padding: 0 0 0 8px;
    line-height: 20px;
    border-bottom: 1px solid var(--headlight-line);
    white-space: nowrap;
  }
  .effect th:first-child {
    text-align: left;
    padding-left: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    width: 30%;
  }
  .effect th:last-child {
    width: 39%;
  }
  .effect thead th {
    color: var(--headlight-dim);
  }
  .pick {
    all: unset;
    cursor: pointer;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .pick:hover {
    text-decoration: underline;
  }
  .pick:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .effect .less::before {
    content: '↓ ';
    color: var(--vscode-errorForeground);
  }
  .effect .more::before {
    content: '↑ ';
    color: var(--vscode-charts-green);
  }
  p {
    margin: 6px 0 0;
  }
`;
