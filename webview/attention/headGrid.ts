import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup } from '../../core/protocol/explanation';
import { css as cssom } from '../common/cssom';
import { prop } from '../common/prop';
import { scrollWithin } from '../common/scroll';
import { sharedStyles } from '../common/styles';
import { panelEvent } from './events';
import { headGridKey } from './headGridKeys';
import type { HeadLine, OrderedHead } from './headOrder';
import './headRow';
import { type HeadPlace, type HeadSelection, includesHead, sameHead, selectLine, selectOnly, selectRange, toggleHead } from './headSelection';
import { thumbnailLayout } from './thumbnailLayout';
import { formatWeight, headName } from './wording';

/** The width of what stands before a line of heads, in CSS pixels. */
const labelWidth = 18;

/**
 * All heads of a group at a glance, line by line. A click or an arrow key chooses one; with Ctrl (Command on a Mac), Shift,
 * Space or a line's label several are selected.
 */
@customElement('headlight-heads')
export class HeadGrid extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; overflow: hidden auto; padding: 2px 2px 0 0; }
    [role=row] { display: grid; grid-template-columns: ${labelWidth}px minmax(0, 1fr); align-items: start; margin-bottom: var(--gap); }
    [role=rowheader] { line-height: var(--size); font-size: 11px; cursor: pointer; border-radius: 2px; white-space: nowrap; }
    [role=rowheader]:hover { color: var(--vscode-foreground); text-decoration: underline; }
    .heads { position: relative; display: grid; grid-template-columns: repeat(var(--per-line), var(--size)); grid-auto-rows: var(--size); gap: var(--gap); }
    headlight-head-row { position: absolute; inset: 0; pointer-events: none; }
    button {
      all: unset; box-sizing: border-box; position: relative; cursor: pointer;
      border: 1px solid var(--headlight-border);
    }
    button:hover { border-color: var(--vscode-foreground); }
    button[aria-selected=true] { outline: 2px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); outline-offset: 0; border-color: transparent; }
    button.other[aria-selected=true] { outline-width: 1px; outline-offset: 0; }
    button:focus-visible, [role=rowheader]:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
  `];

  @prop() group!: AttentionGroup;
  @prop() lines: readonly HeadLine[] = [];
  @prop() selection!: HeadSelection;
  @property() scale: MatrixScale = 'sqrt';
  /** What heads are sorted by, for the hints. */
  @property() measure = '';

  @state() private room = 0;
  /** Where the keyboard is, where that is not the leading head: a head, or a line's label. */
  @state() private focused?: HeadPlace | number;
  private anchor?: HeadPlace;
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

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lines')) this.focused = undefined;
  }

  override render() {
    const { lines, group: { causal } } = this;
    const most = Math.max(1, ...lines.map(({ heads }) => heads.length));
    const layout = thumbnailLayout(this.room - labelWidth, most);
    const variables = { '--size': `${layout.size}px`, '--gap': `${layout.gap}px`, '--per-line': String(layout.perLine) };
    return html`<div role="grid" aria-label="Heads" aria-multiselectable="true" aria-rowcount=${lines.length} aria-colcount=${most}
      ${cssom(variables)} @keydown=${this.onKey} @focusout=${this.onBlur}>
      ${lines.map((line, i) => html`<div role="row" aria-rowindex=${i + 1}>
        <span role="rowheader" class="dim number" tabindex="-1" aria-label="${line.title}: select all of it" title="${line.title}: select all of it" data-line=${i}
          @click=${(event: MouseEvent) => this.chooseLine(line, event.ctrlKey || event.metaKey)}>${line.label}</span>
        <div class="heads" role="presentation">
          <headlight-head-row aria-hidden="true" .heads=${line.heads} .causal=${causal} .scale=${this.scale} .layout=${layout}
            .atOnce=${i * layout.size < innerHeight}></headlight-head-row>
          ${line.heads.map(head => this.cell(head))}
        </div>
      </div>`)}
    </div>`;
  }

  private cell(head: OrderedHead) {
    const { lead, heads } = this.selection;
    const leads = sameHead(head, lead);
    const name = headName({ kind: this.group.kind, layer: head.layer, head: head.head });
    const hint = head.value === undefined ? name : `${name} · ${this.measure} ${this.measure === 'distance' ? head.value.toFixed(1) : formatWeight(head.value)}`;
    return html`<button role="gridcell" class=${leads ? nothing : 'other'} aria-selected=${includesHead(heads, head)} tabindex=${leads ? 0 : -1}
      aria-label=${name} title=${hint} data-head="${head.layer}.${head.head}" @click=${(event: MouseEvent) => this.choose(head, event)}></button>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const lead = this.cellOf(this.selection.lead);
    if (lead && this.room > 0 && (changed.has('selection') || changed.has('lines') || !this.revealed)) {
      this.revealed = true;
      // When all parts of the panel have their sizes: reading it earlier would lay the page out once more.
      requestAnimationFrame(() => { if (lead.isConnected) scrollWithin(this, lead.getBoundingClientRect()); });
    }
  }

  private cellOf({ layer, head }: HeadPlace): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-head="${layer}.${head}"]`);
  }

  private choose(head: HeadPlace, { ctrlKey, metaKey, shiftKey }: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }): void {
    const place: HeadPlace = { layer: head.layer, head: head.head };
    if (shiftKey) {
      this.fire(selectRange(this.shown, this.anchor ?? this.selection.lead, place));
      return;
    }
    this.anchor = place;
    this.fire(ctrlKey || metaKey ? toggleHead(this.selection, place) : selectOnly(place));
  }

  private chooseLine({ heads }: HeadLine, withRest: boolean): void {
    this.anchor = undefined;
    this.fire(selectLine(this.selection, heads, withRest));
  }

  private get shown(): HeadPlace[] {
    return this.lines.flatMap(({ heads }) => heads);
  }

  private fire(selection: HeadSelection): void {
    this.selection = selection;
    this.dispatchEvent(panelEvent('heads-choose', selection));
  }

  private readonly onBlur = ({ relatedTarget }: FocusEvent) => {
    if (!(relatedTarget instanceof Node && this.renderRoot.contains(relatedTarget))) this.focused = undefined;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const at = this.focused ?? this.selection.lead;
    if (event.key === ' ' || event.key === 'Enter') {
      if (typeof at === 'number') this.chooseLine(this.lines[at], control);
      else if (event.key === 'Enter') this.choose(at, { ctrlKey: false, metaKey: false, shiftKey: event.shiftKey });
      else if (event.shiftKey) this.chooseLine(this.lineOf(at), control);
      else this.choose(at, { ctrlKey: true, metaKey: false, shiftKey: false });
      this.stop(event);
      this.keepFocus(at);
      return;
    }
    if (control && event.key.toLowerCase() === 'a') {
      const all = this.shown;
      this.fire(selectRange(all, all[0], all[all.length - 1]));
      this.stop(event);
      return;
    }
    const next = headGridKey(event.key, this.lines, at);
    if (next === undefined) return;
    this.stop(event);
    if (typeof next === 'number' || control) this.keepFocus(next);
    else {
      this.choose(next, { ctrlKey: false, metaKey: false, shiftKey: event.shiftKey });
      this.keepFocus(next);
    }
  };

  private lineOf(place: HeadPlace): HeadLine {
    return this.lines.find(({ heads }) => includesHead(heads, place)) ?? this.lines[0];
  }

  private stop(event: Event): void {
    event.preventDefault();
    event.stopPropagation();
  }

  private keepFocus(place: HeadPlace | number): void {
    this.focused = place;
    void this.updateComplete.then(() => {
      const element = typeof place === 'number' ? this.renderRoot.querySelector<HTMLElement>(`[data-line="${place}"]`) : this.cellOf(place);
      element?.focus();
      if (element) scrollWithin(this, element.getBoundingClientRect());
    });
  }
}
