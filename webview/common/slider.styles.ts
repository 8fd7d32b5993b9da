import { css } from 'lit';

/** A range to choose from, as thin as a bar, with a round handle. */
export const sliderStyles = css`
  input[type='range'] {
    appearance: none;
    height: 20px;
    margin: 0;
    background: none;
    cursor: pointer;
    border-radius: 2px;
  }
  input[type='range']::-webkit-slider-runnable-track {
    height: 4px;
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-foreground) 25%, transparent);
  }
  input[type='range']::-webkit-slider-thumb {
    appearance: none;
    width: 12px;
    height: 12px;
    margin-top: -4px;
    border-radius: 50%;
    background: var(--vscode-charts-blue);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  @media (forced-colors: active) {
    input[type='range']::-webkit-slider-runnable-track {
      background: CanvasText;
      forced-color-adjust: none;
    }
    input[type='range']::-webkit-slider-thumb {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
