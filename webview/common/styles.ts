import { css } from 'lit';

/** Of text that is cut off where it does not fit into a line: declarations, to be set in a rule. */
export const oneLine = css`
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
`;

/** What all components share: they are blocks; type, headings, quiet text, focus frames. */
export const sharedStyles = css`
  :host {
    display: block;
    box-sizing: border-box;
    --headlight-border: var(--vscode-contrastBorder, var(--headlight-line));
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    font-size: 11px;
    line-height: 16px;
    font-weight: 600;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    color: var(--vscode-foreground);
  }
  h2 .dim {
    font-weight: 400;
    letter-spacing: 0;
    text-transform: none;
  }
  .dim {
    color: var(--headlight-dim);
  }
  .mono {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--headlight-mono-size, 12px);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .token {
    white-space: pre;
    unicode-bidi: isolate;
  }
  .icon {
    font: normal 16px/1 codicon;
    display: inline-block;
    text-align: center;
    user-select: none;
    flex: none;
    -webkit-font-smoothing: antialiased;
  }
  .button {
    all: unset;
    box-sizing: border-box;
    flex: none;
    padding: 1px 13px;
    line-height: 22px;
    border-radius: 4px;
    white-space: nowrap;
    text-align: center;
    cursor: pointer;
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    border: 1px solid var(--vscode-button-border, transparent);
  }
  .button:hover {
    background: var(--vscode-button-hoverBackground);
  }
  .button.secondary {
    color: var(--vscode-button-secondaryForeground);
    background: var(--vscode-button-secondaryBackground);
    border-color: var(--vscode-button-secondaryBorder, var(--vscode-button-border, transparent));
  }
  .button.secondary:hover {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  .field {
    min-width: 40px;
    font: inherit;
    line-height: 18px;
    padding: 1px 6px;
    border-radius: 2px;
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--headlight-border));
  }
  .field::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  .link {
    all: unset;
    cursor: pointer;
    border-radius: 2px;
    color: var(--vscode-textLink-foreground);
  }
  .link:hover {
    text-decoration: underline;
  }
  .failure {
    color: var(--vscode-errorForeground);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    padding: 0;
    border: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .link:focus-visible,
  .button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
`;

/** A native select that looks like VS Code's: in a `.select`, with a chevron as its `.icon`. */
export const selectStyles = css`
  .select {
    position: relative;
    min-width: 0;
    display: flex;
  }
  select {
    appearance: none;
    font: inherit;
    color: var(--vscode-dropdown-foreground, var(--vscode-foreground));
    max-width: 118px;
    min-width: 0;
    height: 22px;
    padding: 0 22px 0 8px;
    background: color-mix(in srgb, var(--vscode-foreground) 9%, transparent);
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 4px;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  select:hover {
    background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
  }
  select:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  option {
    background: var(--vscode-dropdown-listBackground, var(--vscode-dropdown-background));
    color: var(--vscode-dropdown-foreground, var(--vscode-foreground));
  }
  .select .icon {
    position: absolute;
    right: 4px;
    top: 3px;
    pointer-events: none;
    font-size: 14px;
    line-height: 16px;
  }
`;
