import { html } from 'lit';
import { toolButton } from '../common/toolButton';
import type { PanelEvents } from '../run/events';
import { hidesKeys } from '../run/headMatrix';
import type { PanelContext, PanelTab } from '../run/panelTab';
import './matrixView';
import type { MatrixView } from './matrixView';
import { wholeMatrix } from './matrixViewport';

/** The height of what stands below the matrix, in CSS pixels, with its distance. */
const footHeight = 38;

/** A row for each query, a column for each key. */
export const matrixTab: PanelTab = {
  id: 'matrix',
  label: 'Matrix',
  heads: 'combined',
  picture: panel =>
    html`${matrix(panel)}
      <div class="foot">${foot(panel)}</div>`,
  table: 'row',
  tools: ['combination', 'reading', 'scale'],
  ownTools: panel =>
    html`${toolButton('zoom-out', 'Zoom out', () => viewOf(panel)?.zoomBy(1 / 1.5), { key: '−' })}
    ${toolButton('zoom-in', 'Zoom in', () => viewOf(panel)?.zoomBy(1.5), { key: '+' })}
    ${toolButton('screen-full', 'Show all of the matrix', () => viewOf(panel)?.zoomBy(0), { key: '0' })}
    ${toolButton('inspect', 'Select a range', () => panel.toggleBrushing(), { key: 'R, or drag with Shift', pressed: panel.brushing })}`,
  keys: { r: panel => panel.toggleBrushing(), z: zoomToRange },
  axes: 'query ↓ key →',
  exports: { file: 'attention' },
};

function viewOf(panel: PanelContext): MatrixView | undefined {
  return panel.element<MatrixView>('headlight-matrix');
}

function zoomToRange(panel: PanelContext): void {
  const { brushed } = panel.shown;
  if (brushed) viewOf(panel)?.zoomTo(brushed);
}

function matrix(panel: PanelContext) {
  const { run, shown } = panel;
  const { choice, group, matrix } = shown;
  return html`<headlight-matrix
    .matrix=${run.explanation.text ? matrix : undefined}
    .rowLabels=${panel.labelsOf(group.queries)}
    .columnLabels=${panel.labelsOf(group.keys)}
    .causal=${group.causal}
    .scale=${choice.scale}
    .shownQuery=${shown.shownQuery}
    .locked=${shown.locked}
    .pointed=${shown.pointed}
    .brushed=${shown.brushed}
    .brushing=${panel.brushing}
    .only=${shown.sentenceRange}
    .boundary=${shown.pairs ? run.explanation.pair?.tokensOfB : undefined}
    .viewport=${choice.zoom ?? wholeMatrix}
    .reserved=${footHeight}
    .label="${shown.name}, ${matrix.queries} queries by ${matrix.keys} keys. Arrow keys move from cell to cell."
    @cell-point=${({ detail }: CustomEvent<PanelEvents['cell-point']>) => shown.point(detail)}
    @lock=${() => shown.toggleLock()}
    @range-choose=${({ detail }: CustomEvent<PanelEvents['range-choose']>) => shown.brush(detail)}
    @zoom-change=${({ detail }: CustomEvent<PanelEvents['zoom-change']>) => shown.keepZoom(detail)}
    @region-see=${({ detail }: CustomEvent<PanelEvents['region-see']>) => shown.see(detail.region, detail.width, detail.height)}
    @cell-move=${({ detail }: CustomEvent<PanelEvents['cell-move']>) => shown.move(detail)}
    @cell-choose=${({ detail }: CustomEvent<PanelEvents['cell-choose']>) => shown.click(detail.query)}
  ></headlight-matrix>`;
}

/** The colours, and the brushed range or what the keys do. */
function foot(panel: PanelContext) {
  const { shown } = panel;
  const { brushed } = shown;
  return html`<headlight-legend
      .scale=${shown.choice.scale}
      .weight=${shown.pointedWeight}
      .unseen=${shown.choice.withoutFirst ? 'not shown' : shown.sentenceRange ? '' : shown.group.causal || hidesKeys(shown.matrix) ? 'not seen' : ''}
    ></headlight-legend>
    ${
      brushed
        ? html`<headlight-range
            .range=${brushed}
            .sums=${shown.brushedSums}
            @range-choose=${({ detail }: CustomEvent<PanelEvents['range-choose']>) => shown.brush(detail)}
            @range-zoom=${() => zoomToRange(panel)}
          ></headlight-range>`
        : html`<span class="hints dim"
            >arrows move · Shift selects · + − 0 zoom · Enter locks · T table · V reading · F first token · / find · [ ]
            heads · 1–${panel.tabs.length} views</span
          >`
    }`;
}
