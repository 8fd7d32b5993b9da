import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { HeadMove } from '../../core/attention/compare/headMoves';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup } from '../../core/run/explanation';
import { cssColor, rampIndex } from '../common/colorScale';
import { inlineStyle, setStyle } from '../common/inlineStyle';
import { element } from '../common/element';
import { scrollWithin } from '../common/scroll';
import { WidthController } from '../common/widthController';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { panelEvent } from '../run/events';
import { thumbnailGridKey } from './thumbnailGridKeys';
import type { HeadLine, OrderedHead } from './headOrder';
import { HeadPicture } from './headPicture';
import {
  type HeadSelection,
  includesHead,
  selectLine,
  selectOnly,
  selectRange,
  toggleHead,
} from '../run/headSelection';
import { rowHeight, stripLayout, thumbnailLayout } from './thumbnailLayout';
import { formatWeight, headName } from '../run/wording';
import { thumbnailGridStyles } from './thumbnailGrid.styles';

/** The width of what stands before a line of heads, in CSS pixels: of many heads for numbers of three digits. */
export function labelWidth(heads: number): number {
  return heads < 100 ? 18 : 22;
}

/** The least distance of columns whose names all are shown, in CSS pixels. */
const namePitch = 16;

/** So many lines are painted together, once they come into sight. */
const linesPerPicture = 16;

/**
 * All heads of a group at a glance, line by line, each as a thumbnail or, folded, as a cell coloured by a measure. A click
 * or an arrow key chooses one; with Ctrl (Command on a Mac), Shift, Space or a line's or column's label several are selected.
 */
