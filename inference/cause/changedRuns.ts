import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { ChangedRun, Knockout, Patch, Some } from '../../core/cause/causeOrder';
import {
  addAttention,
  replacedValue,
  type AddedIntervention,
  type AttentionSite,
  type ExtendedModel,
  type FoundAttention,
  type Intervention,
  type Places,
} from '../../core/onnx';
import type { DeclaredInput } from '../../core/graph/graphInputs';
import { declaredInputs } from '../graph/declaredInputs';
import { CauseFault } from './causeFault';
import { floatNumbers } from '../models/floatNumbers';
import { readable } from '../models/onnxTensors';

/** What a run is fed, by the inputs' names. */
type Feeds = Readonly<Record<string, Tensor>>;

/** Numbers of a run, row-major. */
export interface RunNumbers {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Opens a model's bytes. */
export type OpenBytes = (bytes: Uint8Array) => Promise<InferenceSession>;

/** Scores this far below the largest of their query are of keys that a mask hides. */
const hidden = 9000;

/** What patches are called in files, and what they are of the graph. */
const parts = { residual: 'residual', head: 'head', attention: 'probabilities', mlp: 'feedForward' } as const;

/**
 * Runs of a model with changes. One graph gives what the model computes unchanged, another takes the changes: both have what
 * the given runs need and nothing else.
 */
export class ChangedRuns {
  private readonly base: Promise<InferenceSession>;
  private changing?: Promise<InferenceSession>;
  private readonly extended: ExtendedModel;
  private readonly changed: ExtendedModel;
  /** What runs unchanged gave, by what they were fed. */
  private readonly known = new Map<Feeds, Promise<ReadonlyMap<string, RunNumbers>>>();

  /**
   * @param output the output that is looked at.
   * @param more values that unchanged runs are to give, too.
   * @throws {OnnxError} where the graph does not show what is to be changed.
   */
  constructor(
    private readonly found: FoundAttention,
    runs: readonly ChangedRun[],
    private readonly output: string,
    private readonly open: OpenBytes,
    more: readonly Places[] = [],
  ) {
    const asked = new Map<string, Intervention>();
    for (const { patch, knockout } of runs) {
      for (const one of patch) this.ask(asked, { ...one, part: parts[one.part] });
      for (const one of knockout) this.ask(asked, { ...one, part: one.form });
    }
    const replaced = [...asked.values()].filter(({ part }) => part !== 'scores' && part !== 'probabilities');
    const values = new Map(replaced.map(one => [keyOf(one), replacedValue(found, one)]));
    this.extended = addAttention(found.model, found, {
      probabilities: [...asked.values()].some(({ part }) => part === 'scores' || part === 'probabilities'),
      scores: [...asked.values()].some(({ part }) => part === 'scores'),
      exposed: [...[...values.values()].map(({ places }) => places), ...more],
      disturbs: true,
    });
    this.valueNames = new Map([...values.keys()].map((key, i) => [key, this.extended.exposed[i]]));
    this.moreNames = new Map(more.map((places, i) => [places[0], this.extended.exposed[values.size + i]]));
    this.changed = addAttention(found.model, found, { probabilities: false, interventions: [...asked.values()] });
    this.base = open(this.extended.bytes);
    // Awaited by whoever asks first.
    this.base.catch(() => undefined);
  }

  private readonly valueNames: ReadonlyMap<string, string>;
  private readonly moreNames: ReadonlyMap<Places[0], string>;

  private ask(asked: Map<string, Intervention>, wanted: Omit<Intervention, 'kind'> & { readonly kind?: string }): void {
    const { part, layer } = wanted;
    const one = { part, layer, kind: this.kindOf(wanted.kind) };
    asked.set(keyOf(one), one);
  }

  /** Which attention is meant: where none is named, the model's own self-attention. */
  private kindOf(kind: string | undefined): AttentionSite['kind'] {
    const kinds = [...new Set(this.found.attentions.map(site => site.kind))];
    const named = kinds.find(one => one === kind);
    if (named) return named;
    const own = (['self', 'decoder', 'encoder', 'cross'] as const).find(one => kinds.includes(one))!;
    if (kind === undefined || kind === 'self') return own;
    throw new CauseFault(`The model has no ${kind} attention; it has ${kinds.join(', ')}.`);
  }

