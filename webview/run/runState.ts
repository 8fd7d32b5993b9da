import { loadScript } from '../common/loadScript';
import type { RunHost } from './runHost';
import { PanelRequest, type PanelSelection, type TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type {
  AttentionGroup,
  Explanation,
  HeadReading,
  Prediction,
  Reading,
  ReadGroup,
  SequenceName,
} from '../../core/run/explanation';
import type { SentenceFilter } from '../../core/attention/sentenceFilter';
import { type CellRange, type RangeSums, rangeSums } from '../../core/attention/cellRange';
import {
  type Choice,
  type TabChoice,
  defaultHead,
  defaultQuery,
  groupOf,
  type MatrixViewport,
  neighbourHead,
  resolveChoice,
  textOf,
  tokensOf,
} from './choice';
import type { Pointed } from './events';
import { fromTensor, type HeadMatrix, rowAt, rowRegion, sumsOf, weightAt, type MatrixRegion } from './headMatrix';
import { HeadRanking } from './headRanking';
import { LaterPredictions } from './laterPredictions';
import type { PairFilter } from './pairFilter';
import type { FetchRegion } from './longHead';
import type { HeadSelection } from './headSelection';
import { combinedOf, type ShownHead, ShownHeads } from './shownHeads';
import { readingWords } from '../../core/run/readingName';
import { formatWeight, headName, shownName, spokenCell } from './wording';

/** Gives the heads of the chosen kind by how alike they look. */
export type LoadGroups = () => Promise<HeadGroups>;

/** A number for heads of a kind, by "layer.head". */
export interface HeadValues {
  readonly kind: AttentionKind;
  readonly values: ReadonlyMap<string, number>;
}

/** What decides on the numbers that are shown. */
const numbersOf = ['head', 'heads', 'combine', 'view', 'reading', 'withoutFirst'] as const;

/** How the attention is read. */
type Read = Pick<Choice, 'reading' | 'withoutFirst'>;

const asItIs: Read = { reading: 'raw', withoutFirst: false };

/**
 * What is looked at in a run: the chosen heads, query and scale, what is pointed at, and the numbers of the heads. Tells
 * `changed` after each change that shows.
 */
export class RunState {
  choice: Choice;
  /** What the pointer or the keyboard is on. */
  pointed?: Pointed;
  /** Whether the chosen row stays shown, wherever the pointer goes. */
  locked = false;
  /** Why the numbers are not there, where they could not be had. */
  failure = '';
  /** What is read out. */
  said = '';
  /** The rectangle of the matrix that is brushed. */
  brushed?: CellRange;

  /** What each head of a kind does on the text, where it is known yet. */
  private readonly summaries = new Map<AttentionKind, readonly HeadSummary[]>();
  /** The effects of all heads on what the model says, where they were asked for. */
  readonly ranking: HeadRanking;
  private readonly abort = new AbortController();
  /** Of a long text: what the model says where one looks. */
  private readonly laterPredictions: LaterPredictions;
  private shown: ShownHeads;
  /** The heads of a kind by how alike they look, asked for once. */
  private readonly groups = new Map<AttentionKind, Promise<HeadGroups>>();
  private readonly loaders = new Map<AttentionKind, LoadGroups>();
  /** The readings that were asked for, by {@link readName}. */
  private readonly readGroups = new Map<string, ReadGroup>();
  /** How it is to be read, which may be on its way. */
  private wanted = asItIs;
  private rated?: {
    readonly of: readonly unknown[];
    readonly heads: readonly HeadSummary[];
  };
  /** What Cause found of each head of a kind, by "layer.head". */
  private readonly found = new Map<'attribution' | 'patch', HeadValues>();
  private pairFilter?: PairFilter;
  private rowOf?: { readonly matrix: HeadMatrix; readonly query: number; readonly row: Float32Array };

  constructor(
    readonly explanation: Explanation,
    private readonly host: RunHost,
    selection: PanelSelection,
    /** The tabs that can be chosen. */
    private readonly tabs: readonly TabChoice[],
    private readonly changed: () => void,
  ) {
    this.ranking = new HeadRanking(
      (heads, { position, mean, by, positions }, signal) =>
        host.request(RunRequest.effects, { heads, position, mean, by, positions }, signal),
      changed,
    );
    this.laterPredictions = new LaterPredictions(
      (first, count) => host.request(RunRequest.predictions, { first, count }, this.abort.signal),
      changed,
      error => {
        if (!this.abort.signal.aborted) this.fail(error);
      },
    );
    this.choice = resolveChoice(explanation, selection, tabs);
    this.shown = this.shownHeads();
    this.shown.show(this.choice, this.tab.heads);
    this.loadSummaries();
    this.loadPairFilter();
    this.readAs({ reading: selection.reading ?? 'raw', withoutFirst: selection.withoutFirst ?? false });
  }

  /** The numbers of the run in the chosen reading. */
  private shownHeads(): ShownHeads {
    const { reading, withoutFirst } = this.choice;
    const read = this.readGroup?.group;
    const { explanation, host } = this;
    const shown = read
      ? { ...explanation, groups: explanation.groups.map(group => (group.kind === read.kind ? read : group)) }
      : explanation;
    const asked = (address: HeadReading) =>
      reading === 'raw' && !withoutFirst ? address : { ...address, reading, ...(withoutFirst && { withoutFirst }) };
    const fetchHead = async (address: HeadReading, signal: AbortSignal) =>
      fromTensor(await host.request(RunRequest.head, { address: asked(address) }, signal));
    const fetchRegion: FetchRegion = (address, region, signal) =>
      host.request(RunRequest.region, { address: asked(address), region }, signal);
    let lack = '';
    return new ShownHeads(
      shown,
      fetchHead,
      fetchRegion,
      failure => {
        if (failure === undefined) {
          // What was asked for again is there.
          if (this.failure === lack) this.failure = '';
          this.changed();
        } else {
          this.fail(failure);
          lack = this.failure;
        }
      },
      !withoutFirst,
    );
  }

  private get readGroup(): ReadGroup | undefined {
    return this.readGroups.get(readName(this.choice, this.choice.head.kind));
  }

  /** What is to be known of the reading. */
  get readingNote(): string | undefined {
    return this.readGroup?.note;
  }

  /** The readings that the chosen kind of attention has. */
  get readings(): readonly Reading[] {
    const { queries, keys } = this.group;
    return queries === keys ? ['raw', 'value', 'rollout'] : ['raw', 'value'];
  }

  /** Reads the run otherwise; what is shown stays until the numbers are there. */
  read(reading: Reading): void {
    this.readAs({ ...this.wanted, reading });
  }

  /** Leaves the first token out, or no longer. */
  leaveOutFirst(withoutFirst: boolean): void {
    this.readAs({ ...this.wanted, withoutFirst });
    this.keep();
  }

  /** Switches that, in all panels and the lens. */
  toggleFirst(): void {
    this.leaveOutFirst(!this.wanted.withoutFirst);
    const { withoutFirst } = this.wanted;
    this.host.request(PanelRequest.leaveOutFirst, { withoutFirst }).catch((error: unknown) => this.fail(error));
  }

  private readAs(wanted: Read): void {
    this.wanted = wanted;
    const { reading, withoutFirst } = wanted;
    const { kind } = this.choice.head;
    const name = readName(wanted, kind);
    if (name === readName(asItIs, kind) || this.readGroups.has(name)) {
      const { choice } = this;
      if (choice.reading === reading && choice.withoutFirst === withoutFirst) return;
      this.choose(wanted);
      this.said = readingWords(wanted, this.choice.head.layer);
      return;
    }
    this.host
      .request(RunRequest.reading, { kind, reading, ...(withoutFirst && { withoutFirst }) }, this.abort.signal)
      .then(
        group => {
          this.readGroups.set(name, group);
          if (this.wanted === wanted && this.choice.head.kind === kind) this.readAs(wanted);
        },
        (error: unknown) => {
          if (!this.abort.signal.aborted && this.wanted === wanted) this.fail(error);
        },
      );
  }

  /** How to get the heads of the chosen kind by how alike they look: the same function for the same kind. */
  get loadGroups(): LoadGroups {
    const { kind } = this.choice.head;
    let load = this.loaders.get(kind);
    if (!load) {
      this.loaders.set(
        kind,
        (load = () => {
          const asked = this.groups.get(kind) ?? this.host.request(RunRequest.groups, { kind }, this.abort.signal);
          this.groups.set(kind, asked);
          asked.catch(() => this.groups.delete(kind));
          return asked;
        }),
      );
    }
    return load;
  }

  /** The next reading, round the end. */
  readNext(): void {
    const { readings } = this;
    this.read(readings[(readings.indexOf(this.wanted.reading) + 1) % readings.length]);
  }

  /** The numbers of the chosen head, or of the selected heads in one. */
  get matrix(): HeadMatrix {
    return this.filtered(this.shown.matrix);
  }

  private filtered(matrix: HeadMatrix): HeadMatrix {
    const { sentenceRange: range, pairFilter } = this;
    return range && pairFilter ? pairFilter.matrix(matrix, range) : matrix;
  }

  /** Filters attention between two texts, where both axes are of them. */
  get pairs(): PairFilter | undefined {
    const { queries, keys } = this.rawGroup;
    return queries === 'input' && keys === 'input' ? this.pairFilter : undefined;
  }

  /** What the filter of a pair of texts leaves; undefined where all is shown. */
  get sentenceRange(): CellRange | undefined {
    const { sentences } = this.choice;
    return sentences && this.pairs?.range(sentences);
  }

  /** Shows attention from one of two texts to one of them alone, or all; looks from a token that is left. */
  filterSentences(sentences: SentenceFilter | undefined): void {
    this.choose({ sentences });
    const range = this.sentenceRange;
    const { query } = this.choice;
    if (range && (query < range.firstQuery || query > range.lastQuery)) {
      const own = this.explanation.tokens.slice(range.firstQuery, range.lastQuery + 1);
      this.choose({ query: range.firstQuery + defaultQuery(own) });
    }
    this.said = sentences ? `Attention from ${sentences[0]} to ${sentences[1]}` : 'All attention';
    this.changed();
  }

  /** The heads that lines are drawn of. */
  get each(): readonly ShownHead[] {
    const { sentenceRange: range, pairFilter } = this;
    return range && pairFilter ? pairFilter.heads(this.shown.each, range) : this.shown.each;
  }

  /** How many of the selected heads have come, while others are on their way. */
  get loaded(): number | undefined {
    return this.shown.loaded;
  }

  /** The tab that is shown. */
  private get tab(): TabChoice {
    return this.tabs.find(({ id }) => id === this.choice.view) ?? this.tabs[0];
  }

  /** What is shown: "Head 2.1", "Mean of 3 heads". */
  get name(): string {
    return shownName(this.choice, this.tab.heads);
  }

  /** The same with how it is read, where that is not as it is. */
  get title(): string {
    const words = [this.readWords, this.sentenceWords].filter(Boolean).join(', ');
    return words ? `${this.name}, ${words}` : this.name;
  }

  /** How the numbers are read, where that is not as they are. */
  get readWords(): string {
    const { choice } = this;
    return choice.reading === 'raw' && !choice.withoutFirst ? '' : readingWords(choice, choice.head.layer);
  }

  /** Which attention of a pair of texts is shown, where that is not all: “A → B”. */
  get sentenceWords(): string {
    const { sentences } = this.choice;
    return (sentences && this.pairs?.name(sentences)) ?? '';
  }

  /** The heads that the matrix is made of, where there are several. */
  get combined(): HeadReading['combined'] {
    return combinedOf(this.choice, this.tab.heads);
  }

  /** The chosen kind of attention, in the chosen reading. */
  get group(): AttentionGroup {
    return this.readGroup?.group ?? this.rawGroup;
  }

  /** The chosen kind of attention as it is. */
  get rawGroup(): AttentionGroup {
    return groupOf(this.explanation, this.choice.head);
  }

  /** The row that text and details tell of: the chosen one, or the one that is pointed at unless locked. */
  get shownQuery(): number {
    return this.locked ? this.choice.query : (this.pointed?.query ?? this.choice.query);
  }

  /** What the model says at a position, likeliest first: none where it says nothing, undefined while it is on its way. */
  predictionsAt(position: number): readonly Prediction[] | undefined {
    const { predictions, predictionsLater } = this.explanation;
    const told = predictions[position] ?? [];
    return predictionsLater && told.length === 0 ? this.laterPredictions.at(position) : told;
  }

  /** The same of the shown row, which is asked for where it is not known. */
  get shownPredictions(): readonly Prediction[] | undefined {
    const { explanation, shownQuery } = this;
    const isOwn = this.group.queries === explanation.predictionsOf;
    if (isOwn && explanation.predictionsLater && !explanation.predictions[shownQuery]?.length) {
      this.laterPredictions.look(shownQuery);
    }
    return this.predictionsAt(shownQuery);
  }

  /** The weights of the shown row, one for each key; of a pooled matrix only roughly. */
  get row(): Float32Array {
    const { matrix, shownQuery } = this;
    const long = this.fetchedRow;
    if (long) return long;
    if (this.rowOf?.matrix !== matrix || this.rowOf.query !== shownQuery) {
      this.rowOf = { matrix, query: shownQuery, row: rowAt(matrix, shownQuery) };
    }
    return this.rowOf.row;
  }

  /** The same where the numbers are exact. */
  get exactRow(): Float32Array | undefined {
    return this.matrix.exact ? this.row : this.fetchedRow;
  }

  /** The same of a long head, once it is there. */
  private get fetchedRow(): Float32Array | undefined {
    const { matrix, shownQuery } = this;
    return matrix.part?.('row', rowRegion(matrix, shownQuery))?.data;
  }

  /** The weight of the cell that is pointed at, where it is known. */
  get pointedWeight(): number | undefined {
    const { query, key } = this.pointed ?? {};
    return query === undefined || key === undefined ? undefined : this.weight(query, key);
  }

  /** Chooses another head, query or scale; a head without others is chosen alone. */
  choose(change: Partial<Choice>): void {
    const before = this.choice;
    this.choice = { ...before, ...(change.head && { heads: [change.head] }), ...change };
    if (this.choice.head.kind !== before.head.kind) this.choice = { ...this.choice, ...asItIs };
    if (this.choice.reading !== before.reading || this.choice.withoutFirst !== before.withoutFirst) {
      this.shown.dispose();
      this.shown = this.shownHeads();
    }
    if (numbersOf.some(part => this.choice[part] !== before[part])) {
      this.failure = '';
      this.shown.show(this.choice, this.tab.heads);
    }
    if (this.choice.head.kind !== before.head.kind) {
      this.loadSummaries();
      if (this.brushed) this.brush(undefined);
    }
    this.keep();
    this.changed();
  }

  /** Tells the host what is chosen; numbers that are still on their way count. */
  private keep(): void {
    this.host.select({ ...this.choice, withoutFirst: this.wanted.withoutFirst });
  }

  /** Chooses heads of the shown kind: one that leads, and others. */
  chooseHeads({ lead, heads }: HeadSelection): void {
    const { kind } = this.group;
    this.choose({ head: { kind, ...lead }, heads: heads.map(head => ({ kind, ...head })) });
    this.said = this.name;
  }

  /** Chooses the head so many places on. */
  step(heads: number): void {
    this.choose({ head: neighbourHead(this.group, this.choice.head, heads) });
    this.said = headName(this.choice.head);
  }

  /** Chooses the kind of attention, with its most telling head; the query stays where the queries are the same. */
  chooseKind(kind: string): void {
    const { explanation } = this;
    const { queries } = this.group;
    const head = defaultHead(explanation, explanation.groups.find(group => group.kind === kind)?.kind);
    const next = groupOf(explanation, head).queries;
    this.pointed = undefined;
    this.choose({
      head,
      zoom: undefined,
      query: next === queries ? this.choice.query : defaultQuery(tokensOf(explanation, next)),
    });
    const { wanted } = this;
    this.readAs(this.readings.includes(wanted.reading) ? wanted : { ...wanted, reading: 'raw' });
  }

  /** The pointer is on a cell, a row or a column of the matrix, or has left it. */
  point(pointed: Pointed | undefined): void {
    const { queries, keys } = this.group;
    if (!pointed) this.setPointed(undefined, undefined);
    else if (pointed.query !== undefined) this.setPointed(pointed, { sequence: queries, index: pointed.query });
    else if (pointed.key !== undefined) {
      this.setPointed({ ...pointed, query: this.shownQuery }, { sequence: keys, index: pointed.key });
    }
  }

  /** The pointer is on a token of a text: as a key where the text holds the keys. */
  pointToken(token: { readonly index: number; readonly anchor: DOMRect } | undefined, sequence: SequenceName): void {
    if (!token) this.setPointed(undefined, undefined);
    else if (sequence === this.group.keys) {
      this.setPointed(
        { query: this.shownQuery, key: token.index, anchor: token.anchor },
        { sequence, index: token.index },
      );
    } else this.host.hover({ sequence, index: token.index });
  }

  /** The keyboard moved to a cell: its row is the chosen one unless another is locked. */
  move(pointed: Pointed & { readonly query: number; readonly key: number }): void {
    this.setPointed(pointed, { sequence: this.group.queries, index: pointed.query });
    if (!this.locked) this.choose({ query: pointed.query });
    this.say(pointed.query, pointed.key);
  }

  /** A token was chosen: as the query where its text holds the queries, else as the key that is pointed at. */
  chooseToken(index: number, sequence: SequenceName): void {
    if (sequence === this.group.queries) {
      this.pointed = undefined;
      this.choose({ query: index });
    } else if (sequence === this.group.keys) {
      this.pointed = { query: this.choice.query, key: index };
      this.say(this.choice.query, index);
      this.changed();
    }
  }

  /** A row was clicked: it is chosen and locked; the locked one is let go of. */
  click(query: number | undefined): void {
    if (query === undefined) return;
    this.locked = !(this.locked && query === this.choice.query);
    this.choose({ query });
  }

  toggleLock(): void {
    this.locked = !this.locked;
    this.said = this.locked ? `Row ${this.choice.query} locked` : 'Row unlocked';
    this.changed();
  }

  /** Says something to the ear. */
  tell(said: string): void {
    this.said = said;
    this.changed();
  }

  /** Shows why something could not be done. */
  fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.changed();
  }

  /** What the heads of the chosen kind do on the text; undefined while it is not there. */
  get headSummaries(): readonly HeadSummary[] | undefined {
    return this.summaries.get(this.group.kind);
  }

  /** The same, with the effects of the heads that were ranked: the same object while neither changes. */
  get ratedHeads(): readonly HeadSummary[] | undefined {
    const { headSummaries, ranking, choice, found } = this;
    const { kind } = choice.head;
    const effects = ranking.ranked?.kind === kind ? ranking.effects : [];
    const given = [...found].filter(([, { kind: own }]) => own === kind);
    if (!headSummaries || (effects.length === 0 && given.length === 0)) return headSummaries;
    const of = [headSummaries, effects, ...given.flat()];
    if (of.length !== this.rated?.of.length || of.some((one, i) => one !== this.rated?.of[i])) {
      const bits = new Map(effects.map(effect => [`${effect.layer}.${effect.head}`, effect.bits]));
      this.rated = {
        of,
        heads: headSummaries.map(summary => {
          const name = `${summary.layer}.${summary.head}`;
          const values = Object.fromEntries(given.map(([id, { values: own }]) => [id, own.get(name)]));
          const effect = bits.get(name);
          return { ...summary, ...(effect !== undefined && { effect }), ...values };
        }),
      };
    }
    return this.rated.heads;
  }

  /** Keeps what was found of each head, so that the overview can be sorted and coloured by it. */
  findHeads(id: 'attribution' | 'patch', values: HeadValues): void {
    this.found.set(id, values);
    this.changed();
  }

  /** Shows the overview, which the first tab has, sorted by what was found. */
  sortByFound(id: 'attribution' | 'patch'): void {
    this.choose({ order: id, folded: { ...this.choice.folded, heads: false }, view: this.tabs[0].id });
  }

  /** What the chosen head does on the text. */
  get headSummary(): HeadSummary | undefined {
    const { layer, head } = this.choice.head;
    return this.headSummaries?.find(summary => summary.layer === layer && summary.head === head);
  }

  /** The matrix shows a part in so many pixels: of a long head, that part is fetched. */
  see(region: MatrixRegion, width: number, height: number): void {
    this.shown.long?.see(region, width, height);
  }

  /** Keeps which part of the matrix is in sight. */
  keepZoom(zoom: MatrixViewport): void {
    this.choice = { ...this.choice, zoom };
    this.keep();
  }

  /** A rectangle of the matrix is brushed; undefined: none. */
  brush(range: CellRange | undefined): void {
    this.brushed = range;
    const { queries, keys } = this.group;
    this.host.brush(
      range && [
        { role: 'query', sequence: queries, first: range.firstQuery, last: range.lastQuery },
        { role: 'key', sequence: keys, first: range.firstKey, last: range.lastKey },
      ],
    );
    this.said = range ? this.spokenRange(range) : 'No range';
    this.changed();
  }

  /** What the brushed range holds, where the numbers are there. */
  get brushedSums(): RangeSums | undefined {
    const { brushed, matrix } = this;
    const { causal } = this.group;
    return brushed && (matrix.exact ? rangeSums(matrix, brushed, causal) : sumsOf(matrix, 'brush', brushed, causal));
  }

  /** Gives up what is under way. */
  dispose(): void {
    this.abort.abort();
    this.laterPredictions.dispose();
    this.ranking.cancel();
    this.shown.dispose();
  }

  private weight(query: number, key: number): number | undefined {
    return this.matrix.exact ? weightAt(this.shown.matrix, query, key) : this.shown.long?.weight(query, key);
  }

  private spokenRange({ firstQuery, lastQuery, firstKey, lastKey }: CellRange): string {
    const sums = this.brushedSums;
    const range = `queries ${firstQuery} to ${lastQuery}, keys ${firstKey} to ${lastKey}`;
    return sums ? `${range}, mass ${formatWeight(sums.mass)}, mean ${formatWeight(sums.mean)}` : range;
  }

  private setPointed(pointed: Pointed | undefined, hovered: TokenAddress | undefined): void {
    this.pointed = pointed;
    this.host.hover(hovered);
    this.changed();
  }

  private say(query: number, key: number): void {
    const { queries, keys } = this.group;
    const at = (sequence: SequenceName, index: number) => ({
      index,
      token: tokensOf(this.explanation, sequence)[index],
      text: textOf(this.explanation, sequence),
    });
    this.said = spokenCell(at(queries, query), at(keys, key), this.weight(query, key));
  }

  private loadPairFilter(): void {
    const { pair } = this.explanation;
    if (!pair) return;
    loadScript('The filter of the two texts', async () => {
      const { PairFilter } = await import('./pairFilter');
      this.pairFilter = new PairFilter(pair, this.explanation);
      this.changed();
    }).catch((error: unknown) => this.fail(error));
  }

  /** Measures come when they are there; without them the panel shows the rest. */
  private loadSummaries(): void {
    const { kind } = this.group;
    if (this.summaries.has(kind)) return;
    this.host.request(RunRequest.measures, { kind }, this.abort.signal).then(
      summaries => {
        this.summaries.set(kind, summaries);
        this.changed();
      },
      (error: unknown) => {
        if (!this.abort.signal.aborted) this.fail(error);
      },
    );
  }
}

/** A name for attention of a kind read so. */
function readName({ reading, withoutFirst }: Read, kind: AttentionKind): string {
  return `${reading} ${withoutFirst} ${kind}`;
}
