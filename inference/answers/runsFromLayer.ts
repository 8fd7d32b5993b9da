import { Tensor } from 'onnxruntime-node';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { AddedIntervention, InterventionPart } from '../../core/onnx';
import type { HeadAddress } from '../../core/run/explanation';
import { unchangedBy } from '../cause/patchRun';
import type { AttentionSession, Feeds } from '../models/attentionSession';
import type { CutSession } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { kindOf, type Logits } from '../models/recorder';
import type { OpenSegment, SegmentedModel } from '../models/segmentedModel';
import { segmentsOf } from '../models/segmentsOf';
import { widened } from '../models/widened';
import type { UseModel } from '../runs/runAttention';

type Switch = SegmentedModel['switches'][number];

/** How many tokens are run side by side at most: the same text as often as it fits, another head off in each. */
const tokensAtOnce = 640;
/** The same where values are changed: a user waits for it, and it has all threads. */
const changedAtOnce = 2048;
type Results = Readonly<Record<string, Tensor>>;

/** Milliseconds for which the segments stay open behind the last question. */
const heldOpen = 10_000;

/**
 * Runs of a text with single heads off, from the head's layer on: what comes before it is kept of a run with all on, and
 * logits are computed at the positions asked for only. Several heads of a layer are off side by side, each in its own copy of
 * the text. The segments stay open, and what they passed on is kept, until nothing was asked for a while: their weights are
 * held a second time meanwhile.
 */
export class RunsFromLayer {
  /** What the run with all heads on passed from segment to segment. */
  private readonly base = new Map<string, Tensor>();
  private readonly opened: (Promise<OpenSegment> | undefined)[] = [];
  private tail?: Promise<CutSession>;
  private timer?: NodeJS.Timeout;
  private before?: Promise<Logits>;
  /** Settles when what was asked last is answered. */
  private asked: Promise<unknown> = Promise.resolve();
  /** What the last segment gave with all heads on. */
  private end?: Results;
  /** Whether the last segment is run on the positions asked for alone. */
  private endsAlone = false;

  private constructor(
    private readonly model: SegmentedModel,
    /** What the model is fed for all copies, and for one. */
    private readonly feeds: Feeds,
    private readonly oneCopy: Feeds,
    private readonly siteKind: (kind: AttentionKind) => string | undefined,
    /** How many copies of the text are run side by side. */
    readonly copies: number,
    private positions: readonly number[],
  ) {}

  /** Whether it computes in float32 though the file does not. */
  get inFloat32(): boolean {
    return this.model.inFloat32;
  }

  /** One question after the other, each with its positions: what they share must not change under one that is being answered. */
  inTurn<Answer>(positions: readonly number[], answer: () => Promise<Answer>): Promise<Answer> {
    const answered = this.asked.then(() => {
      if (positions.join() !== this.positions.join()) {
        this.positions = positions;
        this.before = undefined;
      }
      return answer();
    });
    this.asked = answered.catch(() => undefined);
    return answered;
  }

  /**
   * @param positions where logits are wanted.
   * @param heads how many copies of the text are wanted side by side.
   * @param parts what can be changed in place of switching heads off ({@link changed}).
   * @returns undefined where the model cannot be cut, or is of several files.
   */
  static async of(
    use: UseModel,
    ids: readonly number[],
    positions: readonly number[],
    heads: number,
    parts?: readonly InterventionPart[],
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
    const model = await segmentsOf(session, parts ? 'changed' : 'logits', async () => use.turn?.(), parts);
    if (typeof model === 'string' || !session.outputNames.includes('logits')) return undefined;
    const copies = batches
      ? Math.max(1, Math.min(heads, Math.floor((parts ? changedAtOnce : tokensAtOnce) / ids.length)))
      : 1;
    const feeds = await feedsOf(use, session, ids, copies, model.inFloat32);
    const oneCopy = copies === 1 ? feeds : await feedsOf(use, session, ids, 1, model.inFloat32);
    return new RunsFromLayer(model, feeds, oneCopy, kind => kinds.get(kind), copies, positions);
  }

  /** The logits with all heads on: [position][vocabulary]. */
  async allOn(use: UseModel): Promise<Logits> {
    clearTimeout(this.timer);
    try {
      this.before ??= this.end ? this.saidOf(use, this.end) : this.runAll(use);
      return await this.before;
    } catch (error) {
      this.before = undefined;
      throw error;
    } finally {
      this.closeLater();
    }
  }

