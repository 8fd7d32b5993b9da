import { css } from 'lit';

/** A thin bar of a part of a whole: an `i` as long as the part, in a `.track`. */
export const trackStyles = css`
  .track {
    height: 6px;
    border-radius: 3px;
    overflow: hidden;
    background: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
  }
  .track i {
    display: block;
    height: 6px;
    background: var(--vscode-charts-blue);
    forced-color-adjust: none;
  }
`;
