import { Tensor } from 'onnxruntime-node';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { HeadAddress } from '../../core/run/explanation';
import type { AttentionSession, Feeds } from '../models/attentionSession';
import type { CutSession } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { kindOf, type Logits } from '../models/recorder';
import type { OpenSegment, SegmentedModel } from '../models/segmentedModel';
import { segmentsOf } from '../models/segmentsOf';
import type { UseModel } from '../runs/runAttention';

/** How many tokens are run side by side at most: the same text as often as it fits, another head off in each. */
const tokensAtOnce = 640;
/** Milliseconds for which the segments stay open behind the last question. */
const heldOpen = 10_000;

/**
 * Runs of a text with single heads off, from the head's layer on: what comes before it is kept of a run with all on, and
 * logits are computed at the positions asked for only. Several heads of a layer are off side by side, each in its own copy of
 * the text. The segments stay open until nothing was asked for a while, their weights held a second time meanwhile.
 */
export class RunsFromLayer {
  /** What the run with all heads on passed from segment to segment. */
  private readonly base = new Map<string, Tensor>();
  private readonly opened: (Promise<OpenSegment> | undefined)[] = [];
  private tail?: Promise<CutSession>;
  private timer?: NodeJS.Timeout;
  private before?: Promise<Logits>;

  private constructor(
    private readonly model: SegmentedModel,
    private readonly feeds: Feeds,
    private readonly siteKind: (kind: AttentionKind) => string | undefined,
    /** How many copies of the text are run side by side. */
    readonly copies: number,
    private readonly positions: readonly number[],
  ) {}

  /**
   * @param positions where logits are wanted.
   * @returns undefined where the model cannot be cut, or is of several files.
   */
  static async of(
    use: UseModel,
    ids: readonly number[],
    positions: readonly number[],
    heads: number,
  ): Promise<RunsFromLayer | undefined> {
    const { session, batches, kinds } = await use(open => {
      const [[name, only], ...others] = Object.entries(open.sessions);
      return Promise.resolve({
        // Rounded to few steps by the largest of all, numbers jump where others are rounded otherwise.
        session: others.length === 0 && 'model' in open && !only.quantizesActivations ? only : undefined,
        batches: open.batches && only.switchesPerText,
        kinds: new Map(only.sites.map(site => [kindOf(site, name, open), site.kind])),
      });
    });
    if (!session) return undefined;
    const model = await segmentsOf(session, 'logits', async () => use.turn?.());
    if (typeof model === 'string' || !session.outputNames.includes('logits')) return undefined;
    const copies = batches ? Math.max(1, Math.min(heads, Math.floor(tokensAtOnce / ids.length))) : 1;
    const feeds = await feedsOf(use, session, ids, copies);
    return new RunsFromLayer(model, feeds, kind => kinds.get(kind), copies, positions);
  }

  /** The logits with all heads on: [position][vocabulary]. */
  async allOn(use: UseModel): Promise<Logits> {
    clearTimeout(this.timer);
    try {
      this.before ??= this.runAll(use);
      return await this.before;
    } catch (error) {
      this.before = undefined;
      throw error;
    } finally {
      this.closeLater();
    }
  }

  /** The logits with one head of a layer off in each copy of the text: [copy][position][vocabulary]. */
  async without(use: UseModel, heads: readonly HeadAddress[], mean: boolean): Promise<Logits> {
    await this.allOn(use);
    clearTimeout(this.timer);
    try {
      const { kind, layer } = heads[0];
      const site = this.model.switches.find(each => each.kind === this.siteKind(kind) && each.layer === layer);
      if (!site) throw new RangeError('There is no such layer.');
      const off = this.switchesOf(
        heads.map(({ head }) => head),
        site.name,
        mean,
      );
      const first = this.model.segments.findIndex(
        ({ inputs }) => inputs.includes(site.name) || inputs.includes(site.mean),
      );
      return await this.runFrom(use, first, off, new Map());
    } finally {
      this.closeLater();
    }
  }

