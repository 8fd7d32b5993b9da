import { combineInto } from '../../core/attention/combineInto';
import type { AttentionGroup, Explanation, HeadAddress, HeadReading } from '../../core/run/explanation';
import { type Choice, type HeadsShown, layerOf } from './choice';
import { HeadCache, type FetchHead } from './headCache';
import { fromThumbnail, type HeadMatrix } from './headMatrix';
import { type FetchRegion, isLong, LongHead } from './longHead';

/** A head and its numbers. */
export interface ShownHead {
  readonly address: HeadAddress;
  readonly matrix: HeadMatrix;
}

/** As many heads at most can be told apart where each is drawn with lines of its own. */
export const mostLineHeads = 36;

/** As many weights, 192 MB, are held at most for lines of several heads. */
const mostLineWeights = 48e6;

/**
 * The numbers of what is chosen: one head's, several heads' in one, or several side by side. Thumbnails are there at once;
 * the full numbers are fetched one after the other, and only those that are looked at. Of a long text's heads only parts
 * are fetched: their matrices are never here whole.
 */
export class ShownHeads {
  /** The matrix of the chosen head, or the mean or maximum of those that are selected. */
  matrix!: HeadMatrix;
  /** The heads that lines are drawn of. */
  each: readonly ShownHead[] = [];
  /** How many of the selected heads are there, while others are on their way. */
  loaded?: number;

  private longs: readonly LongHead[] = [];
  private readonly cache: HeadCache;
  private wanted?: object;
  private shown: HeadsShown = 'one';

  constructor(
    private readonly explanation: Explanation,
    fetchHead: FetchHead,
    private readonly fetchRegion: FetchRegion,
    private readonly changed: (failure?: unknown) => void,
    /** Whether several heads in one are what is at hand of each, together: not where something is taken from them in one. */
    private readonly combinesHere = true,
  ) {
    this.cache = new HeadCache(fetchHead);
  }

  /** Shows the chosen heads: roughly at once, then exactly. */
  show(choice: Choice, shown: HeadsShown): void {
    this.shown = shown;
    const wanted = (this.wanted = {});
    this.loaded = undefined;
    const heads = headsOf(choice, shown, this.explanation);
    const rough = heads.map(address => ({ address, matrix: this.atHand(address) }));
    if (
      isCombined(choice, shown) &&
      rough.some(({ matrix }) => matrix.queries !== rough[0].matrix.queries || matrix.keys !== rough[0].matrix.keys)
    ) {
      this.put({ ...choice, combine: 'one' }, [{ address: choice.head, matrix: this.atHand(choice.head) }]);
      this.changed(
        new Error(
          'The selected heads look at texts of different lengths, so they cannot be combined; select heads of one layer.',
        ),
      );
      return;
    }
    this.put(choice, rough);
    this.putLong(choice);
    const combined = combinedOf(choice, shown);
    if (this.longs.length > 0 || (rough.every(({ matrix }) => matrix.exact) && (this.combinesHere || !combined))) {
      this.cache.cancel();
      return;
    }
    if (!combined) this.loaded = 0;
    this.fetch(choice, combined ? [{ ...choice.head, combined }] : heads, () => this.wanted === wanted).catch(
      (error: unknown) => {
        if (this.wanted === wanted) this.changed(error);
      },
    );
  }

  /** Where the shown head is long and only parts of it are fetched. */
  get long(): LongHead | undefined {
    return this.longs.find(({ matrix }) => matrix === this.matrix);
  }

  /** Gives up what is under way. */
  dispose(): void {
    this.wanted = undefined;
    for (const long of this.longs) long.dispose();
    this.cache.cancel();
  }

