import type { AttentionGroup, Explanation, HeadAddress, HeadReading } from '../../core/protocol/explanation';
import { type Choice, layerOf } from './choice';
import { CombineHeads } from './combineHeads';
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
 * the full numbers are fetched one after the other, and only those that are looked at. The matrix of a long text's head is
 * never fetched whole.
 */
export class ShownHeads {
  /** The matrix of the chosen head, or the mean or maximum of those that are selected. */
  matrix!: HeadMatrix;
  /** The heads that lines are drawn of. */
  each: readonly ShownHead[] = [];
  /** How many of the selected heads are there, while others are on their way. */
  loaded?: number;
  /** Where the chosen head is long and only parts of it are fetched. */
  long?: LongHead;

  private readonly cache: HeadCache;
  private wanted?: object;

  constructor(
    private readonly explanation: Explanation, fetchHead: FetchHead, private readonly fetchRegion: FetchRegion,
    private readonly changed: (failure?: unknown) => void,
  ) {
    this.cache = new HeadCache(fetchHead);
  }

  /** Shows the chosen heads: roughly at once, then exactly. */
  show(choice: Choice): void {
    const wanted = this.wanted = {};
    this.loaded = undefined;
    if (this.showLong(choice)) return;
    const heads = headsOf(choice, this.explanation);
    const rough = heads.map(address => ({ address, matrix: this.atHand(address) }));
    if (isCombined(choice) && rough.some(({ matrix }) => matrix.queries !== rough[0].matrix.queries || matrix.keys !== rough[0].matrix.keys)) {
      this.put({ ...choice, combine: 'one' }, [{ address: choice.head, matrix: this.atHand(choice.head) }]);
      this.changed(new Error('The selected heads look at texts of different lengths, so they cannot be combined; select heads of one layer.'));
      return;
    }
    this.put(choice, rough);
    if (rough.every(({ matrix }) => matrix.exact)) {
      this.cache.cancel();
      return;
    }
    this.loaded = 0;
    this.fetch(choice, heads, () => this.wanted === wanted).catch((error: unknown) => {
      if (this.wanted === wanted) this.changed(error);
    });
  }

  /** Gives up what is under way. */
  dispose(): void {
    this.wanted = undefined;
    this.long?.dispose();
    this.cache.cancel();
  }

  /** Shows a head of which only parts are fetched; false where the choice needs whole heads. */
  private showLong(choice: Choice): boolean {
    const { head, view } = choice;
    const layer = layerOf(this.explanation, head);
    if (!layer || !isLong(layer) || isCombined(choice) || view === 'lines' || view === 'text') {
      this.long?.dispose();
      this.long = undefined;
      return false;
    }
    const { address } = this.long ?? {};
    if (address?.kind === head.kind && address.layer === head.layer && address.head === head.head) return true;
    this.long?.dispose();
    this.cache.cancel();
    const long = this.long = new LongHead(head, fromThumbnail(layer, head.head), this.fetchRegion, failure => {
      this.matrix = long.matrix;
      this.changed(failure);
    });
    this.matrix = long.matrix;
    this.each = [];
    return true;
  }

  private async fetch(choice: Choice, heads: readonly HeadAddress[], current: () => boolean): Promise<void> {
    const together = isCombined(choice) ? new CombineHeads(choice.combine) : undefined;
    const each: ShownHead[] = [];
    for (const address of heads) {
      const matrix = await this.cache.load(address);
      if (!current()) return;
      if (together) together.add(matrix);
      else each.push({ address, matrix });
      this.loaded = (this.loaded ?? 0) + 1;
      if (heads.length > 1 && this.loaded < heads.length) this.changed();
    }
    if (together) this.matrix = together.result();
    else this.put(choice, each);
    this.loaded = undefined;
    this.changed();
  }

  private put(choice: Choice, heads: readonly ShownHead[]): void {
    this.each = heads;
    if (isCombined(choice)) {
      const together = new CombineHeads(choice.combine);
      for (const { matrix } of heads) together.add(matrix);
      this.matrix = together.result();
    } else {
      this.matrix = (heads.find(({ address }) => address.layer === choice.head.layer && address.head === choice.head.head) ?? heads[0]).matrix;
    }
  }

  /** The numbers of a head that need not be asked for: where the text is long, pooled. */
  private atHand(address: HeadAddress): HeadMatrix {
    const layer = layerOf(this.explanation, address);
    if (!layer) throw new Error(`The run has no head ${address.layer}.${address.head}.`);
    const pooled = fromThumbnail(layer, address.head);
    return pooled.exact ? pooled : this.cache.get(address) ?? pooled;
  }
}

/** Whether one matrix is made of several heads. */
export function isCombined(choice: Choice): choice is Choice & { readonly combine: 'mean' | 'maximum' } {
  return choice.combine !== 'one' && choice.heads.length > 1 && choice.view !== 'lines' && choice.view !== 'steps';
}

/** The heads that one matrix is made of, where there are several. */
export function combinedOf(choice: Choice): HeadReading['combined'] {
  return isCombined(choice) ? { heads: choice.heads, how: choice.combine } : undefined;
}

/** How many heads of a group lines can be drawn of at once. */
export function lineHeadLimit({ layers }: AttentionGroup): number {
  const { queries, keys } = layers[0];
  return Math.max(1, Math.min(mostLineHeads, Math.floor(mostLineWeights / (queries * keys))));
}

/** The heads whose numbers a choice needs. */
function headsOf(choice: Choice, explanation: Explanation): readonly HeadAddress[] {
  if (isCombined(choice)) return choice.heads;
  if (choice.view !== 'lines') return [choice.head];
  const group = explanation.groups.find(({ kind }) => kind === choice.head.kind);
  const limit = group ? lineHeadLimit(group) : 1;
  // The leading head is shown in any case.
  const others = choice.heads.filter(head => head.layer !== choice.head.layer || head.head !== choice.head.head).slice(0, limit - 1);
  return choice.heads.filter(head => others.includes(head) || (head.layer === choice.head.layer && head.head === choice.head.head));
}
