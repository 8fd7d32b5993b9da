import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type KeepUp, type LoopState, PanelRequest, type RunWish } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup } from '../../core/run/explanation';
import { barStyles } from '../common/bar.styles';
import { duration } from '../common/duration';
import { selectStyles, sharedStyles } from '../common/styles';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { panelEvent, type PanelEvents } from '../run/events';
import '../common/exportMenu';
import type { RunHost } from '../run/runHost';
import type { PanelRun, TabExports } from '../run/panelTab';
import { cutNotice, headCount, tokenCount } from '../run/wording';
import { icon } from '../common/icons';

/** When a run whose text is edited is made again without being asked for. */
const keepingUp: readonly { readonly value: KeepUp; readonly name: string }[] = [
  { value: 'off', name: 'Keep Up: Off' },
  { value: 'save', name: 'Keep Up: On Save' },
  { value: 'type', name: 'Keep Up: As I Type' },
];

/** The panel's top: the model, where the text is from, how much of it, how long it took; below, what is to know. */
@customElement('headlight-bar')
export class PanelBar extends LitElement {
  static override styles = [
    sharedStyles,
    barStyles,
    selectStyles,
    toolStyles,
    css`
      :host {
        container-type: inline-size;
        border-bottom: 1px solid var(--headlight-border);
      }
      .chip {
        max-width: 100%;
        overflow: hidden;
      }
      headlight-export {
        flex: none;
      }
      button.chip {
        font: inherit;
        color: inherit;
        text-align: start;
        cursor: pointer;
      }
      button.chip:hover {
        background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .title {
        flex: 1 1 60px;
      }
      select {
        max-width: 160px;
        field-sizing: content;
      }
      .keep > .icon:first-of-type {
        display: none;
      }
      /* In a narrow panel all of it stays in one line: the icon stands for what the list says. */
      @container (400px <= width <= 619px) {
        .bar {
          flex-wrap: nowrap;
        }
        .chip {
          min-width: 60px;
        }
      }
      @container (max-width: 619px) {
        .heads {
          display: none;
        }
        .keep select {
          width: 44px;
          padding: 0;
          text-indent: 44px;
          field-sizing: fixed;
        }
        .part select {
          max-width: 112px;
        }
        .keep > .icon:first-of-type {
          display: block;
          right: auto;
          left: 6px;
        }
        .keep.on select {
          background: var(--vscode-inputOption-activeBackground);
          color: var(--vscode-inputOption-activeForeground);
          border-color: var(--vscode-inputOption-activeBorder, transparent);
        }
      }
      .changed {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 6px;
        padding: 4px 12px;
        line-height: 20px;
        background: var(--vscode-editorWidget-background);
        border-block: 1px solid var(--vscode-contrastBorder, transparent);
      }
      .changed > .icon {
        font-size: 12px;
        color: var(--vscode-notificationsWarningIcon-foreground, var(--vscode-charts-yellow));
      }
      .notice {
        padding: 0 12px 6px;
      }
    `,
  ];

  @property({ attribute: false }) run!: PanelRun;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) host!: RunHost;
  /** How the run stands to its document. */
  @property({ attribute: false }) loop?: LoopState;
  /** What the shown tab can be saved as. */
  @property({ attribute: false }) exports!: TabExports;

  override render() {
    const { title, explanation, elapsed, notice = cutNotice(explanation) } = this.run;
    return html`<div class="bar">
        ${this.chip()}
        <h1 class="title dim" title=${this.timing}>${title} · ${tokenCount(explanation)} · ${duration(elapsed)}</h1>
        ${this.parts()} ${this.keeping()}
        <headlight-export
          .groups=${this.exports.menu}
          @export-choose=${({ detail }: CustomEvent<PanelEvents['export-choose']>) => this.dispatchEvent(panelEvent('export-choose', detail))}
        ></headlight-export>
      </div>
      <div role="status">${this.changed()}</div>
      ${notice ? html`<div class="notice" role="note">${icon('info')}<span>${notice}</span></div>` : nothing}`;
  }

  /** The model, as a button that chooses another. */
  private chip() {
    const { model } = this.run.explanation;
    const about = `${model.found}, reads ${model.contextLength} tokens at most`;
    const name = html`${icon('chip')}
      <span class="name"
        >${model.id} <span class="dim"><span class="heads">${headCount(this.group)} · </span>${model.dtype}</span></span
      >`;
    if (!this.loop?.follows) return html`<span class="chip" title=${about}>${name}</span>`;
    return html`<button
      class="chip"
      title="${about}. Choose another model for this text"
      @click=${() => this.ask({ explain: 'withOtherModel' })}
    >
      ${name} ${icon('chevron-down')}
    </button>`;
  }

  /** Which of the parts that a graph computes side by side is shown. */
  private parts() {
    const { parts } = this.run.explanation;
    if (!parts) return nothing;
    return html`<span class="select part"
      ><select
        aria-label="Part of the attention"
        title="The graph computes attention in ${parts.names.length} parts side by side. Shows another"
        @change=${(event: Event) => this.ask({ part: Number((event.target as HTMLSelectElement).value) })}
      >
        ${parts.names.map(
          (name, i) => html`<option value=${i + 1} .selected=${i + 1 === parts.shown}>${name}</option>`,
        )}</select
      >${icon('chevron-down')}</span
    >`;
  }

  /** When the text is explained anew by itself, and whether the panel keeps its run. */
  private keeping() {
    const { loop } = this;
    if (!loop) return nothing;
    const pin = loop.pinned
      ? toolButton('pinned', 'Unpin: the next text may be explained in this panel', () => this.ask({ pinned: false }))
      : toolButton('pin', 'Pin: the next text is explained in another panel', () => this.ask({ pinned: true }));
    if (!loop.follows) return pin;
    const name = keepingUp.find(({ value }) => value === loop.keepUp)?.name ?? '';
    return html`<span class="select keep ${loop.keepUp === 'off' ? '' : 'on'}"
        >${icon('sync')}<select
          aria-label="Keep up with edits"
          title="${name}. Explains the text again as it is edited"
          @change=${this.onKeepUp}
        >
          ${keepingUp.map(
            ({ value, name }) => html`<option value=${value} .selected=${value === loop.keepUp}>${name}</option>`,
          )}</select
        >${icon('chevron-down')}</span
      >${pin}`;
  }

  /** What is to know of the text in the editor, where that is not the text that is shown. */
  private changed() {
    const { loop } = this;
    if (!loop || (!loop.failure && (!loop.changed || loop.running || loop.keepUp === 'type'))) return nothing;
    const again = html`<button
      class="link"
      title="Explain the text as it is now (E)"
      @click=${() => this.ask({ explain: 'again' })}
    >
      Explain Again
    </button>`;
    const said = loop.failure
      ? `The text has changed and could not be explained: ${loop.failure}`
      : 'The text has changed';
    return html`<div class="changed">
      ${icon('circle-filled')}<span>${said}</span><span aria-hidden="true">·</span>${again}
    </div>`;
  }

  private readonly onKeepUp = (event: Event) => {
    this.ask({ keepUp: (event.target as HTMLSelectElement).value as KeepUp });
  };

  private ask(wish: RunWish): void {
    void this.host.request(PanelRequest.forRun, wish);
  }

  private get timing(): string {
    const {
      explanation: { times },
      elapsed,
    } = this.run;
    const load = times.load > 0 ? `, opening the model ${duration(times.load)}` : '';
    return `The model's run ${duration(times.run)}, in the process ${duration(times.total)}${load}; from command to answer ${duration(elapsed)}`;
  }
}
