import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatChange } from '../../core/vision/formatChange';
import '../common/hoverNote';
import { sharedStyles } from '../common/styles';
import { cssColor } from '../common/colorScale';
import { divergingColors } from '../common/divergingColors';
import { ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';

const [left, height, below] = [34, 46, 14];

/** A change for each layer as bars from a line of none, those below it hanging down. */
@customElement('headlight-layer-bars')
export class LayerBars extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      svg {
        display: block;
        overflow: visible;
      }
      text {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 9px;
        fill: var(--headlight-dim);
      }
      rect,
      line {
        forced-color-adjust: none;
      }
    `,
  ];

  @property({ attribute: false }) layers = 0;
  /** [layer], as far as there. */
  @property({ attribute: false }) values: readonly number[] = [];
  @state() private hovered?: { readonly layer: number; readonly at: DOMRect };
  private readonly themes = new ThemeController(this);
  private readonly widths = new WidthController(this);

  override render() {
    const { layers, values, hovered } = this;
    const { theme } = this.themes;
    const { positive, negative } = divergingColors(theme);
    const width = Math.max(60, this.widths.width);
    const pitch = Math.min(24, (width - left - 2) / Math.max(1, layers));
    const least = Math.min(0, ...values);
    const most = Math.max(0, ...values);
    // Changes that are told as none are not drawn as large ones.
    const scale = height / Math.max(0.02, most - least);
    const zero = 4 + most * scale;
    const step = [1, 2, 5, 10, 20].find(each => each * pitch >= 18) ?? 50;
    const label = (y: number, text: string) => svg`<text x=${left - 4} y=${y + 3} text-anchor="end">${text}</text>`;
    return html`<svg
        width=${width}
        height=${height + 8 + below}
        role="img"
        aria-label=${values.length > 0 ? `Change in each layer: ${values.map((value, i) => `layer ${i} ${formatChange(value)}`).join(', ')}` : 'No layer yet'}
        @pointermove=${(event: PointerEvent) => {
          const { left: from } = (event.currentTarget as Element).getBoundingClientRect();
          const layer = Math.floor((event.clientX - from - left) / pitch);
          this.hovered =
            layer >= 0 && layer < values.length
              ? { layer, at: new DOMRect(event.clientX, event.clientY, 0, 0) }
              : undefined;
        }}
        @pointerleave=${() => {
          this.hovered = undefined;
        }}
      >
        ${values.map(
          (value, i) => svg`<rect
            x=${left + i * pitch} width=${Math.max(1, pitch - 1.6)}
            y=${value < 0 ? zero : zero - value * scale} height=${Math.max(0.5, Math.abs(value) * scale)}
            fill=${cssColor(value < 0 ? negative : positive)}></rect>`,
        )}
        <line
          x1=${left}
          x2=${left + layers * pitch}
          y1=${zero}
          y2=${zero}
          stroke=${cssColor(theme.dim)}
          stroke-width="1"
        ></line>
        ${label(zero, '0')} ${least <= -0.05 ? label(zero - least * scale, formatChange(least, 1)) : nothing}
        ${most > 0.05 && most * scale > 9 ? label(4, formatChange(most, 1)) : nothing}
        ${Array.from({ length: Math.ceil(layers / step) }, (_, i) => i * step).map(
          layer =>
            svg`<text x=${left + (layer + 0.5) * pitch} y=${height + 8 + below - 4} text-anchor="middle">${layer}</text>`,
        )}
      </svg>
      ${
        hovered
          ? html`<headlight-hover-note
              .anchor=${hovered.at}
              .from=${`layer ${hovered.layer}`}
              .value=${formatChange(values[hovered.layer] ?? 0)}
            ></headlight-hover-note>`
          : nothing
      }`;
  }
}