  /** Puts heads of which only parts are fetched in the place of long ones; those that are there already stay. */
  private putLong(choice: Choice): void {
    const before = this.longs;
    const combined = combinedOf(choice, this.shown);
    const heads = combined ? [{ address: { ...choice.head, combined }, matrix: this.matrix }] : this.each;
    this.longs = !heads.some(({ matrix }) => isLong(matrix))
      ? []
      : heads.map(
          ({ address, matrix }) =>
            before.find(long => JSON.stringify(long.address) === JSON.stringify(address)) ??
            new LongHead(address, matrix, this.fetchRegion, failure => {
              take();
              this.changed(failure);
            }),
        );
    for (const long of before) if (!this.longs.includes(long)) long.dispose();
    const take = () => {
      if (this.longs.length === 0) return;
      const each = this.longs.map(({ address, matrix }) => ({ address, matrix }));
      this.put({ ...choice, combine: 'one' }, each);
    };
    take();
  }

  private async fetch(choice: Choice, heads: readonly HeadReading[], current: () => boolean): Promise<void> {
    const each: ShownHead[] = [];
    for (const address of heads) {
      const matrix = await this.cache.load(address);
      if (!current()) return;
      each.push({ address, matrix });
      if (each.length === heads.length) break;
      this.loaded = each.length;
      this.changed();
    }
    this.put({ ...choice, combine: 'one' }, each);
    this.loaded = undefined;
    this.changed();
  }

  private put(choice: Choice, heads: readonly ShownHead[]): void {
    this.each = heads;
    if (isCombined(choice, this.shown)) {
      const matrices = heads.map(({ matrix }) => matrix);
      const data = new Float32Array(matrices[0].data.length);
      for (const matrix of matrices) combineInto(data, matrix.data, choice.combine, heads.length);
      this.matrix = { ...matrices[0], data, exact: this.combinesHere && matrices.every(({ exact }) => exact) };
    } else {
      this.matrix = (
        heads.find(({ address }) => address.layer === choice.head.layer && address.head === choice.head.head) ??
        heads[0]
      ).matrix;
    }
  }

  /** The numbers of a head that need not be asked for: where the text is long, pooled. */
  private atHand(address: HeadAddress): HeadMatrix {
    const layer = layerOf(this.explanation, address);
    if (!layer) throw new Error(`The run has no head ${address.layer}.${address.head}.`);
    const pooled = fromThumbnail(layer, address.head);
    return pooled.exact ? pooled : (this.cache.get(address) ?? pooled);
  }
}

/** Whether one matrix is made of several heads. */
function isCombined(choice: Choice, shown: HeadsShown): choice is Choice & { readonly combine: 'mean' | 'maximum' } {
  return choice.combine !== 'one' && choice.heads.length > 1 && shown === 'combined';
}

/** The heads that one matrix is made of, where there are several. */
export function combinedOf(choice: Choice, shown: HeadsShown): HeadReading['combined'] {
  return isCombined(choice, shown) ? { heads: choice.heads, how: choice.combine } : undefined;
}

/** How many heads of a group lines can be drawn of at once. */
function lineHeadLimit({ layers }: AttentionGroup): number {
  const { queries, keys } = layers[0];
  return isLong(layers[0])
    ? mostLineHeads
    : Math.max(1, Math.min(mostLineHeads, Math.floor(mostLineWeights / (queries * keys))));
}

/** The heads whose numbers a choice needs. */
function headsOf(choice: Choice, shown: HeadsShown, explanation: Explanation): readonly HeadAddress[] {
  if (isCombined(choice, shown)) return choice.heads;
  if (shown !== 'each') return [choice.head];
  const group = explanation.groups.find(({ kind }) => kind === choice.head.kind);
  const limit = group ? lineHeadLimit(group) : 1;
  // The leading head is shown in any case.
  const others = choice.heads
    .filter(head => head.layer !== choice.head.layer || head.head !== choice.head.head)
    .slice(0, limit - 1);
  return choice.heads.filter(
    head => others.includes(head) || (head.layer === choice.head.layer && head.head === choice.head.head),
  );
}