  /** What the model is fed. */
  async inputs(): Promise<DeclaredInput[]> {
    return declaredInputs(await this.base);
  }

  /** What the model says unchanged. */
  async unchanged(feeds: Feeds): Promise<RunNumbers> {
    return (await this.valuesOf(feeds)).get(this.output)!;
  }

  /** One of the further values, by its first place, of a run unchanged. */
  async value(feeds: Feeds, first: Places[0]): Promise<RunNumbers> {
    return (await this.valuesOf(feeds)).get(this.moreNames.get(first)!)!;
  }

  /**
   * Runs with changes.
   * @param from what patches are taken from.
   * @throws {CauseFault} where a change does not fit the run.
   */
  async run(feeds: Feeds, run: ChangedRun, from: Feeds | undefined): Promise<RunNumbers> {
    const own = await this.valuesOf(feeds);
    const source = from && (await this.valuesOf(from));
    const changes = new Changes(this.changed.interventions, run.name);
    for (const patch of run.patch) {
      const one = { part: parts[patch.part], layer: patch.layer, kind: this.kindOf(patch.kind) };
      if (one.part === 'probabilities') {
        changes.replaceRows(one, patch, this.attentionOf(source!, one), this.attentionOf(own, one));
      } else {
        const name = this.valueNames.get(keyOf(one))!;
        const heads = one.part === 'head' ? this.siteOf(one).heads : undefined;
        const batch = feeds[Object.keys(feeds)[0]].dims[0] ?? 1;
        changes.replace(one, patch, source!.get(name)!, own.get(name)!, { heads, batch });
      }
    }
    for (const knockout of run.knockout) {
      const one = { part: knockout.form, layer: knockout.layer, kind: this.kindOf(knockout.kind) };
      const scores = one.part === 'scores' ? own.get(this.nameOf(one, 'scores') ?? '') : undefined;
      changes.cut(one, knockout, this.attentionOf(own, one), scores);
    }
    const session = await (this.changing ??= this.open(this.changed.bytes));
    const results = await session.run(readable({ ...feeds, ...changes.feeds() }), [this.output]);
    return numbersOf(results[this.output]);
  }

  private siteOf({ kind, layer }: Pick<Intervention, 'kind' | 'layer'>): AttentionSite {
    return this.found.attentions.find(site => site.kind === kind && site.layer === layer)!;
  }

  private nameOf(one: Pick<Intervention, 'kind' | 'layer'>, what: 'probabilities' | 'scores'): string | undefined {
    const site = this.siteOf(one);
    // Scores of grouped queries come without their masks: what is hidden is told from the probabilities.
    if (what === 'scores' && site.form === 'com.microsoft.GroupQueryAttention') return undefined;
    return this.extended.outputs.find(output => output.site === site && output.what === what)?.name;
  }

  private attentionOf(values: ReadonlyMap<string, RunNumbers>, one: Pick<Intervention, 'kind' | 'layer'>): RunNumbers {
    const found = values.get(this.nameOf(one, 'probabilities') ?? '');
    if (!found) throw new CauseFault(`The probabilities of layer ${one.layer} cannot be told.`);
    return found;
  }

  private valuesOf(feeds: Feeds): Promise<ReadonlyMap<string, RunNumbers>> {
    let values = this.known.get(feeds);
    if (!values) {
      this.known.set(feeds, (values = this.runBase(feeds)));
    }
    return values;
  }

  private async runBase(feeds: Feeds): Promise<ReadonlyMap<string, RunNumbers>> {
    const session = await this.base;
    const names = [
      ...new Set([this.output, ...this.extended.outputs.map(({ name }) => name), ...this.extended.exposed]),
    ];
    const results = await session.run(readable(feeds), names);
    return new Map(names.map(name => [name, numbersOf(results[name])]));
  }
}

function keyOf({ part, kind, layer }: Intervention): string {
  return `${part} ${kind} ${layer}`;
}

function numbersOf(tensor: Tensor): RunNumbers {
  const data = floatNumbers(tensor);
  if (!data) throw new CauseFault(`What is looked at is of type ${tensor.type}, and only floats can be told.`);
  return { dims: tensor.dims, data };
}

/** What one run is fed beside the model's inputs. */
class Changes {
  private readonly scores = new Map<AddedIntervention, RunNumbers>();
  private readonly probabilities = new Map<
    AddedIntervention,
    { readonly factor: RunNumbers; readonly added: RunNumbers }
  >();
  private readonly replaced = new Map<
    AddedIntervention,
    { readonly mask: Uint8Array; readonly maskDims: readonly number[]; readonly value: RunNumbers }
  >();