  /** The logits with other heads off in each copy of the text, at least one in some: [copy][position][vocabulary]. */
  async without(use: UseModel, each: readonly (readonly HeadAddress[])[], mean: boolean): Promise<Logits> {
    await this.allOn(use);
    clearTimeout(this.timer);
    try {
      const segmentOf = ({ name, mean: meanName }: Switch) =>
        this.model.segments.findIndex(({ inputs }) => inputs.includes(name) || inputs.includes(meanName));
      const off = new Map<Switch, readonly (readonly number[])[]>();
      for (const { kind, layer } of each.flat()) {
        const site = this.model.switches.find(one => one.kind === this.siteKind(kind) && one.layer === layer);
        if (!site) throw new RangeError('There is no such layer.');
        if (off.has(site)) continue;
        const here = (head: HeadAddress) => head.kind === kind && head.layer === layer;
        off.set(
          site,
          each.map(heads => heads.filter(here).map(({ head }) => head)),
        );
      }
      const segments = [...off.keys()].map(segmentOf);
      // The mean of a head of the last layer is one over all positions.
      const alone = this.endsAlone && !(mean && segments.includes(this.model.segments.length - 1));
      return await this.runFrom(use, Math.min(...segments), this.switchesOf(off, mean), alone);
    } finally {
      this.closeLater();
    }
  }

  /** By what runs can be changed. */
  get interventions(): readonly AddedIntervention[] {
    return this.model.interventions;
  }

  /**
   * The logits with values changed, in each copy of the text others: [copy][position][vocabulary].
   * @param changes what the inputs of interventions are fed, for all copies or for each.
   */
  async changed(use: UseModel, changes: Feeds): Promise<Logits> {
    await this.allOn(use);
    clearTimeout(this.timer);
    try {
      const reads = ({ inputs }: { readonly inputs: readonly string[] }) => inputs.some(name => name in changes);
      const { segments } = this.model;
      const first = segments.findIndex(reads);
      if (first < 0) throw new RangeError('Nothing of the model reads what is changed.');
      const alone = this.endsAlone && !reads(segments[segments.length - 1]);
      return await this.runFrom(use, first, { ...this.unchanged, ...changes }, alone);
    } finally {
      this.closeLater();
    }
  }

  /** What switches and interventions are fed where nothing is off or changed. */
  private get unchanged(): Feeds {
    return Object.assign(this.switchesOf(new Map(), false), ...this.model.interventions.map(unchangedBy)) as Feeds;
  }

  /** Closes what is open, at once. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    const open = this.opened.splice(0);
    const { tail } = this;
    this.tail = undefined;
    this.base.clear();
    [this.before, this.end] = [undefined, undefined];
    await Promise.all([...open, tail].map(async part => (await part)?.release()));
  }

  private closeLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.close().catch(() => undefined), heldOpen).unref();
  }

  /**
   * The run with all heads on. It is the same text in all copies, so one is run, and repeated, but for masks and shapes in the
   * first segment: as long as what is passed on are numbers of one text.
   */
  private async runAll(use: UseModel): Promise<Logits> {
    this.base.clear();
    const { segments } = this.model;
    const on = this.unchanged;
    const one = new Map<string, Tensor>();
    let results: Results = {};
    let repeats = this.copies > 1;
    for (let i = 0; i < segments.length; i++) {
      if (repeats) results = await this.runSegment(use, i, name => one.get(name) ?? on[name] ?? this.oneCopy[name]);
      if (i > 0) repeats &&= Object.values(results).every(isOfOneText);
      const all =
        i > 0 && repeats
          ? Object.fromEntries(Object.entries(results).map(([name, t]) => [name, repeated(t, this.copies)]))
          : await this.runSegment(use, i, name => this.base.get(name) ?? on[name] ?? this.feeds[name]);
      if (!repeats) results = all;
      for (const [name, tensor] of Object.entries(results)) one.set(name, tensor);
      for (const [name, tensor] of Object.entries(all)) this.base.set(name, tensor);
    }
    const value = (name: string) => one.get(name) ?? on[name] ?? this.oneCopy[name];
    this.endsAlone = await this.canEndAlone(use, value, results);
    this.end = results;
    return this.saidOf(use, results);
  }

  /** The logits of the first of all copies, which are the same text. */
  private async saidOf(use: UseModel, results: Results): Promise<Logits> {
    const logits = await this.logitsOf(use, results);
    return { ...logits, rows: this.rows, data: logits.data.slice(0, this.rows * logits.columns) };
  }

