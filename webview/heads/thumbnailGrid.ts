import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { HeadMove } from '../../core/attention/compare/headMoves';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup } from '../../core/run/explanation';
import { cssColor, rampIndex } from '../common/colorScale';
import { divergingColors } from '../common/divergingColors';
import { setStyle } from '../common/inlineStyle';
import { element } from '../common/element';
import { scrollWithin } from '../common/scroll';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { panelEvent } from '../run/events';
import { thumbnailGridKey } from './thumbnailGridKeys';
import type { GridPart } from './gridPart';
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
import { rowHeight } from './thumbnailLayout';
import { formatWeight, headName } from '../run/wording';
import { thumbnailGridStyles } from './thumbnailGrid.styles';

/** The width of what stands before a line of heads, in CSS pixels: of many heads for numbers of three digits. */
export function labelWidth(heads: number): number {
  return heads < 100 ? 18 : 22;
}

/** The least distance of columns whose names all are shown, in CSS pixels. */
const namePitch = 16;
/** The same of lines. */
const nameHeight = 11;

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
  /** What stands below each other: lines of thumbnails, or of cells where the heads are coloured by their values. */
  @property({ attribute: false }) parts: readonly GridPart[] = [];
  /** How wide the labels of lines are, in CSS pixels. */
  @property({ attribute: false }) labelWidth = 18;
  @property() label = 'Heads';
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
  /** The thumbnails, {@link linesPerPicture} lines of a part each. */
  private pictures: readonly HeadPicture[] = [];
  private drawn: readonly HTMLElement[] = [];
  private contents?: string;
  private readonly themes = new ThemeController(this);
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
    if (changed.has('parts')) this.focused = undefined;
  }

  override render() {
    // Its parts are made where they change; what is selected is set on them afterwards.
    return html`<div
      class="all ${this.strip ? 'strip' : ''}"
      role="grid"
      aria-label=${this.label}
      aria-multiselectable="true"
      @click=${this.onClick}
      @keydown=${this.onKey}
      @focusout=${this.onBlur}
    ></div>`;
  }

  private get lines(): readonly HeadLine[] {
    return this.parts.flatMap(({ lines }) => lines);
  }

  private get columns(): readonly HeadLine[] {
    return this.parts.flatMap(({ columns }) => columns);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const {
      themes: { theme },
      group: { kind, causal },
      measure,
      parts,
    } = this;
    const remade =
      (changed.has('parts') || changed.has('strip')) &&
      this.fill(
        JSON.stringify([
          kind,
          measure,
          this.strip !== undefined,
          parts.map(({ heading, columns, lines, layout: { caption } }) => [
            heading,
            caption,
            columns.map(({ title }) => title),
            lines.map(({ title, heads }) => [title, heads.map(({ layer, head, value }) => [layer, head, value])]),
          ]),
        ]),
      );
    if (changed.has('parts') || changed.has('labelWidth')) this.layOut();
    if (remade || changed.has('selection')) this.mark();
    if (remade || changed.has('moved')) this.markMoved();
    if (this.strip) this.color(theme);
    else for (const picture of this.pictures) picture.paint(this.scale, causal, theme);
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
   * Makes the parts, where they are others than those that stand there.
   * @param contents what stands in them, written.
   */
  private fill(contents: string): boolean {
    const { parts } = this;
    const pieces = parts.flatMap(part =>
      Array.from({ length: Math.ceil(part.lines.length / linesPerPicture) }, (_, i) => ({
        part,
        lines: part.lines.slice(i * linesPerPicture, (i + 1) * linesPerPicture),
      })),
    );
    if (contents === this.contents) {
      this.pictures.forEach((picture, i) => {
        picture.lines = pieces[i].lines;
        picture.layout = pieces[i].part.layout;
      });
      return false;
    }
    this.contents = contents;
    this.sight.disconnect();
    let top = 0;
    const held = this.grid.contains(this.shadowRoot?.activeElement ?? null);
    this.pictures = pieces.map(({ part: { layout }, lines }) => {
      // What is in sight from the start need not be waited for.
      const picture = new HeadPicture(lines, layout, top < innerHeight);
      top += lines.length * rowHeight(layout);
      return picture;
    });
    let [row, line, column] = [0, 0, 0];
    this.drawn = parts.map(part => {
      const { heading, columns } = part;
      const made = element('div', {
        class: 'part',
        role: 'rowgroup',
        'aria-label': heading ? `${heading.words} ${heading.note}` : this.label,
      });
      if (heading) made.append(headingOf(heading));
      if (columns.length > 0) {
        made.append(
          element(
            'div',
            { class: 'names', role: 'row', 'aria-rowindex': ++row },
            ...columns.map(({ label, title }) => labelOf('columnheader', label, title, 'column', column++)),
          ),
        );
      }
      pieces.forEach((piece, i) => {
        if (piece.part !== part) return;
        made.append(
          element(
            'div',
            { class: 'lines', role: 'presentation' },
            ...(this.strip ? [] : [this.pictures[i].canvas]),
            ...piece.lines.map(({ label, title, heads }) =>
              element(
                'div',
                { role: 'row', 'aria-rowindex': ++row },
                labelOf('rowheader', label, title, 'line', line++),
                ...heads.map(head => this.cell(head, part)),
              ),
            ),
          ),
        );
      });
      return made;
    });
    this.grid.replaceChildren(...this.drawn);
    this.grid.setAttribute('aria-rowcount', String(row));
    this.observe();
    if (held) this.cellOf(this.selection.lead)?.focus();
    return true;
  }

  /** Gives the parts their sizes. */
  private layOut(): void {
    this.parts.forEach(({ layout: { size, gap, perLine, caption = 0, height = size } }, i) => {
      const { style, classList } = this.drawn[i];
      const px = (value: number) => `${value}px`;
      setStyle(style, {
        '--label': px(this.labelWidth),
        '--size': px(size),
        '--high': px(height),
        '--gap': px(gap),
        '--below': px(gap + caption),
        '--line': px(this.labelWidth + perLine * (size + gap)),
      });
      classList.toggle('wide', caption > 0 && caption < 20);
      // Where columns are narrow, or lines low, every so many is named.
      const name = (role: 'columnheader' | 'rowheader', step: number) =>
        this.drawn[i]
          .querySelectorAll(`[role=${role}]`)
          .forEach((label, at) => label.classList.toggle('unnamed', at % step !== 0));
      name('columnheader', Math.ceil(namePitch / (size + gap)));
      name('rowheader', Math.ceil(nameHeight / (height + gap)));
    });
  }

  private observe(): void {
    for (const { canvas } of this.pictures) if (canvas.parentElement) this.sight.observe(canvas.parentElement);
  }

  private cell({ layer, head, value }: OrderedHead, { layout }: GridPart): HTMLElement {
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
        ...(value !== undefined && { 'aria-description': `${this.measure} ${written}` }),
        'data-head': `${layer}.${head}`,
      },
      ...(layout.caption
        ? [
            element(
              'span',
              { class: 'caption number', 'aria-hidden': 'true' },
              `${layer}.${head} `,
              element('span', { class: 'dim' }, brief(written)),
            ),
          ]
        : []),
    );
  }

  /** Colours the cells of the folded overview by their values. */
  private color(theme: Theme): void {
    const { lines, strip } = this;
    if (!strip) return;
    const cells = this.grid.querySelectorAll<HTMLElement>('[data-head]');
    lines
      .flatMap(({ heads }) => heads)
      .forEach(({ value = 0 }, i) => {
        const part = Math.min(1, Math.abs(value) / strip.full);
        const color =
          value < 0
            ? cssColor(divergingColors(theme).negative, Math.sqrt(part))
            : cssColor(theme.heat.colors[rampIndex(part, 'sqrt')]);
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

  private chooseLine({ heads, all = heads }: HeadLine, withRest: boolean): void {
    this.anchor = undefined;
    this.fire(selectLine(this.selection, all, withRest));
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
    const size = { '+': 1, '=': 1, '-': -1, '−': -1, '0': 0 }[event.key];
    if (size !== undefined && !control && !this.strip) {
      this.dispatchEvent(panelEvent('thumbnails-size', size as -1 | 0 | 1));
      this.stop(event);
      return;
    }
    const next = thumbnailGridKey(event.key, this.parts, at);
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

/** What stands above a part. */
function headingOf({ words, note, hint = '' }: NonNullable<GridPart['heading']>): HTMLElement {
  return element(
    'div',
    { class: 'heading', role: 'presentation' },
    element('span', { class: 'words' }, words),
    element('span', { class: 'dim note', title: note }, note),
    element('span', { class: 'dim hint', 'aria-hidden': 'true' }, hint),
  );
}

/** The label of a line or a column. */
function labelOf(role: 'rowheader' | 'columnheader', label: string, title: string, of: string, index: number) {
  const name = `${title}: select all of it`;
  const attributes = {
    role,
    class: 'dim number',
    tabindex: -1,
    'aria-label': name,
    title: name,
    [`data-${of}`]: index,
  };
  return element('span', attributes, label);
}

/** A value for a caption as wide as a thumbnail: "0.71", ".0034", "−.003", "≈0". */
function brief(written: string): string {
  return /^[<>]/.test(written) ? '≈0' : written.length > 5 ? written.replace(/^(−?)0\./, '$1.').slice(0, 5) : written;
}
