import { css } from 'lit';
import { chip } from './chip';

/** The bar at a panel's top, with the model as a chip and a title; and notices below it. */
export const barStyles = css`
  .bar {
    display: flex;
    align-items: center;
    gap: 4px 10px;
    padding: 6px 12px;
    min-height: 35px;
    flex-wrap: wrap;
  }
  .chip {
    ${chip};
    display: inline-flex;
    align-items: center;
    gap: 6px;
    line-height: 22px;
  }
  .chip .icon {
    font-size: 14px;
  }
  .title {
    margin: 0;
    font: inherit;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .notice {
    display: flex;
    gap: 6px;
    padding: 6px 12px 0;
    line-height: 18px;
  }
  .notice .icon {
    color: var(--vscode-notificationsInfoIcon-foreground, var(--vscode-charts-blue));
    line-height: 18px;
  }
`;