  /** Closes what is open, at once. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    const open = this.opened.splice(0);
    const { tail } = this;
    this.tail = undefined;
    await Promise.all([...open, tail].map(async part => (await part)?.release()));
  }

  private closeLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.close().catch(() => undefined), heldOpen).unref();
  }

  private async runAll(use: UseModel): Promise<Logits> {
    this.base.clear();
    const logits = await this.runFrom(use, 0, this.switchesOf([], '', false), this.base);
    // All copies are the same text.
    return { ...logits, rows: this.rows, data: logits.data.slice(0, this.rows * logits.columns) };
  }

  private get rows(): number {
    return this.positions.length;
  }

  /** Runs the segments from one on, a piece of work each. @param own what they pass on. */
  private async runFrom(use: UseModel, first: number, switches: Feeds, own: Map<string, Tensor>): Promise<Logits> {
    const { segments } = this.model;
    let results: Readonly<Record<string, Tensor>> = {};
    for (let i = first; i < segments.length; i++) {
      const value = (name: string) => own.get(name) ?? this.base.get(name) ?? switches[name] ?? this.feeds[name];
      const segment = await this.open(use, i, value);
      results = await use(() => segment.run(Object.fromEntries(segment.inputs.map(name => [name, value(name)]))));
      for (const [name, tensor] of Object.entries(results)) own.set(name, tensor);
    }
    return this.logitsOf(use, results);
  }

  private async open(use: UseModel, index: number, value: (name: string) => Tensor): Promise<OpenSegment> {
    const opening = (this.opened[index] ??= use(() => this.model.open(index, this.wantedOf(index), value)));
    try {
      return await opening;
    } catch (error) {
      if (this.opened[index] === opening) this.opened[index] = undefined;
      throw error;
    }
  }

  private wantedOf(index: number): string[] {
    const { segments, beforeTail } = this.model;
    if (index === segments.length - 1) return [beforeTail ?? 'logits'];
    const needed = new Set(segments.slice(index + 1).flatMap(({ inputs }) => inputs));
    return segments[index].passedOn.filter(name => needed.has(name));
  }

  private async logitsOf(use: UseModel, results: Readonly<Record<string, Tensor>>): Promise<Logits> {
    const { beforeTail } = this.model;
    const last = beforeTail ? this.atPositions(results[beforeTail]) : results.logits;
    const logits = beforeTail
      ? await use(async () => (await (await (this.tail ??= this.model.openTail())).run([last]))[0])
      : this.atPositions(last);
    const data = floatNumbers(logits);
    if (!data) throw new Error(`The logits are ${logits.type}.`);
    const columns = logits.dims[logits.dims.length - 1];
    return { rows: data.length / columns, columns, data };
  }

  /** Some positions of each text, [copies, positions, width]. What has one row for a text, as a classifier's logits, is given whole. */
  private atPositions(tensor: Tensor): Tensor {
    if (tensor.dims.length < 3) return tensor;
    const [copies, length, width] = tensor.dims;
    const { positions } = this;
    const from = tensor.data as Float32Array;
    const data = new (from.constructor as Float32ArrayConstructor)(copies * positions.length * width);
    for (let copy = 0; copy < copies; copy++) {
      positions.forEach((position, i) => {
        const at = (copy * length + position) * width;
        data.set(from.subarray(at, at + width), (copy * positions.length + i) * width);
      });
    }
    return new Tensor(tensor.type as 'float32', data, [copies, positions.length, width]);
  }

  /** One head off in each of the first copies, in one layer; all others on. */
  private switchesOf(heads: readonly number[], offIn: string, mean: boolean): Feeds {
    const feeds: Record<string, Tensor> = {};
    for (const { name, mean: meanName, heads: count } of this.model.switches) {
      const copies = name === offIn ? this.copies : 1;
      const numbers = (whenOff: number, whenOn: number) =>
        new Tensor(
          'float32',
          Float32Array.from({ length: copies * count }, (_, i) =>
            name === offIn && heads[Math.floor(i / count)] === i % count ? whenOff : whenOn,
          ),
          [copies, count, 1, 1],
        );
      feeds[name] = numbers(0, 1);
      feeds[meanName] = numbers(mean ? 1 : 0, 0);
    }
    return feeds;
  }
}

function feedsOf(use: UseModel, session: AttentionSession, ids: readonly number[], copies: number): Promise<Feeds> {
  return use(open => session.feedsOf(() => open.run(ids, undefined, copies)));
}
