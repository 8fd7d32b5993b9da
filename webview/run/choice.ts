import type {
  CauseSelection,
  CompareSelection,
  FoldedParts,
  HeadCombination,
  HeadOrder,
  PanelSelection,
} from '../../core/protocol/attentionPanelProtocol';
import type { SentenceFilter } from '../../core/attention/sentenceFilter';
import type { MatrixScale } from '../../core/attention/weightScale';
import type {
  AttentionGroup,
  Explanation,
  HeadAddress,
  LayerAttention,
  Reading,
  SequenceName,
} from '../../core/run/explanation';
import type { Token } from '../../core/text/token';

/** Of the selected heads: the leading one alone; all in one matrix, unless one of them is asked for; or each with lines of its own. */
export type HeadsShown = 'one' | 'combined' | 'each';

/** What a choice needs to know of a tab. */
export interface TabChoice {
  /** Its name in what is kept over a reload. */
  readonly id: string;
  /** What its picture shows of the selected heads. */
  readonly heads: HeadsShown;
}

/** What is looked at: heads, from one query, in one scale and one view. */
export interface Choice {
  /** The head that is shown where only one can be. */
  readonly head: HeadAddress;
  /** The selected heads, in the model's order: `head` and others of its kind. */
  readonly heads: readonly HeadAddress[];
  readonly combine: HeadCombination;
  readonly order: HeadOrder;
  readonly query: number;
  readonly scale: MatrixScale;
  /** The tab that is shown, by its id. */
  readonly view: string;
  /** The part of the matrix that is in sight, where that is not all of it. */
  readonly zoom?: MatrixViewport;
  readonly reading: Reading;
  /** Whether the first token is left out. */
  readonly withoutFirst: boolean;
  /** Of a pair of texts: from which to which attention is shown; absent: all. */
  readonly sentences?: SentenceFilter;
  /** How large the overview's thumbnails are, in CSS pixels, where the user chose that. */
  readonly thumbnails?: number;
  /** What the user folded, or opened. */
  readonly folded: FoldedParts;
  readonly compare: CompareSelection;
  readonly cause: CauseSelection;
}

/** The user's selection where it fits the run, else a head that shows something, the last word of the text and the first tab. */
export function resolveChoice(explanation: Explanation, selection: PanelSelection, tabs: readonly TabChoice[]): Choice {
  const head = selection.head && layerOf(explanation, selection.head) ? selection.head : defaultHead(explanation);
  const tokens = tokensOf(explanation, groupOf(explanation, head).queries);
  const query =
    selection.query !== undefined && selection.query >= 0 && selection.query < tokens.length
      ? selection.query
      : defaultQuery(tokens);
  return {
    head,
    heads: resolveHeads(explanation, head, selection.heads ?? []),
    query,
    combine: selection.combine ?? 'mean',
    order: selection.order ?? 'layer',
    scale: selection.scale ?? 'sqrt',
    view: (tabs.find(({ id }) => id === selection.view) ?? tabs[0]).id,
    ...(selection.zoom && { zoom: selection.zoom }),
    reading: 'raw',
    withoutFirst: false,
    ...(selection.sentences && explanation.pair && { sentences: selection.sentences }),
    ...(selection.thumbnails && { thumbnails: selection.thumbnails }),
    folded: selection.folded ?? {},
    compare: selection.compare ?? {},
    cause: selection.cause ?? {},
  };
}

/** The selected heads as far as the run has them; the leading one alone where it is not among them. */
function resolveHeads(
  explanation: Explanation,
  head: HeadAddress,
  heads: readonly HeadAddress[],
): readonly HeadAddress[] {
  const there = heads.filter(other => other.kind === head.kind && layerOf(explanation, other));
  return there.some(other => other.layer === head.layer && other.head === head.head) ? there : [head];
}

/** The group that a head belongs to; the first one where there is none of its kind. */
export function groupOf(explanation: Explanation, { kind }: Pick<HeadAddress, 'kind'>): AttentionGroup {
  return explanation.groups.find(group => group.kind === kind) ?? explanation.groups[0];
}

/** The layer that a head belongs to, where the run has that head. */
export function layerOf(explanation: Explanation, { kind, layer, head }: HeadAddress): LayerAttention | undefined {
  const group = explanation.groups.find(candidate => candidate.kind === kind);
  return group?.layers.find(candidate => candidate.layer === layer && head >= 0 && head < candidate.heads);
}

/** The tokens of the text given or of the text written. */
export function tokensOf(explanation: Explanation, sequence: SequenceName): readonly Token[] {
  return sequence === 'input' ? explanation.tokens : (explanation.output?.tokens ?? []);
}

/** The text given, or the text written. */
export function textOf(explanation: Explanation, sequence: SequenceName): string {
  return sequence === 'input' ? explanation.text : (explanation.output?.text ?? '');
}

/** The head of a group that shows most; `kind` defaults to the cross attention, where there is one. */
export function defaultHead(explanation: Explanation, kind = explanation.groups.at(-1)?.kind ?? 'self'): HeadAddress {
  const group = groupOf(explanation, { kind });
  return { kind: group.kind, ...group.first };
}

/** The last token that is neither special nor white space. */
export function defaultQuery(tokens: readonly Token[]): number {
  const last = tokens.findLastIndex(token => !token.special && token.text.trim() !== '');
  return last >= 0 ? last : Math.max(0, tokens.length - 1);
}

/** The head so many places after (or before) another, over all layers of its group, round the ends. */
export function neighbourHead(group: AttentionGroup, { layer, head }: HeadAddress, step: number): HeadAddress {
  const all = group.layers.flatMap(({ layer: l, heads }) =>
    Array.from({ length: heads }, (_, h) => ({ kind: group.kind, layer: l, head: h })),
  );
  const index = all.findIndex(address => address.layer === layer && address.head === head);
  return all[(index + step + all.length) % all.length];
}

/** Which part of a matrix is in sight: how often larger than the whole its cells are, and the cell at the left and top edge. */
export interface MatrixViewport {
  /** 1 shows all of it. */
  readonly zoom: number;
  /** In columns and rows, not whole numbers in general. */
  readonly column: number;
  readonly row: number;
}
