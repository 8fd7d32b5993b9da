import { css } from 'lit';

/** The formula, the table, and below it the output beside the sizes; one under the other in a narrow panel. */
export const stepsViewStyles = css`
  :host { display: block; container-type: inline-size; min-width: 0; overflow: hidden auto; }
  .steps { padding: 12px 16px 20px; display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
  .top { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 2px 16px; }
  .formula { margin: 0; font-size: 14px; line-height: 22px; white-space: nowrap; }
  .formula span { border-radius: 3px; padding: 1px 0; }
  .formula .on { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground)); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); }
  @media (forced-colors: active) { .formula .on { outline: 1px solid Highlight; } }
  .plain { margin: 0; line-height: 18px; text-wrap: pretty; }
  h2 { line-height: 18px; }
  h2 .token { font-weight: 400; letter-spacing: 0; text-transform: none; font-size: 12px; }
  .waiting { opacity: .5; }
  .failure { margin: 0; padding: 4px 0; color: var(--vscode-errorForeground); }
  .progress { margin: 0; }
  .under { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; font-size: 12px; line-height: 18px; margin-top: -2px; }
  .link { all: unset; cursor: pointer; color: var(--vscode-textLink-foreground); }
  .link:hover { text-decoration: underline; }
  .link:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  .result { display: grid; gap: 18px 32px; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); margin-top: 8px; }
  .result section { min-width: 0; display: grid; gap: 8px; align-content: start; grid-template-columns: minmax(0, 1fr); }
  .result .row { display: flex; justify-content: space-between; gap: 12px; }
  .numbers { margin: 0; padding: 0; list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 0 12px; max-height: 220px; overflow: auto; }
  .numbers li { display: flex; justify-content: space-between; line-height: 20px; }
  .sizes + h2 { margin-top: 6px; }
  @container (max-width: 839px) {
    .steps { padding: 10px 12px 16px; }
    .result { grid-template-columns: minmax(0, 1fr); }
  }
`;
