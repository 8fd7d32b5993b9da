import { css } from 'lit';

/**
 * Three columns in a wide panel; in a middling one two, with the heads, the text and the details beside the matrix; in a
 * narrow one the heads and the text above it and the details below. The matrix takes the room that there is.
 */
export const attentionRunStyles = css`
  :host { display: flex; flex-direction: column; height: 100%; min-height: 0; container-type: inline-size; }
  headlight-bar { flex: none; }
  .columns {
    flex: 1; min-height: 0; display: grid;
    grid-template: "heads matrix details" auto "text matrix details" minmax(0, 1fr) / 232px minmax(0, 1fr) 272px;
  }
  .columns > * { padding: 12px; min-width: 0; }
  h2 { margin-bottom: 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .second { margin-top: 14px; }
  .kinds { display: flex; margin-bottom: 8px; }
  .heads { grid-area: heads; padding-bottom: 4px; max-height: 60vh; overflow: hidden auto; }
  .text { grid-area: text; overflow: hidden auto; min-height: 0; }
  .matrix {
    grid-area: matrix; display: flex; flex-direction: column; gap: 8px; min-height: 0;
    border: solid var(--vscode-contrastBorder, var(--headlight-line)); border-width: 0 1px;
  }
  .details { grid-area: details; overflow: hidden auto; display: grid; align-content: start; gap: 18px; background: var(--vscode-sideBar-background); }
  .tools { display: flex; align-items: center; gap: 4px; min-height: 24px; flex: none; }
  .tools h2 { margin: 0; min-width: 0; }
  .tools headlight-segmented { margin-left: 4px; flex: none; }
  .grow { flex: 1; }
  .tool { all: unset; box-sizing: border-box; flex: none; width: 22px; height: 22px; border-radius: 4px; cursor: pointer; display: grid; place-items: center; color: var(--vscode-icon-foreground, var(--vscode-foreground)); }
  .tool:hover { background: var(--vscode-toolbar-hoverBackground); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); }
  .tool:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .tool[aria-pressed=true] { background: var(--vscode-inputOption-activeBackground); color: var(--vscode-inputOption-activeForeground); box-shadow: inset 0 0 0 1px var(--vscode-inputOption-activeBorder, transparent); }
  headlight-matrix, headlight-row-table { flex: 1; min-height: 120px; }
  .foot { display: flex; align-items: center; gap: 8px 16px; flex: none; flex-wrap: wrap; justify-content: space-between; }
  .hints { font-size: 11px; }
  .failure { margin: 0; color: var(--vscode-errorForeground); }
  @container (max-width: 1079px) {
    :host { height: auto; min-height: 100%; }
    .columns { grid-template: "heads matrix" auto "text matrix" auto "details matrix" minmax(0, 1fr) / 232px minmax(0, 1fr); }
    .matrix { border-width: 0 0 0 1px; }
    headlight-matrix { --matrix-fit: width; flex: none; }
    headlight-row-table { max-height: 80vh; }
    .details { background: none; }
    .text { max-height: 36vh; }
  }
  @container (max-width: 719px) {
    .columns { grid-template: "heads text" auto "matrix matrix" auto "details details" auto / minmax(0, 232px) minmax(0, 1fr); }
    .heads, .text { max-height: 260px; }
    .text { padding-left: 0; }
    .matrix { border-width: 1px 0; }
    .details { grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); }
    .hints { display: none; }
  }
  @container (max-width: 419px) {
    .columns { grid-template: "heads" auto "text" auto "matrix" auto "details" auto / minmax(0, 1fr); }
    .text { padding-left: 12px; }
  }
`;
