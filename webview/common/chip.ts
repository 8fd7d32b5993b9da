import { css } from 'lit';

/** The look of a chip, as declarations of a rule: a name on a ground of its own. */
export const chip = css`
  padding: 0 8px;
  border-radius: 4px;
  white-space: nowrap;
  background: color-mix(in srgb, var(--vscode-foreground) 9%, transparent);
  border: 1px solid var(--vscode-contrastBorder, transparent);
`;
