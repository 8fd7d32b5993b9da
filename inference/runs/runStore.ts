import type { Token } from '../../core/text/token';
import type { RunAttention } from './runAttention';

/** What is kept of a run. */
export interface KnownRun {
  readonly attention: RunAttention;
  /** The tokens that the model read, what it wrote itself behind them included. */
  readonly ids: readonly number[];
  /** What an encoder-decoder's decoder read. */
  readonly outputIds?: readonly number[];
  /** The text and the tokens in it; those of the output, where there is one. */
  readonly texts: { readonly input: TokenizedText; readonly output?: TokenizedText };
}

/** A text and where its tokens lie. */
export interface TokenizedText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** The runs of this process: kept within a number of bytes of tensors, those used longest ago let go first. */
export class RunStore<Kept extends Pick<KnownRun, 'attention'> = KnownRun> {
  private readonly runs = new Map<string, Kept>();

  constructor(private readonly bytes: number) {}

  /** Keeps a run, even where it alone is more than the limit. */
  set(run: string, known: Kept): void {
    this.runs.delete(run);
    this.runs.set(run, known);
    this.makeRoom(run);
  }

  /** A run, marked as used just now; undefined where it was let go. */
  get(run: string): Kept | undefined {
    const known = this.runs.get(run);
    if (!known) return undefined;
    this.runs.delete(run);
    this.runs.set(run, known);
    this.makeRoom(run);
    return known;
  }

  delete(run: string): void {
    this.runs.delete(run);
  }

  /** Lets go of others than a run: they grow while their heads are looked at, so it is asked at each use. */
  private makeRoom(run: string): void {
    let total = 0;
    for (const { attention } of this.runs.values()) total += attention.bytes;
    for (const [other, kept] of this.runs) {
      if (total <= this.bytes || other === run) return;
      total -= kept.attention.bytes;
      this.runs.delete(other);
    }
  }
}
