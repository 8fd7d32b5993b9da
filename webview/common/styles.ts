import { css } from 'lit';

/** What all components share: type, headings, quiet text, focus frames. */
export const sharedStyles = css`
  :host { box-sizing: border-box; }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
  h2 {
    margin: 0; font-size: 11px; line-height: 16px; font-weight: 600; letter-spacing: .04em; text-transform: uppercase;
    color: var(--vscode-foreground);
  }
  h2 .dim { font-weight: 400; letter-spacing: 0; text-transform: none; }
  .dim { color: var(--headlight-dim); }
  .mono { font-family: var(--vscode-editor-font-family, monospace); font-size: var(--headlight-mono-size, 12px); }
  .number { font-variant-numeric: tabular-nums; }
  .token { white-space: pre; unicode-bidi: isolate; }
  .icon {
    font: normal 16px/1 codicon; display: inline-block; text-align: center; user-select: none; flex: none;
    -webkit-font-smoothing: antialiased;
  }
  .visually-hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; border: 0; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
`;
