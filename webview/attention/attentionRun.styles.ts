import { css } from 'lit';
import { oneLine } from '../common/styles';

/**
 * Three columns in a wide panel; in a middling one two, with the heads, the text and the details beside the matrix; in a
 * narrow one the heads and the text above it and the details below. The matrix takes the room that there is.
 */
export const attentionRunStyles = css`
  :host {
    container-type: inline-size;
  }
  .panel {
    display: flex;
    flex-direction: column;
    height: 100vh;
    min-height: 420px;
  }
  headlight-bar {
    flex: none;
    border-bottom: 0;
  }
  headlight-tabs {
    flex: none;
    padding: 0 12px;
    border-bottom: 1px solid var(--headlight-border);
  }
  .stage > :only-child,
  .panel > [role='tabpanel'] {
    flex: 1;
    min-height: 0;
  }
  headlight-details {
    display: contents;
  }
  .columns {
    flex: 1;
    min-height: 0;
    display: grid;
    grid-template:
      'heads matrix details' auto 'text matrix details' minmax(0, 1fr) / var(--heads, 232px) minmax(0, 1fr)
      272px;
  }
  .many {
    --heads: clamp(232px, 32cqw, 460px);
  }
  .columns > * {
    padding: 12px;
    min-width: 0;
  }
  h2 {
    margin-bottom: 8px;
    ${oneLine}
  }
  .second {
    margin-top: 14px;
  }
  .heads {
    grid-area: heads;
    padding-bottom: 4px;
    max-height: 48vh;
    display: flex;
    flex-direction: column;
  }
  headlight-overview {
    scroll-margin-top: 140px;
    flex: 0 1 auto;
    min-height: 0;
  }
  .text {
    grid-area: text;
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .text h2 {
    flex: none;
  }
  .part {
    display: flex;
    flex-direction: column;
    flex: 0 1 auto;
    min-height: 0;
  }
  /* A line: the heading, and beside it what of the text is round the chosen token. */
  .folded .part {
    flex-direction: row;
    align-items: center;
    gap: 8px;
    min-height: 22px;
  }
  .folded .part h2 {
    margin: 0;
    flex: 0 0 auto;
    max-width: 60%;
  }
  .folded .part headlight-text {
    flex: 1 1 0;
    min-width: 0;
  }
  .matrix {
    grid-area: matrix;
    display: flex;
    flex-direction: column;
    gap: 8px;
    min-height: 0;
    border: solid var(--headlight-border);
    border-width: 0 1px;
  }
  .details {
    grid-area: details;
    overflow: hidden auto;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 18px;
    --details-background: var(--vscode-sideBar-background);
    background: var(--details-background);
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
    min-height: 24px;
    flex: none;
    margin-left: -4px;
  }
  /* What its axes are is left out, not cut off, where it does not fit beside the name. */
  .tools h2 {
    margin: 0 0 0 4px;
    flex: 1 1 120px;
    min-width: 0;
    height: 16px;
    display: flex;
    flex-wrap: wrap;
    gap: 0 6px;
  }
  /* How it is read is seen whole. */
  .tools h2.read {
    flex-basis: auto;
  }
  .tools h2 > span {
    max-width: 100%;
    ${oneLine}
  }
  .tools headlight-segmented {
    margin-left: 4px;
    flex: none;
  }
  .stage {
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  headlight-matrix {
    --matrix-fit: both;
  }
  .foot {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 8px 16px;
    height: 26px;
    margin-top: 8px;
    overflow: hidden;
  }
  .foot:has(headlight-range) {
    flex-wrap: nowrap;
  }
  headlight-range {
    flex: 0 1 auto;
  }
  .hints {
    font-size: 11px;
    line-height: 18px;
    white-space: nowrap;
  }
  .failure {
    margin: 0;
  }
  .panel > .failure {
    padding: 8px 12px;
  }
  /* What tells of a head or a run that is not there yet. */
  :host([placeholder]) .tools {
    opacity: 0.45;
  }
  :host([placeholder]) :is(headlight-bar, .tools h2, h2 .dim),
  .unknown :is(.heads, .text, .stage) {
    visibility: hidden;
  }
  @container (min-width: 1080px) {
    .many .heads {
      max-height: 64vh;
    }
  }
  @container (max-width: 1079px) {
    .panel {
      height: auto;
      min-height: 100vh;
    }
    .columns {
      grid-template:
        'heads matrix' auto 'text matrix' auto 'details matrix' minmax(0, 1fr) / var(--heads, 232px)
        minmax(0, 1fr);
    }
    .matrix {
      border-width: 0 0 0 1px;
    }
    .stage {
      flex: none;
    }
    headlight-matrix {
      --matrix-fit: width;
    }
    headlight-row-table {
      max-height: 80vh;
    }
    .details {
      --details-background: var(--vscode-editor-background);
    }
    /* The panel scrolls as one. */
    .heads {
      max-height: none;
      --heads-overflow: visible;
    }
    .text {
      max-height: 36vh;
    }
  }
  @container (max-width: 719px) {
    .columns {
      grid-template: 'heads text' auto 'matrix matrix' auto 'details details' auto / minmax(0, 232px) minmax(0, 1fr);
      align-content: start;
    }
    headlight-tabs {
      position: sticky;
      top: 0;
      z-index: 3;
      background: var(--vscode-editor-background);
    }
    .heads {
      --names-top: 36px;
    }
    .text {
      max-height: 228px;
      padding-left: 0;
    }
    .stacked {
      grid-template: 'heads' auto 'text' auto 'matrix' auto 'details' auto / minmax(0, 1fr);
    }
    .stacked :is(.heads, .text) {
      padding: 6px 12px;
    }
    .stacked .text {
      border-top: 1px solid var(--headlight-border);
    }
    .stacked .matrix {
      padding-top: 8px;
    }
    .foot:has(headlight-range) headlight-legend {
      display: none;
    }
    /* The matrix as large as leaves its legend and the details' headings in view; in a low window, the legend. */
    .stage:has(headlight-matrix) {
      height: clamp(
        min(100cqw, 300px, max(220px, 100vh - var(--above, 400px) - 12px)),
        100vh - var(--above, 400px) - 48px,
        100cqw
      );
    }
    headlight-matrix {
      --matrix-fit: both;
    }
    .matrix {
      border-width: 1px 0;
    }
    .details {
      grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
    }
    /* What the token looks at and what is likely next come first. */
    .details > :not(headlight-details, headlight-before) {
      order: 1;
    }
  }
  @container (max-width: 419px) {
    .columns {
      grid-template: 'heads' auto 'text' auto 'matrix' auto 'details' auto / minmax(0, 1fr);
    }
    .text {
      padding-left: 12px;
    }
  }
`;