@customElement('headlight-heads')
export class ThumbnailGrid extends LitElement {
  static override styles = [sharedStyles, thumbnailGridStyles];

  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) lines: readonly HeadLine[] = [];
  /** The heads below each other, where lines keep to places in the model. */
  @property({ attribute: false }) columns: readonly HeadLine[] = [];
  @property({ attribute: false }) selection!: HeadSelection;
  @property() scale: MatrixScale = 'sqrt';
  /** What heads are sorted or coloured by, for the hints. */
  @property() measure = '';
  /** Writes a head's value. */
  @property({ attribute: false }) format = formatWeight;
  /** Whether the heads are cells coloured by their values, of which this one has the full colour. */
  @property({ attribute: false }) strip?: { readonly full: number };

  /** The heads that moved most since the run before. */
  @property({ attribute: false }) moved: readonly HeadMove[] = [];

  @query('.all') private readonly grid!: HTMLElement;
  /** Where the keyboard is, where that is not the leading head: a head, a line's label, or a column's (below zero: its bits inverted). */
  private focused?: HeadPlace | number;
  private anchor?: HeadPlace;
  private revealed = false;
  /** The thumbnails, {@link linesPerPicture} lines each. */
  private pictures: readonly HeadPicture[] = [];
  private contents?: string;
  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);
  private readonly sight = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        const picture = this.pictures.find(({ canvas }) => canvas.parentNode === target);
        if (picture) picture.seen = isIntersecting;
      }
      this.requestUpdate();
    },
    { rootMargin: '200px' },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.observe();
  }

  override disconnectedCallback(): void {
    this.sight.disconnect();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lines')) this.focused = undefined;
  }

  override render() {
    const { lines, most, strip, layout } = this;
    const { size, gap, perLine, caption = 0 } = layout;
    const label = this.labelWidth;
    const cells = strip && stripLayout(this.room.width - label, most, lines.length);
    const [width, height, apart] = cells ? [cells.width, cells.height, 1] : [size, size, gap];
    const variables = {
      '--label': `${label}px`,
      '--size': `${width}px`,
      '--high': `${height}px`,
      '--gap': `${apart}px`,
      '--below': `${apart + caption}px`,
      '--line': `${label + (cells ? most : perLine) * (width + apart)}px`,
    };
    const named = this.columns.length > 0 && (cells !== undefined || perLine === most);
    // Where columns are narrow, every so many is named.
    const step = Math.ceil(namePitch / (width + apart));
    // Its lines are made where they change; what is selected is set on them afterwards.
    return html`<div
      class=${cells ? (height < 10 ? 'strip low' : 'strip') : ''}
      role="grid"
      aria-label="Heads"
      aria-multiselectable="true"
      aria-rowcount=${lines.length + (named ? 1 : 0)}
      aria-colcount=${most}
      ${inlineStyle(variables)}
      @click=${this.onClick}
      @keydown=${this.onKey}
      @focusout=${this.onBlur}
    >
      ${
        named
          ? html`<div role="row" class="names" aria-rowindex="1">
              ${this.columns.map(
                ({ label: name, title }, i) =>
                  html`<span
                    role="columnheader"
                    class="dim number ${i % step === 0 ? '' : 'unnamed'}"
                    tabindex="-1"
                    aria-label=${title}
                    title="${title}: select all of it"
                    data-column=${i}
                    >${name}</span
                  >`,
              )}
            </div>`
          : nothing
      }
      <div class="all" role="presentation"></div>
    </div>`;
  }

  private get labelWidth(): number {
    return labelWidth(this.lines.reduce((sum, { heads }) => sum + heads.length, 0));
  }

  /** How many heads the longest line has. */
  private get most(): number {
    return this.lines.reduce((most, { heads }) => Math.max(most, heads.length), 1);
  }

  /** Whether heads stand in the order of their values, which then stand below them. */
  private get sorted(): boolean {
    return this.columns.length === 0 && this.lines[0]?.heads[0]?.value !== undefined;
  }

  private get layout() {
    return thumbnailLayout(this.room.width - this.labelWidth, this.most, this.sorted);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const {
      layout,
      themes: { theme },
      group: { kind, causal },
      measure,
    } = this;
    const remade =
      (changed.has('lines') || changed.has('columns') || changed.has('strip')) &&
      this.fill(
        JSON.stringify([
          kind,
          measure,
          this.sorted,
          this.strip !== undefined,
          this.lines.map(({ title, heads }) => [title, heads.map(({ layer, head, value }) => [layer, head, value])]),
        ]),
      );
    if (remade || changed.has('selection')) this.mark();
    if (remade || changed.has('moved')) this.markMoved();
    if (this.room.width === 0) return;
    if (this.strip) this.color(theme);
    else for (const picture of this.pictures) picture.paint(layout, this.scale, causal, theme);
    if (remade || changed.has('selection') || !this.revealed) {
      this.revealed = true;
      // When all parts of the panel have their sizes: reading it earlier would lay the page out once more.
      requestAnimationFrame(() => {
        const lead = this.cellOf(this.selection.lead);
        if (lead && this.scrollHeight > this.clientHeight) scrollWithin(this, lead.getBoundingClientRect());
      });
    }
  }

  /**
   * Makes the lines, where they are others than those that stand there.
   * @param contents what stands in them, written.
   */
  private fill(contents: string): boolean {
    const { lines, layout } = this;
    const parts = Array.from({ length: Math.ceil(lines.length / linesPerPicture) }, (_, i) =>
      lines.slice(i * linesPerPicture, (i + 1) * linesPerPicture),
    );
    if (contents === this.contents) {
      this.pictures.forEach((picture, i) => {
        picture.lines = parts[i];
      });
      return false;
    }
    this.contents = contents;
    this.sight.disconnect();
    let top = 0;
    const held = this.grid.contains(this.shadowRoot?.activeElement ?? null);
    this.pictures = parts.map(own => {
      // What is in sight from the start need not be waited for.
      const picture = new HeadPicture(own, top < innerHeight);
      top += own.reduce((sum, { heads }) => sum + rowHeight(layout, heads.length), 0);
      return picture;
    });
    this.grid.replaceChildren(
      ...this.pictures.map(({ canvas, lines: own }, i) =>
        element(
          'div',
          { class: 'lines', role: 'presentation' },
          ...(this.strip ? [] : [canvas]),
          ...own.map((line, j) => this.line(line, i * linesPerPicture + j)),
        ),
      ),
    );
    this.observe();
    if (held) this.cellOf(this.selection.lead)?.focus();
    return true;
  }

  private observe(): void {
    for (const { canvas } of this.pictures) if (canvas.parentElement) this.sight.observe(canvas.parentElement);
  }

  private line({ label, title, heads }: HeadLine, index: number): HTMLElement {
    const name = `${title}: select all of it`;
    return element(
      'div',
      { role: 'row', 'aria-rowindex': index + (this.columns.length > 0 ? 2 : 1) },
      element(
        'span',
        { role: 'rowheader', class: 'dim number', tabindex: -1, 'aria-label': name, title: name, 'data-line': index },
        label,
      ),
      ...heads.map(head => this.cell(head)),
    );
  }

  private cell({ layer, head, value }: OrderedHead): HTMLElement {
    const name = headName({ kind: this.group.kind, layer, head });
    const written = value === undefined ? '–' : this.format(value);
    return element(
      'div',
      {
        role: 'gridcell',
        'aria-selected': 'false',
        tabindex: -1,
        'aria-label': name,
        title: value === undefined ? name : `${name} · ${this.measure} ${written}`,
        'data-head': `${layer}.${head}`,
      },
      ...(this.sorted
        ? [
            element(
              'span',
              { class: 'caption number', 'aria-hidden': 'true' },
              `${layer}.${head}`,
              element('span', { class: 'dim' }, brief(written)),
            ),
          ]
        : []),
    );
  }

  /** Colours the cells of the folded overview by their values. */
  private color({ heat }: Theme): void {
    const { lines, strip } = this;
    if (!strip) return;
    const cells = this.grid.querySelectorAll<HTMLElement>('[data-head]');
    lines
      .flatMap(({ heads }) => heads)
      .forEach(({ value = 0 }, i) => {
        const color = cssColor(heat.colors[rampIndex(Math.min(1, value / strip.full), 'sqrt')]);
        if (cells[i]?.style.backgroundColor !== color) setStyle(cells[i].style, { 'background-color': color });
      });
  }

  /** Sets on the cells which are selected, and which of them leads. */
  private mark(): void {
    const nameOf = ({ layer, head }: HeadPlace) => `${layer}.${head}`;
    const { lead, heads } = this.selection;
    const selected = new Set(heads.map(nameOf));
    for (const cell of this.grid.querySelectorAll<HTMLElement>('[data-head]')) {
      const name = cell.dataset['head'] ?? '';
      for (const [attribute, value] of [
        ['aria-selected', selected.has(name)],
        ['tabindex', name === nameOf(lead) ? 0 : -1],
      ] as const) {
        if (cell.getAttribute(attribute) !== String(value)) cell.setAttribute(attribute, String(value));
      }
    }
  }

  /** Marks the heads that moved most since the run before. */
  private markMoved(): void {
    for (const cell of this.grid.querySelectorAll('.moved')) cell.remove();
    for (const place of this.moved) {
      const said = `moved most since the run before: ${formatWeight(place.distance)} bits`;
      this.cellOf(place)?.append(element('span', { class: 'moved', role: 'img', 'aria-label': said, title: said }));
    }
  }

  private cellOf({ layer, head }: HeadPlace): HTMLElement | null {
    return this.renderRoot.querySelector(`[data-head="${layer}.${head}"]`);
  }

  private readonly onClick = (event: MouseEvent) => {
    const { line, column, head } = (event.target as HTMLElement).closest<HTMLElement>('[tabindex]')?.dataset ?? {};
    if (column !== undefined) this.chooseLine(this.columns[Number(column)], event.ctrlKey || event.metaKey);
    else if (line !== undefined) this.chooseLine(this.lines[Number(line)], event.ctrlKey || event.metaKey);
    else if (head !== undefined) {
      const [layer, number] = head.split('.').map(Number);
      this.choose({ layer, head: number }, event);
    }
  };

  private choose(
    head: HeadPlace,
    { ctrlKey, metaKey, shiftKey }: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean },
  ): void {
    if (shiftKey) {
      this.fire(selectRange(this.shown, this.anchor ?? this.selection.lead, head));
      return;
    }
    this.anchor = head;
    this.fire(ctrlKey || metaKey ? toggleHead(this.selection, head) : selectOnly(head));
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
      if (typeof at === 'number') this.chooseLine(at < 0 ? this.columns[~at] : this.lines[at], control);
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
    const next = thumbnailGridKey(event.key, this.lines, at, this.renderRoot.querySelector('.names') !== null);
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
      const element =
        typeof place === 'number'
          ? this.renderRoot.querySelector<HTMLElement>(
              place < 0 ? `[data-column="${~place}"]` : `[data-line="${place}"]`,
            )
          : this.cellOf(place);
      element?.focus();
      if (element) scrollWithin(this, element.getBoundingClientRect());
    });
  }
}

/** A value for a caption as wide as a thumbnail: "0.71", ".0034", "≈0". */
function brief(written: string): string {
  return written.startsWith('<') ? '≈0' : written.length > 5 ? written.replace(/^0\./, '.').slice(0, 5) : written;
}
