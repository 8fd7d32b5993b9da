import type { AttentionSite, BlockPart, BlockStack, ExtendedModel, FeedForward, RowsRequest } from '../../core/onnx';
import type { Value } from '../../core/onnx/graph/linkedGraph';

/** What one part of a block gives in a run, by the names of outputs. */
export interface PartOutputs {
  readonly before: string;
  readonly write: string;
  readonly bias?: string;
  readonly after: string;
  readonly reads: string;
  /** Of a feed-forward part: the activations of its neurons. */
  readonly hidden?: string;
  /** Of attention: what its output projection reads, all heads side by side. */
  readonly heads?: string;
  readonly site?: AttentionSite;
  readonly preNorm: boolean;
  readonly normedWrite: boolean;
  readonly parallel: boolean;
  readonly feedForward?: Pick<FeedForward, 'activation' | 'gated' | 'linear'> | string;
}

/** What the blocks of one residual stream give in a run. */
export interface StackOutputs {
  /** The input that names the positions that are looked at. */
  readonly positions: string;
  readonly start: string;
  readonly end: string;
  readonly postNorm: boolean;
  readonly embedding: {
    readonly normed: boolean;
    readonly fused: boolean;
    readonly parts: readonly {
      readonly kind: BlockStack['embedding']['parts'][number]['kind'];
      readonly output: string;
    }[];
    /** The position embedding of all positions. */
    readonly table?: string;
  };
  readonly source?: { readonly kind: 'rotary' | 'relative'; readonly cos?: string; readonly sin?: string };
  readonly blocks: readonly (readonly PartOutputs[])[];
  /** All outputs, to be asked for. */
  readonly outputs: readonly string[];
}

/** The values of a stack that a run gives, each as in all branches, with a way to name them once they are outputs. */
export class WantedValues {
  private readonly rows: (readonly Value[])[] = [];
  private readonly whole: (readonly Value[])[] = [];
  private readonly placeOf = new Map<Value, number>();
  private readonly wholeOf = new Map<Value, number>();

  constructor(private readonly branches: readonly [BlockStack, ...BlockStack[]]) {
    const { values, whole } = this.listed();
    for (const get of values) this.add(get, this.rows, this.placeOf);
    for (const get of whole) this.add(get, this.whole, this.wholeOf);
  }

  get request(): RowsRequest {
    return { values: this.rows, whole: this.whole };
  }

  /** What was asked for, by the names that it was given; sites as the session knows them. */
  named(
    { positions, outputs }: ExtendedModel['rows'][number],
    siteOf: (site: AttentionSite) => AttentionSite,
  ): StackOutputs {
    const [stack] = this.branches;
    const row = (value: Value) => outputs[this.placeOf.get(value)!];
    const all = (value: Value | undefined) => {
      const place = value && this.wholeOf.get(value);
      return place === undefined ? undefined : outputs[this.rows.length + place];
    };
    const { embedding, positions: source } = stack;
    const maybe = (value: Value | undefined) => value && row(value);
    return {
      positions,
      start: row(stack.start),
      end: row(stack.end),
      postNorm: stack.postNorm,
      embedding: {
        normed: embedding.normed,
        fused: embedding.fused,
        parts: embedding.parts.map(({ kind, value }) => ({ kind, output: row(value) })),
        table: all(embedding.parts.find(({ kind }) => kind === 'position')?.value),
      },
      source: source && {
        kind: source.kind,
        ...(source.kind === 'rotary' && { cos: all(source.cos), sin: all(source.sin) }),
      },
      blocks: stack.blocks.map(({ parts }) =>
        parts.map((part): PartOutputs => {
          const { before, write, after, reads, site, preNorm, normedWrite, parallel, feedForward } = part;
          return {
            before: row(before),
            write: row(write),
            bias: maybe(part.bias),
            after: row(after),
            reads: row(reads),
            hidden: typeof feedForward === 'object' ? row(feedForward.hidden) : undefined,
            heads: maybe(part.projection?.from),
            site: site && siteOf(site),
            preNorm,
            normedWrite,
            parallel,
            feedForward:
              typeof feedForward === 'object'
                ? { activation: feedForward.activation, gated: feedForward.gated, linear: feedForward.linear }
                : feedForward,
          };
        }),
      ),
      outputs,
    };
  }

  private listed() {
    const [{ blocks, embedding, positions }] = this.branches;
    const ofPart = (block: number, place: number) => (stack: BlockStack) => stack.blocks[block].parts[place];
    const values: ((stack: BlockStack) => Value | undefined)[] = [stack => stack.start, stack => stack.end];
    blocks.forEach(({ parts }, block) =>
      parts.forEach((_, place) => {
        const part = ofPart(block, place);
        values.push(...partValues.map(get => (stack: BlockStack) => get(part(stack))));
      }),
    );
    embedding.parts.forEach((_, i) => values.push(stack => stack.embedding.parts[i].value));
    const whole: ((stack: BlockStack) => Value | undefined)[] = [
      stack => stack.embedding.parts.find(({ kind }) => kind === 'position')?.value,
    ];
    if (positions?.kind === 'rotary') {
      whole.push(
        stack => (stack.positions?.kind === 'rotary' ? stack.positions.cos : undefined),
        stack => (stack.positions?.kind === 'rotary' ? stack.positions.sin : undefined),
      );
    }
    return { values, whole };
  }

  private add(
    get: (stack: BlockStack) => Value | undefined,
    list: (readonly Value[])[],
    places: Map<Value, number>,
  ): void {
    const values = this.branches.map(get);
    const [first] = values;
    if (!first || places.has(first) || values.some(value => value === undefined)) return;
    // What lies outside of the branches is one value.
    places.set(first, list.push([...new Set(values as Value[])]) - 1);
  }
}

const partValues: readonly ((part: BlockPart) => Value | undefined)[] = [
  part => part.before,
  part => part.write,
  part => part.bias,
  part => part.after,
  part => part.reads,
  part => (typeof part.feedForward === 'object' ? part.feedForward.hidden : undefined),
  part => part.projection?.from,
];
