import { css } from 'lit';

/** Marks of what does not show are generated content, so that they are neither copied nor read out. */
export const tokenTextStyles = css`
  :host {
    overflow: hidden auto;
    min-height: 28px;
  }
  .text {
    line-height: 1.7;
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
    tab-size: 4;
    padding: 1px;
  }
  /* Not the list itself: its template has white space of its own. */
  .text > * {
    white-space: pre-wrap;
  }
  :host([folded]) {
    overflow: hidden;
    min-height: 0;
  }
  :host([folded]) .text {
    width: max-content;
    min-width: 100%;
    line-height: 20px;
  }
  :host([folded]) .text > * {
    white-space: pre;
  }
  /* A line break is a mark in the line. */
  :host([folded]) .newline {
    white-space: nowrap;
  }
  /* What no token stands for: the model does not read it. */
  .unread {
    color: var(--headlight-dim);
  }
  [role='option'] {
    cursor: pointer;
    border-radius: 2px;
    forced-color-adjust: none;
  }
  .text:focus-visible,
  [role='option']:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 0;
  }
  .query {
    box-shadow: 0 0 0 1px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  .answer {
    text-decoration: underline 2px var(--vscode-charts-green, currentColor);
    text-underline-offset: 3px;
  }
  .pointed {
    box-shadow: 0 0 0 1px var(--vscode-foreground);
  }
  .space,
  .tab {
    position: relative;
  }
  .space::before,
  .tab::before,
  .newline::before,
  .mark::before {
    opacity: 0.45;
    font-style: normal;
    font-weight: normal;
  }
  .space::before {
    content: '·';
    position: absolute;
    inset: 0;
    line-height: 1;
    text-align: center;
  }
  .tab::before {
    content: '→';
    position: absolute;
    inset: 0 auto;
    inset-inline-start: 0;
    line-height: 1;
  }
  .newline::before {
    content: '↵';
  }
  .mark::before {
    content: attr(data-mark);
    font-size: 0.85em;
    unicode-bidi: isolate;
    direction: ltr;
  }
  .token-special {
    font-size: 0.85em;
    color: var(--headlight-dim);
    margin-inline-end: 3px;
    padding: 0 3px;
    white-space: nowrap;
    box-shadow: inset 0 0 0 1px var(--headlight-line);
  }
  .token-special.query {
    box-shadow: 0 0 0 1px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  .token-special.pointed {
    box-shadow: 0 0 0 1px var(--vscode-foreground);
  }
  .shared {
    position: relative;
  }
  .wide {
    display: inline-block;
    line-height: 1.2;
    text-align: center;
    text-indent: 0;
  }
  .ticks {
    position: absolute;
    inset: auto 0 -5px;
    display: flex;
    gap: 1px;
    height: 7px;
    padding: 1px;
    border-radius: 1px;
    background: var(--headlight-dim);
    forced-color-adjust: none;
  }
  .ticks > * {
    flex: 1;
    min-width: 0;
    border-radius: 0;
    background: var(--vscode-editor-background);
  }
  @media (forced-colors: active) {
    .text {
      color: CanvasText;
      forced-color-adjust: none;
    }
    .query {
      box-shadow: 0 0 0 2px Highlight;
    }
    .pointed {
      box-shadow: 0 0 0 2px CanvasText;
    }
  }
`;
