import { css } from 'lit';

/** A picture that is pointed at and has keys: in a `.frame` that shows its focus. */
export const frameStyles = css`
  :host {
    display: block;
  }
  .frame {
    position: relative;
    border: 1px solid var(--vscode-contrastBorder, var(--headlight-line));
  }
  .frame:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
`;
