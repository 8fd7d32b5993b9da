import * as vscode from 'vscode';
import { lensKeys, lensStep, mostWeight, type LensKey } from '../../core/attention/lensWeights';
import { sentencesOfCell } from '../../core/attention/sentenceFilter';
import { withoutFirstName } from '../../core/run/readingName';
import type { RowReduction } from '../../core/protocol/runProtocol';
import type { LensRun } from './lensRuns';
import { headWords, spokenToken, weightSentence } from './lensWording';

/** What the caret's token looks at: the one thing that decorations, hovers and the tree show. */
export class LensRow {
  readonly keys: readonly LensKey[];
  private readonly most: number;

  constructor(
    readonly run: LensRun,
    readonly query: number,
    readonly head: RowReduction,
    weights: Float32Array,
    readonly withoutFirst = false,
  ) {
    this.keys = lensKeys(run.explanation.tokens, weights, head === 'maximum' ? 'maximum' : 'sum');
    this.most = mostWeight(this.keys);
  }

  /** What is measured: "head 2.1", "mean of all 24 heads without the first token". */
  get headWords(): string {
    return `${headWords(this.run.group, this.head)}${this.withoutFirst ? ` ${withoutFirstName}` : ''}`;
  }

  /** The caret's token as it reads. */
  get queryWords(): string {
    return this.words(this.query);
  }

  /** A stretch of text as it reads. */
  keyWords(key: LensKey): string {
    return this.words(key.token);
  }

  /** A stretch's colour: 0 for none, else from 1. */
  stepOf({ weight }: LensKey): number {
    return lensStep(weight, this.most);
  }

  /** What is seen in the editor: stretches with a colour, and the caret's token. */
  get colored(): LensKey[] {
    return this.keys.filter(key => this.isQuery(key) || this.stepOf(key) > 0);
  }

  /** Whether it is the caret's own token. */
  isQuery({ token, count }: LensKey): boolean {
    return this.query >= token && this.query < token + count;
  }

  /** A stretch's weight as a sentence. */
  sentence(key: LensKey): string {
    const sentences = this.sentencesOf(key);
    const measured = sentences ? `${this.headWords}, ${sentences}` : this.headWords;
    return weightSentence(this.keyWords(key), this.queryWords, key.weight, this.isQuery(key), measured);
  }

  /** Where the text is a pair: from which of the two to which the weight is, “A → B”. */
  sentencesOf({ token }: LensKey): string | undefined {
    const { pair } = this.run.explanation;
    return pair && sentencesOfCell(pair, this.query, token).join(' → ');
  }

  /** Where a stretch lies in the document, or undefined where it stands for no text. */
  rangeOf({ start, end }: LensKey): vscode.Range | undefined {
    const { document, start: first } = this.run;
    return end > start
      ? new vscode.Range(document.positionAt(first + start), document.positionAt(first + end))
      : undefined;
  }

  /** What is seen at a place of the document; undefined elsewhere, and once the document was edited. */
  keyAt(document: vscode.TextDocument, position: vscode.Position): LensKey | undefined {
    const { run } = this;
    if (document !== run.document || document.version !== run.version) return undefined;
    const offset = document.offsetAt(position) - run.start;
    return this.colored.find(key => key.start <= offset && offset < key.end);
  }

  private words(token: number): string {
    const { tokens, text } = this.run.explanation;
    return spokenToken(tokens[token], text);
  }
}
