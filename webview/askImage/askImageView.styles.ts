import { css } from 'lit';
import { barStyles } from '../common/bar.styles';

/** Three columns that scroll by themselves; two where there is less room, and one where it is narrow, which scrolls as a whole. */
export const askImageViewStyles = css`
  ${barStyles}
  :host {
    display: flex;
    flex-direction: column;
    height: 100vh;
  }
  .bar {
    flex: none;
    border-bottom: 1px solid var(--headlight-border);
  }
  button.chip {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  /* A deeper ground would leave the quiet words too little contrast. */
  button.chip:hover {
    border-color: var(--vscode-focusBorder);
  }
  .bar .title {
    flex: 1 1 120px;
  }
  .notice {
    flex: none;
  }
  main {
    flex: 1;
    min-height: 0;
    display: grid;
    grid-template-columns: minmax(230px, 292px) minmax(0, 1fr) minmax(240px, 300px);
    grid-template-rows: minmax(0, 1fr);
  }
  main.alone {
    grid-template-columns: minmax(230px, 292px) minmax(0, 1fr);
  }
  .study {
    display: contents;
  }
  headlight-conversation {
    padding: 10px 12px;
    border-right: 1px solid var(--headlight-border);
  }
  headlight-picture-stage,
  headlight-word-details {
    padding: 10px 12px;
    overflow: auto;
    min-height: 0;
  }
  headlight-word-details {
    border-left: 1px solid var(--headlight-border);
  }
  /* In a low panel a column is easily too low for its parts: then all of it scrolls. */
  @media (max-height: 520px) {
    headlight-conversation {
      overflow: auto;
    }
  }
  @media (max-width: 939px) {
    main,
    main.alone {
      grid-template-columns: minmax(220px, 270px) minmax(0, 1fr);
    }
    .study {
      display: block;
      overflow: auto;
    }
    headlight-picture-stage,
    headlight-word-details {
      overflow: visible;
    }
    headlight-word-details {
      border-left: 0;
      border-top: 1px solid var(--headlight-border);
    }
  }
  @media (max-width: 639px) {
    :host {
      height: auto;
    }
    .bar .title {
      flex-basis: 100%;
      order: -1;
    }
    .bar .chip {
      order: -2;
    }
    main,
    main.alone {
      display: block;
    }
    headlight-conversation {
      max-height: 60vh;
      border-right: 0;
    }
    headlight-conversation {
      border-bottom: 1px solid var(--headlight-border);
    }
    .study {
      overflow: visible;
    }
  }
`;
