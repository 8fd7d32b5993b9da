import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, HeadAddress } from '../../core/protocol/explanation';
import { css as cssom } from '../common/cssom';
import { scrollWithin } from '../common/scroll';
import { sharedStyles } from '../common/styles';
import { panelEvent } from './events';
import './headRow';
import { thumbnailLayout } from './thumbnailLayout';
import { headName } from './wording';

/** All heads of a group at a glance: a row for each layer. One of them is chosen, by click or by arrow keys. */
@customElement('headlight-heads')
export class HeadGrid extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; overflow: hidden auto; padding: 2px 2px 0 0; }
    [role=row] { display: grid; grid-template-columns: 18px minmax(0, 1fr); align-items: start; margin-bottom: var(--gap); }
    [role=rowheader] { line-height: var(--size); font-size: 11px; }
    .heads { position: relative; display: grid; grid-template-columns: repeat(var(--per-line), var(--size)); grid-auto-rows: var(--size); gap: var(--gap); }
    headlight-head-row { position: absolute; inset: 0; pointer-events: none; }
    button {
      all: unset; box-sizing: border-box; position: relative; cursor: pointer;
      border: 1px solid var(--vscode-contrastBorder, var(--headlight-line));
    }
    button:hover { border-color: var(--vscode-foreground); }
    button[aria-selected=true] { outline: 2px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); outline-offset: 0; border-color: transparent; }
    button:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
  `];

  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) chosen!: HeadAddress;
  @property() scale: MatrixScale = 'sqrt';

  @state() private room = 0;
  private revealed = false;
  private readonly resizes = new ResizeObserver(([entry]) => {
    this.room = Math.floor(entry.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    super.disconnectedCallback();
  }

  override render() {
    const { layers, causal, kind } = this.group;
    const most = Math.max(1, ...layers.map(layer => layer.heads));
    const layout = thumbnailLayout(this.room - 18, most);
    const variables = { '--size': `${layout.size}px`, '--gap': `${layout.gap}px`, '--per-line': String(layout.perLine) };
    return html`<div role="grid" aria-label="Heads, a row for each layer" aria-rowcount=${layers.length} aria-colcount=${most}
      ${cssom(variables)} @keydown=${this.onKey}>
      ${layers.map(layer => html`<div role="row">
        <span role="rowheader" class="dim number">${layer.layer}</span>
        <div class="heads" role="presentation">
          <headlight-head-row aria-hidden="true" .layer=${layer} .causal=${causal} .scale=${this.scale} .layout=${layout}></headlight-head-row>
          ${Array.from({ length: layer.heads }, (_, head) => {
            const chosen = layer.layer === this.chosen.layer && head === this.chosen.head;
            const name = headName({ kind, layer: layer.layer, head });
            return html`<button role="gridcell" aria-selected=${chosen} tabindex=${chosen ? 0 : -1} aria-label=${name} title=${name}
              @click=${() => this.choose(layer.layer, head)}></button>`;
          })}
        </div>
      </div>`)}
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const chosen = this.renderRoot.querySelector('[aria-selected=true]');
    if (chosen && this.room > 0 && (changed.has('chosen') || !this.revealed)) {
      this.revealed = true;
      scrollWithin(this, chosen.getBoundingClientRect());
    }
  }

  private choose(layer: number, head: number): void {
    this.dispatchEvent(panelEvent('head-choose', { layer, head }));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const { layers } = this.group;
    const row = layers.findIndex(layer => layer.layer === this.chosen.layer);
    const [down, right] = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -Infinity], End: [0, Infinity],
    }[event.key] ?? [0, 0];
    if (down === 0 && right === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const layer = layers[Math.min(layers.length - 1, Math.max(0, row + down))];
    this.choose(layer.layer, Math.min(layer.heads - 1, Math.max(0, this.chosen.head + right)));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
}