  constructor(
    private readonly interventions: readonly AddedIntervention[],
    private readonly run: string,
  ) {}

  /** Probabilities of some queries become those of another run. */
  replaceRows(one: Intervention, { heads, positions }: Patch, source: RunNumbers, own: RunNumbers): void {
    this.sameShape(source, own);
    const { factor, added } = this.changeOf(one, own);
    const [batch, count, queries, keys] = own.dims;
    for (let text = 0; text < batch; text++) {
      for (const head of this.numbers(heads ?? 'all', count, 'head')) {
        for (const query of this.numbers(positions, queries, 'position')) {
          const at = ((text * count + head) * queries + query) * keys;
          factor.data.fill(0, at, at + keys);
          added.data.set(source.data.subarray(at, at + keys), at);
        }
      }
    }
  }

  /** Some queries are kept from some keys. */
  cut(
    one: Intervention,
    { heads, queries, keys, form }: Knockout,
    own: RunNumbers,
    scores: RunNumbers | undefined,
  ): void {
    const [batch, count, rows, columns] = own.dims;
    const added = this.addedOf(one, own.dims, form);
    const factor = form === 'scores' ? undefined : this.changeOf(one, own).factor;
    const cut = this.numbers(keys, columns, 'key');
    for (let text = 0; text < batch; text++) {
      for (const head of this.numbers(heads, count, 'head')) {
        for (const query of this.numbers(queries, rows, 'query')) {
          const at = ((text * count + head) * rows + query) * columns;
          for (const key of cut) {
            if (factor) factor.data[at + key] = 0;
            else added!.data[at + key] = -Infinity;
          }
          if (added && !this.seesMore(added, own, scores, at, columns)) {
            throw new CauseFault(
              `“${this.run}” cuts all keys that query ${query} sees in head ${one.layer}.${head}, and a softmax needs one; leave it a key.`,
            );
          }
        }
      }
    }
  }

  /** Whether a query sees a key that was not cut: one that no mask hides. */
  private seesMore(
    { data: added }: RunNumbers,
    { data: p }: RunNumbers,
    scores: RunNumbers | undefined,
    at: number,
    columns: number,
  ): boolean {
    const largest = scores ? scores.data.subarray(at, at + columns).reduce((most, score) => Math.max(most, score)) : 0;
    for (let key = 0; key < columns; key++) {
      if (added[at + key] !== 0) continue;
      if (scores ? scores.data[at + key] > largest - hidden : p[at + key] > 0) return true;
    }
    return false;
  }

  /** Rows become those of another run. */
  replace(
    one: Intervention,
    { heads, positions }: Patch,
    source: RunNumbers,
    own: RunNumbers,
    of: { readonly heads?: number; readonly batch: number },
  ): void {
    this.sameShape(source, own);
    const added = this.find(one);
    const { dims, data } = source;
    const isByHead = of.heads !== undefined && dims.length === 4;
    const batch = dims.length === 2 ? of.batch : dims[0];
    const size = isByHead ? dims[3] : dims[dims.length - 1] / (of.heads ?? 1);
    const tokens = data.length / batch / size / (of.heads ?? 1);
    const count = of.heads ?? 1;
    let change = this.replaced.get(added);
    if (!change) {
      const inner = of.heads === undefined ? [] : [of.heads];
      change = {
        mask: new Uint8Array(batch * tokens * count),
        maskDims: [batch, tokens, ...inner, 1],
        value: {
          dims: [batch, tokens, ...inner, size],
          data: isByHead ? byToken(data, batch, count, tokens, size) : data,
        },
      };
      this.replaced.set(added, change);
    }
    for (let text = 0; text < batch; text++) {
      for (const token of this.numbers(positions, tokens, 'position')) {
        for (const head of of.heads === undefined ? [0] : this.numbers(heads ?? 'all', count, 'head')) {
          change.mask[(text * tokens + token) * count + head] = 1;
        }
      }
    }
  }

