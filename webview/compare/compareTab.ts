import { html } from 'lit';
import { pictureExports } from '../common/exportMenu';
import { includesHead } from '../run/headSelection';
import type { PanelEvents } from '../run/events';
import type { PanelContext, PanelTab } from '../run/panelTab';
import type { CompareEvents } from './compareEvents';

/** Heads of the run held against each other, or where there is a partner the run against that. */
export const compareTab: PanelTab = {
  id: 'compare',
  label: 'Compare',
  heads: 'combined',
  load: ({ partner }) => (partner ? import('./compareRuns') : import('./compareView')),
  picture: panel => (panel.run.partner ? comparedRuns(panel) : comparedHeads(panel)),
  wide: true,
  exports: {
    menu: [
      [...pictureExports, { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' }],
      [
        { format: 'csv', label: 'CSV…', note: 'these two heads' },
        { format: 'distances', label: 'CSV of Distances…', note: 'all heads' },
        { format: 'json', label: 'JSON…', note: 'all numbers shown' },
      ],
    ],
    file: 'comparison',
    ownNumbers: true,
    element: 'headlight-compare, headlight-compare-runs',
  },
};

function comparedRuns({ run, shown, host }: PanelContext) {
  const { choice } = shown;
  return html`<headlight-compare-runs
    role="tabpanel"
    aria-label="Compare"
    .explanation=${run.explanation}
    .group=${shown.rawGroup}
    .head=${choice.head}
    .partner=${run.partner}
    .scale=${choice.scale}
    .host=${host}
    .chosen=${choice.compare}
    @head-choose=${(event: HeadChosen) => chooseHead(shown, event)}
    @compare-keep=${(event: Kept) => keep(shown, event)}
  ></headlight-compare-runs>`;
}

function comparedHeads({ run, shown, host }: PanelContext) {
  const { choice } = shown;
  return html`<headlight-compare
    role="tabpanel"
    aria-label="Compare"
    .explanation=${run.explanation}
    .group=${shown.rawGroup}
    .head=${choice.head}
    .summaries=${shown.ratedHeads}
    .scale=${choice.scale}
    .host=${host}
    .chosen=${choice.compare}
    .heads=${choice.heads}
    .loadGroups=${shown.loadGroups}
    @head-choose=${(event: HeadChosen) => chooseHead(shown, event)}
    @compare-keep=${(event: Kept) => keep(shown, event)}
    @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => shown.chooseHeads(detail)}
  ></headlight-compare>`;
}

type HeadChosen = CustomEvent<CompareEvents['head-choose']>;
type Kept = CustomEvent<CompareEvents['compare-keep']>;

function chooseHead(shown: PanelContext['shown'], { detail: { layer, head: number } }: HeadChosen): void {
  const { heads } = shown.choice;
  const head = { kind: shown.rawGroup.kind, layer, head: number };
  // One of several that are selected leads them.
  shown.choose({ head, ...(includesHead(heads, head) && { heads }) });
}

function keep(shown: PanelContext['shown'], { detail }: Kept): void {
  shown.choose({ compare: { ...shown.choice.compare, ...detail } });
}
