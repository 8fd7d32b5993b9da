import { css } from 'lit';
import { selectStyles } from '../common/styles';

/** The picture with what can be done with it, above and below. */
export const pictureStageStyles = css`
  ${selectStyles}
  .top,
  .status,
  .actions,
  .selects {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 6px 10px;
  }
  .top {
    margin-bottom: 8px;
  }
  h2 .word {
    text-transform: none;
    overflow-wrap: anywhere;
  }
  .grow {
    flex: 1;
  }
  .status {
    min-height: 26px;
    margin-top: 6px;
    line-height: 18px;
  }
  .status > .icon {
    color: var(--vscode-errorForeground);
  }
  .below {
    display: grid;
    grid-template-columns: 124px minmax(0, 1fr);
    gap: 14px;
    margin-top: 8px;
  }
  .below.one {
    grid-template-columns: minmax(0, 1fr);
  }
  .small p {
    margin: 3px 0 0;
    font-size: 11px;
  }
  .below h2 {
    margin-bottom: 4px;
  }
  .below p {
    margin: 4px 0 0;
    line-height: 18px;
  }
  .actions {
    margin-top: 10px;
  }
  .tables {
    margin-top: 10px;
    display: flex;
    flex-direction: column;
    gap: 10px;
  }
  .tables .select {
    align-self: start;
  }
  .tables .tokens {
    max-height: 320px;
    overflow: auto;
    border: 1px solid var(--headlight-border);
  }
  .tokens table {
    border-collapse: collapse;
    width: 100%;
  }
  .tokens caption {
    text-align: left;
    padding: 6px 10px;
  }
  .tokens th,
  .tokens td {
    font-weight: 400;
    text-align: left;
    line-height: 22px;
    padding: 0 10px;
    border-bottom: 1px solid var(--headlight-border);
  }
  .tokens td {
    text-align: right;
  }
  @media (max-width: 480px) {
    .below {
      grid-template-columns: minmax(0, 1fr);
    }
    .small {
      max-width: 160px;
    }
  }
`;
