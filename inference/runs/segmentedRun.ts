import { Tensor } from 'onnxruntime-node';
import type { Feeds } from '../models/attentionSession';
import { int64 } from '../models/onnxTensors';
import type { OpenSegment, SegmentedModel } from '../models/segmentedModel';
import type { UseModel } from './runAttention';

/** Consecutive tokens that are run together: from the first up to behind the last. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** What segments gave that others behind them read: by name, a tensor for each lot of tokens. */
export type Passed = ReadonlyMap<string, readonly Tensor[]>;

/** What to run of a segment. */
export interface SegmentWork {
  /** The outputs to give besides what is passed on. */
  readonly outputs: readonly string[];
  /** Further inputs, the same for all lots of tokens. */
  readonly feeds?: Feeds;
  /** Whether what the segments behind it read is given, too. */
  readonly passOn: boolean;
  /** Is given the outputs of one lot of tokens. */
  readonly onRows: (rows: Rows, outputs: Readonly<Record<string, Tensor>>) => void;
}

/** A segment of a model cannot be run by itself. */
export class SegmentFault extends Error {}

/** Says that the whole model is run in place of its segments, and why: the extension host writes it into the log. */
export function tellWhole(error: unknown): void {
  const { message, cause } = error instanceof Error ? error : { message: String(error) };
  process.stderr.write(
    `${message} The whole model is run instead.${cause instanceof Error ? ` ${cause.message}` : ''}\n`,
  );
}

/**
 * How many tokens are read at a time: of a layer of 3.5 million weights at 2,192 tokens some 120 milliseconds of processor time
 * at most. More at once would be slower, too: a causal layer computes the weights between all tokens of the lot. Where a layer
 * takes longer than it should, the next run of the model reads fewer.
 */
const tokensAtOnce = 128;
const fewestAtOnce = 16;
/** Milliseconds of processor time that a lot may take. */
const longestLot = 200;
const tokensOf = new WeakMap<SegmentedModel, number>();

/**
 * A run of a model segment by segment. Where the model has a cache, each segment reads the tokens in lots, the keys and
 * values of those before put in as its cache: so a piece of work is as small as is wanted. Without a cache, or where
 * activations are quantized by the largest of all tokens, a segment is the smallest piece.
 */
export class SegmentedRun {
  private rows: Rows[];
  private passed = new Map<string, readonly Tensor[]>();
  private done = 0;

  private constructor(
    private readonly model: SegmentedModel,
    private readonly feeds: Feeds,
    private readonly length: number,
    private readonly inLots: boolean,
  ) {
    this.rows = inLots ? lotsOf(length, tokensOf.get(model) ?? tokensAtOnce) : [{ from: 0, to: length }];
  }

  /** @param mayCut whether tokens may be read in lots: each sees only those before it, and nothing depends on all of them. */
  static of(model: SegmentedModel, feeds: Feeds, mayCut: boolean): SegmentedRun {
    const length = feeds.input_ids?.dims[1] ?? 0;
    return new SegmentedRun(model, feeds, length, mayCut && isCuttable(model, feeds, length));
  }

  /** The number of the segment that is run next. */
  get next(): number {
    return this.done;
  }

  /** What the segments before the next one passed on to it and those behind it. */
  get state(): { readonly rows: readonly Rows[]; readonly passed: Passed } {
    return { rows: this.rows, passed: this.passed };
  }

  /** A run that goes on where another stood. */
  from(segment: number, { rows, passed }: SegmentedRun['state']): SegmentedRun {
    const run = new SegmentedRun(this.model, this.feeds, this.length, this.inLots);
    run.rows = [...rows];
    run.passed = new Map(passed);
    run.done = segment;
    return run;
  }

