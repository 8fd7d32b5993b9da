import type { AttentionGroup, AttentionSteps, Explanation } from '../../core/run/explanation';
import { textOf, tokensOf } from '../run/choice';
import { count, quotedToken, spokenToken, tokenLabel } from '../run/wording';
import { type StepColumn, stepColumns } from './stepColumns';
import {
  columnFormat,
  formatShare,
  formatSigned,
  fullSize,
  keyVector,
  type StepSizes,
  valueVector,
} from './stepNumbers';
import { type StepRow, stepRows, strongestKey } from './stepRows';

/** The steps of one query with all that its table is written with, worked out once. */
export class DrawnSteps {
  readonly columns: readonly StepColumn[];
  readonly rows: readonly StepRow[];
  readonly strongest: number;
  /** Whether queries and keys are the same tokens, so that a key can become the query. */
  readonly same: boolean;
  readonly product: (value: number) => string;
  readonly score: (value: number) => string;
  readonly part: (value: number) => string;
  /** The sizes that have the full colour. */
  readonly full: { readonly query: number; readonly key: number; readonly value: number };
  private readonly keyVectors: Float32Array[] = [];
  private readonly valueVectors: Float32Array[] = [];

  constructor(
    readonly explanation: Explanation,
    readonly group: AttentionGroup,
    readonly query: number,
    readonly steps: AttentionSteps,
    readonly sizes: StepSizes,
    all: boolean,
  ) {
    this.same = group.queries === group.keys;
    this.columns = stepColumns(steps, group, explanation.model);
    this.rows = stepRows(steps, all, this.same ? query : undefined);
    this.strongest = strongestKey(steps);
    const shown = this.rows.flatMap(row => (row.kind === 'key' ? [row.key] : []));
    this.product = columnFormat(shown.map(key => steps.products[key]));
    this.score = columnFormat(shown.map(key => steps.products[key] * steps.scale));
    this.part = columnFormat(shown.map(key => sizes.parts[key]));
    this.full = { query: fullSize(steps.query), key: fullSize(steps.keys), value: fullSize(steps.values) };
  }

  /** The key of a row, where it is one's. */
  keyAt(row: number): number | undefined {
    const found = this.rows[row];
    return found?.kind === 'key' ? found.key : undefined;
  }

  /** The row of a key; −1 where it has none of its own. */
  rowOf(key: number): number {
    return this.rows.findIndex(row => row.kind === 'key' && row.key === key);
  }

  /** The same object each time, so that what is drawn of it is not drawn again. */
  keyVector(key: number): Float32Array {
    return (this.keyVectors[key] ??= keyVector(this.steps, key));
  }

  /** The same for a key's value. */
  valueVector(key: number): Float32Array {
    return (this.valueVectors[key] ??= valueVector(this.steps, key));
  }

  /** A key's token: "·of". */
  keyLabel(key: number): string {
    const token = tokensOf(this.explanation, this.group.keys)[key];
    return token ? tokenLabel(token, textOf(this.explanation, this.group.keys)) : '';
  }

  /** The query's token between quotes. */
  get queryLabel(): string {
    const token = tokensOf(this.explanation, this.group.queries)[this.query];
    return token ? quotedToken(token, textOf(this.explanation, this.group.queries)) : '';
  }

  /** Keys that the mask hides, in words: "“);” 26 and later". */
  hiddenLabel({ from, to, count: hidden }: Extract<StepRow, { kind: 'hidden' }>): string {
    const token = tokensOf(this.explanation, this.group.keys)[from];
    const name = token ? quotedToken(token, textOf(this.explanation, this.group.keys)) : '';
    if (hidden < to - from + 1) return `${count(hidden)} keys in between`;
    if (from === to) return `${name} ${from}`;
    return to === this.steps.weights.length - 1 ? `${name} ${from} and later` : `${name} ${from} to ${to}`;
  }

  /** A key's row for the ear. */
  spoken(key: number): string {
    const { steps, group, sizes } = this;
    const token = tokensOf(this.explanation, group.keys)[key];
    const scaled = this.columns.find(({ name }) => name === 'scaled');
    return [
      `key ${key} ${token ? spokenToken(token, textOf(this.explanation, group.keys)) : ''}${this.same && key === this.query ? ', itself' : ''}`,
      `q·k ${this.product(steps.products[key])}`,
      scaled ? `${scaled.label.slice(4)} ${this.score(steps.products[key] * steps.scale)}` : '',
      steps.bias ? `bias ${formatSigned(steps.bias[key])}, score ${this.score(steps.scores[key])}` : '',
      'seen',
      `weight ${formatShare(steps.weights[key])}`,
      `weight times length of value ${this.part(sizes.parts[key])}`,
    ]
      .filter(part => part !== '')
      .join(', ');
  }
}
