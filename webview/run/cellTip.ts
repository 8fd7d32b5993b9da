import { html } from 'lit';
import '../common/hoverNote';
import { cellNote } from './cellNote';
import type { PanelContext } from './panelTab';

/** The note beside the cell, row or column that is pointed at. */
export function cellTip({ run, shown: { pointed, group, pointedWeight } }: PanelContext) {
  if (!pointed?.anchor) return html`<headlight-hover-note hidden></headlight-hover-note>`;
  const { from, to, value, note } = cellNote(run.explanation, group, pointed, pointedWeight);
  return html`<headlight-hover-note
    .anchor=${pointed.anchor}
    .from=${from}
    .to=${to}
    .value=${value}
    .note=${note}
  ></headlight-hover-note>`;
}
