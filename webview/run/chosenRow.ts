import { html } from 'lit';
import { textOf, tokensOf } from './choice';
import type { PanelContext } from './panelTab';
import './rowTable';
import { quotedToken } from './wording';

/** The chosen row as a table: what its query looks at. */
export function chosenRow(panel: PanelContext) {
  const {
    run: { explanation },
    shown,
  } = panel;
  const { title, shownQuery, exactRow, group } = shown;
  const { queries, keys } = group;
  const caption = html`${title}: query ${shownQuery}
    <bdi class="token mono"
      >${quotedToken(tokensOf(explanation, queries)[shownQuery], textOf(explanation, queries))}</bdi
    >
    looks at`;
  return html`<headlight-row-table
    tabindex="0"
    .caption=${caption}
    .names=${panel.labelsOf(keys)}
    .range=${shown.sentenceRange}
    .weights=${exactRow?.subarray(0, group.causal ? shownQuery + 1 : undefined)}
  ></headlight-row-table>`;
}
