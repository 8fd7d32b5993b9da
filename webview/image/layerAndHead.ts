import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { css, html, type TemplateResult } from 'lit';

type Chosen = number | 'all';

/** Keeps the name of a select beside it where a line is full. */
export const layerAndHeadStyles = css`
  .named {
    display: inline-flex;
    align-items: center;
    gap: inherit;
  }
`;

/** Selects of a layer and of one of its heads, or of all. @param choose called with what changed. */
export function layerAndHead(
  layers: readonly { readonly layer: number; readonly heads: number }[],
  layer: Chosen,
  head: Chosen,
  choose: (change: { layer: Chosen } | { head: Chosen }) => void,
): TemplateResult {
  const heads = Math.max(0, ...layers.filter(each => layer === 'all' || each.layer === layer).map(each => each.heads));
  return html`<span class="named"
      ><span class="dim">Layer</span>${select(
        'layer',
        layer,
        layers.map(each => each.layer),
        value => {
          choose({ layer: value });
        },
      )}</span
    >
    <span class="named"
      ><span class="dim">Head</span>${select(
        'head',
        head,
        Array.from({ length: heads }, (_, i) => i),
        value => {
          choose({ head: value });
        },
      )}</span
    >`;
}

function select(
  name: string,
  value: Chosen,
  numbers: readonly number[],
  choose: (value: Chosen) => void,
): TemplateResult {
  return html`<vscode-single-select
    label=${name}
    .value=${String(value)}
    @change=${(e: Event) => {
      const chosen = (e.target as HTMLInputElement).value;
      choose(chosen === 'all' ? 'all' : Number(chosen));
    }}
    ><vscode-option value="all" ?selected=${value === 'all'}>all, mean</vscode-option>
    ${numbers.map(number => html`<vscode-option value=${String(number)} ?selected=${value === number}>${number}</vscode-option>`)}</vscode-single-select
  >`;
}