  /** What the inputs of all interventions are fed: what changes nothing where nothing is to change. */
  feeds(): Feeds {
    const feeds: Record<string, Tensor> = {};
    const float = (name: string, { dims, data }: RunNumbers) => (feeds[name] = new Tensor('float32', data, dims));
    for (const one of this.interventions) {
      if (one.part === 'scores') {
        float(one.added, this.scores.get(one) ?? none(0, one.heads));
      } else if (one.part === 'probabilities') {
        const { factor, added } = this.probabilities.get(one) ?? {
          factor: none(1, one.heads),
          added: none(0, one.heads),
        };
        float(one.factor, factor);
        float(one.added, added);
      } else {
        const change = this.replaced.get(one);
        const heads = one.heads === undefined ? [] : [one.heads];
        feeds[one.mask] = change
          ? new Tensor('bool', change.mask, change.maskDims)
          : new Tensor('bool', new Uint8Array(one.heads ?? 1), [1, 1, ...heads, 1]);
        float(one.value, change?.value ?? { dims: [1, 1, ...heads.map(() => 1), 1], data: new Float32Array(1) });
      }
    }
    return feeds;
  }

  private find({ part, kind, layer }: Intervention): AddedIntervention {
    return this.interventions.find(one => one.part === part && one.kind === kind && one.layer === layer)!;
  }

  private addedOf(one: Intervention, dims: readonly number[], form: Knockout['form']): RunNumbers | undefined {
    if (form !== 'scores') return undefined;
    const input = this.find(one);
    let added = this.scores.get(input);
    if (!added) this.scores.set(input, (added = { dims, data: new Float32Array(sizeOf(dims)) }));
    return added;
  }

  private changeOf(
    one: Intervention,
    { dims }: RunNumbers,
  ): { readonly factor: RunNumbers; readonly added: RunNumbers } {
    const input = this.find(one);
    let change = this.probabilities.get(input);
    if (!change) {
      change = {
        factor: { dims, data: new Float32Array(sizeOf(dims)).fill(1) },
        added: { dims, data: new Float32Array(sizeOf(dims)) },
      };
      this.probabilities.set(input, change);
    }
    return change;
  }

  private sameShape(source: RunNumbers, own: RunNumbers): void {
    if (source.dims.join() === own.dims.join()) return;
    const [there, here] = [source, own].map(({ dims }) => dims.join(' × '));
    const isBatch = source.dims.slice(1).join() === own.dims.slice(1).join();
    throw new CauseFault(
      isBatch
        ? `“${this.run}” takes from inputs of another number of texts: ${there} where the run has ${here}; give both as many.`
        : `“${this.run}” takes from inputs of another length: ${there} where the run has ${here}; give both the same number of positions.`,
    );
  }

  private numbers(some: Some, count: number, noun: string): readonly number[] {
    if (some === 'all') return Array.from({ length: count }, (_, i) => i);
    const outside = some.find(number => number >= count);
    if (outside === undefined) return some;
    throw new CauseFault(
      `“${this.run}” names ${noun} ${outside}, and there ${count === 1 ? 'is one' : `are ${count}`}, counted from 0.`,
    );
  }
}

function none(value: number, heads = 1): RunNumbers {
  return { dims: [1, heads, 1, 1], data: new Float32Array(heads).fill(value) };
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** [batch, heads, tokens, size] as [batch, tokens, heads, size]. */
function byToken(data: Float32Array, batch: number, heads: number, tokens: number, size: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let text = 0; text < batch; text++) {
    for (let head = 0; head < heads; head++) {
      for (let token = 0; token < tokens; token++) {
        const from = ((text * heads + head) * tokens + token) * size;
        result.set(data.subarray(from, from + size), ((text * tokens + token) * heads + head) * size);
      }
    }
  }
  return result;
}