  /** Runs the next segment, a piece of work for each lot of tokens, and goes on to the one behind it where it passes on. */
  async run(use: UseModel, { outputs, feeds = {}, passOn, onRows }: SegmentWork): Promise<void> {
    const index = this.done;
    const segment = this.model.segments[index];
    const caches = this.inLots ? cachesOf(segment) : [];
    const needed = new Set(this.model.segments.slice(index + 1).flatMap(({ inputs }) => inputs));
    const passOnNames = passOn ? segment.passedOn.filter(name => needed.has(name)) : [];
    const wanted = [...new Set([...passOnNames, ...outputs, ...caches.map(presentOf)])];
    const given = new Map<string, Tensor[]>(passOnNames.map(name => [name, []]));
    let open: OpenSegment | undefined;
    const cache = new Map<string, Tensor>();
    const lot = async (opened: OpenSegment, rows: Rows, number: number): Promise<void> => {
      const before = process.cpuUsage();
      const results = await opened.run(this.feedsFor(opened, rows, number, cache, feeds)).catch(asFault);
      const { user, system } = process.cpuUsage(before);
      const size = this.rows[0].to;
      if (this.inLots && (user + system) / 1000 > longestLot && size > fewestAtOnce) {
        tokensOf.set(this.model, size >> 1);
      }
      for (const name of caches) cache.set(name, results[presentOf(name)]);
      for (const name of passOnNames) given.get(name)!.push(results[name]);
      onRows(rows, results);
    };
    try {
      open = await this.opening(use, index, wanted, name => this.passed.get(name)![0]);
      const opened = open;
      for (const [i, rows] of this.rows.entries()) await use(() => lot(opened, rows, i));
    } finally {
      await open?.release();
    }
    if (!passOn) return;
    this.done++;
    for (const name of this.passed.keys()) if (!needed.has(name)) this.passed.delete(name);
    for (const [name, tensors] of given) this.passed.set(name, tensors);
  }

  private opening(
    use: UseModel,
    index: number,
    wanted: readonly string[],
    value: (name: string) => Tensor,
  ): Promise<OpenSegment> {
    return use(() => this.model.open(index, wanted, value).catch(asFault));
  }

  private feedsFor(
    { inputs }: OpenSegment,
    rows: Rows,
    number: number,
    cache: ReadonlyMap<string, Tensor>,
    more: Feeds,
  ): Feeds {
    const feed = (name: string): Tensor =>
      this.passed.get(name)?.[number] ?? more[name] ?? cache.get(name) ?? this.partOf(name, rows);
    return Object.fromEntries(inputs.map(name => [name, feed(name)]));
  }

  /** What an input of the model is for some tokens, those before them in the cache. */
  private partOf(name: string, { from, to }: Rows): Tensor {
    const whole = this.feeds[name];
    if (!this.inLots || (from === 0 && to === this.length)) return whole;
    if (name === 'attention_mask') return columns(whole, 0, to);
    return isCache(name) ? emptyCache(whole, from) : columns(whole, from, to);
  }
}

function asFault(error: unknown): never {
  throw new SegmentFault('A segment of the model cannot be run by itself.', { cause: error });
}

/** All tokens, in lots that are run one after the other. */
function lotsOf(length: number, size: number): Rows[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    from: i * size,
    to: Math.min((i + 1) * size, length),
  }));
}

const cachePattern = /^past_key_values\./;

function isCache(name: string): boolean {
  return cachePattern.test(name);
}

function presentOf(name: string): string {
  return name.replace(cachePattern, 'present.');
}

/** The caches that a segment itself reads and gives again. */
function cachesOf({ inputs, shapesOnly }: SegmentedModel['segments'][number]): string[] {
  return inputs.filter(name => isCache(name) && !shapesOnly.has(name));
}

/** Whether a model's inputs are tokens and an empty cache, and each segment that reads of the cache gives what comes of it. */
function isCuttable({ segments }: SegmentedModel, feeds: Feeds, length: number): boolean {
  const names = Object.keys(feeds);
  return (
    names.some(isCache) &&
    names.every(name => {
      const { dims } = feeds[name];
      if (isCache(name)) return dims.length === 4 && dims[0] === 1 && dims[2] === 0;
      return (
        /^(input_ids|position_ids|attention_mask)$/.test(name) &&
        dims.length === 2 &&
        dims[0] === 1 &&
        dims[1] === length
      );
    }) &&
    segments.every(segment => cachesOf(segment).every(name => segment.outputs.includes(presentOf(name))))
  );
}

function columns(tensor: Tensor, from: number, to: number): Tensor {
  return int64((tensor.data as BigInt64Array).slice(from, to), [1, to - from]);
}

/** A cache of which only the shape is read. */
function emptyCache({ type, dims }: Tensor, tokens: number): Tensor {
  const shape = [dims[0], dims[1], tokens, dims[3]];
  const count = shape.reduce((product, size) => product * size, 1);
  return type === 'float16'
    ? new Tensor('float16', new Uint16Array(count), shape)
    : new Tensor('float32', new Float32Array(count), shape);
}