  /**
   * Whether the last segment gives the same of the positions asked for alone: behind the last attention, most models look at
   * each position by itself. That is tried, with all heads on.
   */
  private async canEndAlone(use: UseModel, value: (name: string) => Tensor, whole: Results): Promise<boolean> {
    const { beforeTail, segments } = this.model;
    const last = segments.length - 1;
    if (!beforeTail || this.rows === this.length) return false;
    const { inputs } = await this.open(use, last, value);
    const ofTokens = inputs.map(value).filter(({ dims }) => dims.includes(this.length));
    if (!ofTokens.every(tensor => this.isByToken(tensor))) return false;
    const alone = await this.runSegment(
      use,
      last,
      name => this.atPositionsOf(value(name)),
      () => undefined,
    );
    if (!alone) return false;
    const [some, all] = [alone[beforeTail], this.atPositions(whole[beforeTail])].map(tensor => floatNumbers(tensor)!);
    const largest = all.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
    return some.length === all.length && some.every((number, i) => Math.abs(number - all[i]) <= largest * 1e-4);
  }

  /** How many tokens the text has. */
  get length(): number {
    return this.oneCopy.input_ids?.dims[1];
  }

  /** Whether a tensor is [copies, tokens, width]. */
  private isByToken({ type, dims }: Tensor): boolean {
    return /^float/.test(type) && dims.length === 3 && dims[1] === this.length;
  }

  private atPositionsOf(tensor: Tensor): Tensor {
    return this.isByToken(tensor) ? this.atPositions(tensor) : tensor;
  }

  private get rows(): number {
    return this.positions.length;
  }

  /**
   * Runs the segments from one on, a piece of work each.
   * @param alone whether the last is run on the positions asked for alone.
   */
  private async runFrom(use: UseModel, first: number, switches: Feeds, alone: boolean): Promise<Logits> {
    const own = new Map<string, Tensor>();
    const value = (name: string) => own.get(name) ?? this.base.get(name) ?? switches[name] ?? this.feeds[name];
    const last = this.model.segments.length - 1;
    for (let i = first; i < last; i++) {
      for (const [name, tensor] of Object.entries(await this.runSegment(use, i, value))) own.set(name, tensor);
    }
    const results = await this.runSegment(use, last, alone ? name => this.atPositionsOf(value(name)) : value);
    return this.logitsOf(use, results, alone);
  }

  /** @param otherwise what is given where it cannot be run. */
  private async runSegment<Otherwise = never>(
    use: UseModel,
    index: number,
    value: (name: string) => Tensor,
    otherwise?: () => Otherwise,
  ): Promise<Results | Otherwise> {
    const segment = await this.open(use, index, value);
    const feeds = Object.fromEntries(segment.inputs.map(name => [name, value(name)]));
    return use(() => (otherwise ? segment.run(feeds).catch(otherwise) : segment.run(feeds)));
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

  private async logitsOf(use: UseModel, results: Results, alone = false): Promise<Logits> {
    const { beforeTail } = this.model;
    const last = !beforeTail ? results.logits : alone ? results[beforeTail] : this.atPositions(results[beforeTail]);
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

  /** Some heads off in each of the first copies; all others on. */
  private switchesOf(off: ReadonlyMap<Switch, readonly (readonly number[])[]>, mean: boolean): Feeds {
    const feeds: Record<string, Tensor> = {};
    for (const site of this.model.switches) {
      const { name, mean: meanName, heads: count } = site;
      const each = off.get(site);
      const copies = each ? this.copies : 1;
      const numbers = (whenOff: number, whenOn: number) =>
        new Tensor(
          'float32',
          Float32Array.from({ length: copies * count }, (_, i) =>
            each?.[Math.floor(i / count)]?.includes(i % count) ? whenOff : whenOn,
          ),
          [copies, count, 1, 1],
        );
      feeds[name] = numbers(0, 1);
      feeds[meanName] = numbers(mean ? 1 : 0, 0);
    }
    return feeds;
  }
}

/** What a text is fed as in some copies, widened where the model computes in float32. */
async function feedsOf(
  use: UseModel,
  session: AttentionSession,
  ids: readonly number[],
  copies: number,
  inFloat32: boolean,
): Promise<Feeds> {
  const feeds = await use(open => session.feedsOf(() => open.run(ids, undefined, copies)));
  return inFloat32 ? widened(feeds) : feeds;
}

/** Whether a tensor holds numbers of one text: of shapes, or of texts and tokens in one axis, one cannot say. */
function isOfOneText({ type, dims }: Tensor): boolean {
  return (type === 'float32' || type === 'float16') && dims.length > 2 && dims[0] === 1;
}

/** The same text as often as there are copies. */
function repeated({ type, data, dims }: Tensor, copies: number): Tensor {
  const from = data as Float32Array;
  const all = new (from.constructor as Float32ArrayConstructor)(copies * from.length);
  for (let copy = 0; copy < copies; copy++) all.set(from, copy * from.length);
  return new Tensor(type as 'float32', all, [copies, ...dims.slice(1)]);
}
