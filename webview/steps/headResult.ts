import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from '../common/styles';
import type { DrawnSteps } from './drawnSteps';
import { partList, residualList, sizeList, sizesStyles } from './headSizes';
import './outputBars';
import { formatNumber } from './stepNumbers';
import { stepsEvent, type StepsEvents } from './stepsEvents';

/** What comes of the steps: the head's output, how long it is, and which keys give most of it. */
@customElement('headlight-head-result')
export class HeadResult extends LitElement {
  static override styles = [
    sharedStyles,
    sizesStyles,
    css`
      :host {
        display: grid;
        gap: 18px 32px;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        margin-top: 14px;
      }
      section {
        min-width: 0;
        display: grid;
        gap: 8px;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      h2 {
        line-height: 18px;
      }
      .row {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        align-items: baseline;
      }
      p {
        margin: 0;
        line-height: 18px;
        text-wrap: pretty;
      }
      sub {
        font-size: 9px;
        line-height: 0;
      }
      .sizes + h2 {
        margin-top: 8px;
      }
      .link {
        font-size: 12px;
        line-height: 18px;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(84px, 1fr));
        gap: 0 16px;
        max-height: 240px;
        overflow: auto;
      }
      ol li {
        display: flex;
        justify-content: space-between;
        line-height: 20px;
      }
      @container (max-width: 839px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) drawn!: DrawnSteps;
  /** The width of the view, in CSS pixels. */
  @property({ attribute: false }) width = 0;
  /** The screen's resolution. */
  @property({ attribute: false }) ratio = 1;

  @state() private asNumbers = false;

  override render() {
    const { steps, sizes } = this.drawn;
    return html`<section aria-label="Output of this head">
        <div class="row">
          <h2>Output of this head <span class="dim">Σ weight × value, ${steps.valueSize} numbers</span></h2>
          <button class="link" @click=${this.toggle}>${this.asNumbers ? 'As bars' : 'As numbers'}</button>
        </div>
        ${
          this.asNumbers
            ? html`<ol class="mono number" tabindex="0" aria-label="Output, dimension by dimension">
                ${Array.from(steps.output, (value, i) => html`<li><span class="dim">${i}</span><span>${formatNumber(value)}</span></li>`)}
              </ol>`
            : html`<headlight-output
                .steps=${steps}
                .nameOf=${this.nameOf}
                .width=${this.chartWidth}
                .ratio=${this.ratio}
                @step-point=${this.pass}
              ></headlight-output>`
        }
      </section>
      <section aria-label="In the residual stream">
        <h2>
          What it adds to the residual stream <span class="dim">output × W<sub>O</sub></span>
        </h2>
        ${
          steps.residual
            ? html`${residualList(steps.residual)}
                <p class="dim">
                  x + Σ over heads of output × W<sub>O</sub>: what this head adds is
                  ${percent(steps.residual.head / steps.residual.stream)} as long as the stream.
                </p>`
            : html`<p class="dim">
                The graph of this model does not show where its heads are added to the residual stream.
              </p>`
        }
      </section>
      <section aria-label="Its size">
        <h2>Its size <span class="dim">lengths of vectors</span></h2>
        ${sizeList(sizes)}
        <h2>Strongest contributions <span class="dim">weight × ‖value‖</span></h2>
        ${partList(sizes, this.nameOf)}
      </section>`;
  }

  private readonly nameOf = (key: number) => this.drawn.keyLabel(key);

  private get chartWidth(): number {
    return Math.max(120, this.width < 840 ? this.width - 24 : Math.floor((this.width - 64) / 2));
  }

  private readonly toggle = () => {
    this.asNumbers = !this.asNumbers;
  };

  private readonly pass = ({ detail }: CustomEvent<StepsEvents['step-point']>) => {
    this.dispatchEvent(stepsEvent('step-point', detail));
  };
}

function percent(share: number): string {
  return share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}
