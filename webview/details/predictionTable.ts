import { css, html, nothing, type TemplateResult } from 'lit';
import { formatWeight } from '../../core/attention/formatWeight';
import type { Prediction } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';

/**
 * What the model says beside what it said in the run before: probabilities in two columns, and those that only the run
 * before had among its likeliest.
 * @param mark stands behind a name, where the line is a special one.
 */
export function predictionTable(
  now: readonly Prediction[],
  before: readonly Prediction[],
  mark: (prediction: Prediction) => TemplateResult | undefined,
  label: string,
): TemplateResult {
  const gone = before.filter(({ id }) => now.every(other => other.id !== id));
  return html`<table class="predictions mono" aria-label="${label}, and in the run before">
    <thead>
      <tr>
        <th scope="col"><span class="visually-hidden">Token</span></th>
        <th scope="col">now</th>
        <th scope="col">before</th>
      </tr>
    </thead>
    <tbody>
      ${[...now, ...gone].map(
        prediction =>
          html`<tr>
            <th scope="row" title=${visibleText(prediction.text)}>
              <bdi class="token">${visibleText(prediction.text)}</bdi> ${mark(prediction) ?? nothing}
            </th>
            <td class="number">${probability(prediction, now)}</td>
            <td class="number dim">${probability(prediction, before)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The probability of a token, or that it is less than that of any of the likeliest, which alone are known. */
export function probability({ id }: Prediction, among: readonly Prediction[]): string {
  const found = among.find(other => other.id === id);
  if (found) return formatWeight(found.probability);
  return `< ${formatWeight(Math.min(...among.map(other => other.probability)))}`;
}

/** The styles of {@link predictionTable}. */
export const predictionTableStyles = css`
  .predictions {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }
  .predictions :is(th, td) {
    font-weight: 400;
    line-height: 20px;
    padding: 0;
    text-align: end;
    border-bottom: 1px solid var(--headlight-border);
  }
  .predictions :is(th, td):not(:first-child) {
    width: 68px;
  }
  .predictions th:first-child {
    text-align: start;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .predictions thead th {
    color: var(--headlight-dim);
  }
`;
