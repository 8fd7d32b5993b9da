import type { AttentionKind } from '../../core/attention/attentionKind';
import type { EffectMeasure } from '../../core/run/effectMeasure';
import type { AttentionGroup, HeadAddress, HeadEffectSize } from '../../core/run/explanation';

/** Asks for the effects of some heads, in bits. */
export type AskEffects = (
  heads: readonly HeadAddress[],
  ranked: RankedFor,
  signal: AbortSignal,
) => Promise<readonly number[]>;

/** How many heads of a layer are asked for at once: they are run side by side, and others' requests come in between. */
const portion = 16;

/** What was ranked: all heads of a kind, by what changes at a position. */
export interface RankedFor {
  readonly kind: AttentionKind;
  readonly position: number;
  readonly mean: boolean;
  /** What the effect is told by; absent: the divergence. */
  readonly by?: EffectMeasure;
  /** Several positions, of which the mean is told. */
  readonly positions?: readonly number[];
}

/** The effects of all heads of a kind, each switched off alone, as they come. Tells `changed` after each portion. */
export class HeadRanking {
  /** What the effects are of; undefined before the first ranking. */
  ranked?: RankedFor;
  /** Those known so far, in the order of layers and heads. */
  effects: readonly HeadEffectSize[] = [];
  /** How many heads there are to know of. */
  total = 0;
  failure = '';
  private abort?: AbortController;

  constructor(
    private readonly ask: AskEffects,
    private readonly changed: () => void,
  ) {}

  get running(): boolean {
    return this.abort !== undefined;
  }

  /** Whether all heads are known, for what is looked at now. */
  isOf(asked: RankedFor): boolean {
    return this.ranked !== undefined && sameQuestion(this.ranked, asked);
  }

  /** A head's effect, and its place among those known (1: the largest). */
  placeOf({ kind, layer, head }: HeadAddress): { readonly bits: number; readonly rank: number } | undefined {
    const own = this.effects.find(effect => effect.kind === kind && effect.layer === layer && effect.head === head);
    return own && { bits: own.bits, rank: 1 + this.effects.filter(({ bits }) => bits > own.bits).length };
  }

  /** Ranks all heads of a group; what was under way ends. */
  async start(group: AttentionGroup, asked: Omit<RankedFor, 'kind'>): Promise<void> {
    this.cancel();
    const abort = (this.abort = new AbortController());
    const { kind } = group;
    const portions = group.layers.flatMap(({ layer, heads: count }) =>
      Array.from({ length: Math.ceil(count / portion) }, (_, i) =>
        Array.from({ length: Math.min(portion, count - i * portion) }, (_head, j) => ({
          kind,
          layer,
          head: i * portion + j,
        })),
      ),
    );
    const ranked = (this.ranked = { ...asked, kind });
    this.effects = [];
    this.total = portions.flat().length;
    this.failure = '';
    this.changed();
    try {
      for (const some of portions) {
        const bits = await this.ask(some, ranked, abort.signal);
        if (abort.signal.aborted) return;
        this.effects = [...this.effects, ...some.map((head, i) => ({ ...head, bits: bits[i] }))];
        this.changed();
      }
    } catch (error) {
      if (!abort.signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.abort === abort) {
        this.abort = undefined;
        this.changed();
      }
    }
  }

  /** Ends what is under way; the effects so far stay. */
  cancel(): void {
    this.abort?.abort();
    this.abort = undefined;
  }
}

function sameQuestion(one: RankedFor, other: RankedFor): boolean {
  const asked = ({ kind, position, mean, by = 'divergence', positions }: RankedFor) =>
    JSON.stringify([kind, positions ?? [position], mean, by]);
  return asked(one) === asked(other);
}
