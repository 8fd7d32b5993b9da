import os from 'node:os';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import {
  addAttention,
  cutModel,
  cutSegments,
  findResidualStreams,
  inFloat32,
  readModel,
  streamPlaces,
  type AddedIntervention,
  type AttentionTensorKind,
  type InterventionPart,
  type Segment,
  type CutModel,
  type FoundAttention,
  type ResidualStream,
} from '../../core/onnx';
import { DataType } from '../../core/onnx/read/onnxModel';
import { interventionsOf } from './interventionsOf';
import { readable } from './onnxTensors';
import type { AttentionSession, Feeds } from './attentionSession';
import { CutSession } from './cutSession';

/**
 * On how many threads heads are ranked: a long work in the background leaves half of the processors to all else. Many small
 * products also cost less on fewer threads (24 or 19 seconds of processor time for 270 heads).
 */
const backgroundThreads = Math.max(1, Math.floor(os.availableParallelism() / 2));

/** A tensor of a head's attention that segments can give. */
export type SegmentTensor = Extract<AttentionTensorKind, 'probabilities' | 'value'>;

/** What a segment gives of one attention: the name of the output, and of the input that names the heads, where there is one. */
export interface SegmentOutput {
  readonly kind: string;
  readonly layer: number;
  readonly name: string;
}

/** One segment of a model, opened for some of what it gives. To be released. */
export interface OpenSegment {
  readonly inputs: readonly string[];
  run(feeds: Feeds): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

/**
 * A model's file cut into segments, one from each attention to the next ({@link cutSegments}), so that it can be run piece by
 * piece, up to a layer, or on from one. Its weights are read again; a segment holds its own while it is open.
 */
export class SegmentedModel {
  private constructor(
    readonly segments: readonly Segment[],
    /** What it gives of each attention. */
    readonly tensors: readonly SegmentOutput[],
    /** The inputs that name the heads to give, by the attention's output. */
    readonly selections: ReadonlyMap<string, string>,
    /** The inputs that switch heads off, and how many heads each has. */
    readonly switches: readonly {
      readonly kind: string;
      readonly layer: number;
      readonly heads: number;
      readonly name: string;
      readonly mean: string;
      readonly perText: boolean;
    }[],
    private readonly options: InferenceSession.SessionOptions,
    /** Whether it computes in float32, and is fed it, whatever the file does ({@link inFloat32}). */
    readonly inFloat32: boolean,
    /** By what its runs can be changed. */
    readonly interventions: readonly AddedIntervention[],
    /** The value that final norm and unembedding read, and both as a model; absent where they are not found. */
    private readonly end?: { readonly name: string; readonly tail: CutModel },
  ) {}

  /** The value from which {@link openTail} makes logits, of as many tokens as it is given. */
  get beforeTail(): string | undefined {
    return this.end?.name;
  }

  /** Opens final norm and unembedding. */
  openTail(): Promise<CutSession> {
    if (!this.end) throw new Error('There is no tail.');
    return CutSession.open(this.end.tail, this.options);
  }

  /**
   * Reads a model's file again and cuts it; or says why that cannot be, as half a sentence.
   * @param what it gives: a tensor of each attention, or logits, with heads that can be switched off, or with changes in `parts`.
   * @param turn waited for between the parts of that.
   */
  static async read(
    session: AttentionSession,
    what: SegmentTensor | 'logits' | 'changed',
    turn: () => Promise<void>,
    parts: readonly InterventionPart[] = [],
  ): Promise<SegmentedModel | string> {
    const changes = what === 'changed';
    const { found, options, widened } = changes
      ? await session.readInFloat32()
      : { ...(await session.readAgain()), widened: false };
    await turn();
    const streams = what === 'logits' || changes ? findResidualStreams(found) : '';
    const extended = addAttention(found.model, found, {
      probabilities: what === 'probabilities',
      selectedHeads: what === 'probabilities',
      values: what === 'value',
      switches: what === 'logits' ? 'required' : false,
      interventions: changes ? interventionsOf(found, parts).asked : undefined,
      disturbs: true,
      exposed: typeof streams === 'string' ? [] : streamPlaces(streams).slice(-1),
    });
    await turn();
    // What heads do is told from the difference of two runs, which rounding would drown.
    const added = readModel(extended.bytes, undefined, found.model.weightsIn);
    const exact = what === 'logits' ? inFloat32(added) : undefined;
    const model = exact ? readModel(exact, undefined, found.model.weightsIn) : added;
    await turn();
    const segments = cutSegments(
      model,
      found,
      new Set([
        ...extended.selections.map(({ name }) => name),
        ...extended.switches.flatMap(({ name, mean }) => [name, mean]),
        ...extended.interventions.flatMap(inputsOf),
      ]),
    );
    if (typeof segments === 'string') return segments;
    const selections = new Map(
      extended.selections.flatMap(({ site, name }) => {
        const output = extended.outputs.find(o => o.site === site && o.what === what);
        return output ? [[output.name, name] as const] : [];
      }),
    );
    return new SegmentedModel(
      segments,
      extended.outputs
        .filter(output => output.what === what)
        .map(({ site, name }) => ({ kind: site.kind, layer: site.layer, name })),
      selections,
      extended.switches.map(({ site, name, mean, perText }) => ({
        kind: site.kind,
        layer: site.layer,
        heads: site.heads ?? 1,
        name,
        mean,
        perText,
      })),
      what === 'logits' ? { ...options, intraOpNumThreads: backgroundThreads } : options,
      widened || exact !== undefined,
      extended.interventions,
      typeof streams === 'string' ? undefined : tailOf(found, streams[0], extended.exposed[0], exact !== undefined),
    );
  }

  /** The segment in which an output of the model is computed. */
  segmentOf(output: string): number {
    return this.segments.findIndex(({ outputs }) => outputs.includes(output));
  }

  /**
   * Opens a segment.
   * @param wanted what it is to give.
   * @param value what a segment before it gave under a name.
   */
  async open(index: number, wanted: readonly string[], value: (name: string) => Tensor): Promise<OpenSegment> {
    const { bytes, inputs } = this.segments[index].build(wanted, name => {
      const { type, dims } = value(name);
      return { type: elementTypes[type], dims };
    });
    const session = await InferenceSession.create(bytes, {
      ...this.options,
      executionProviders: ['cpu'],
      enableMemPattern: false,
      logSeverityLevel: 3,
      // Threads that wait for the next piece take no time from what else runs.
      extra: { session: { ...(this.options.extra?.session as object | undefined), intra_op: { allow_spinning: '0' } } },
    });
    return {
      inputs,
      run: feeds => session.run(readable(feeds), wanted as string[]),
      release: () => session.release(),
    };
  }
}

/** The names of an intervention's inputs. */
function inputsOf(one: AddedIntervention): readonly string[] {
  if (one.part === 'scores') return [one.added];
  return one.part === 'probabilities' ? [one.factor, one.added] : [one.mask, one.value];
}

const elementTypes: Readonly<Record<string, number>> = {
  ...DataType,
  float32: DataType.float,
  float64: DataType.double,
};

/** Final norm and unembedding by themselves, where they can be cut out. */
function tailOf({ graph }: FoundAttention, { layers, logits }: ResidualStream, name: string, exact: boolean) {
  try {
    const tail = cutModel(graph, [{ from: layers[layers.length - 1], to: logits }]);
    const bytes = exact ? inFloat32(readModel(tail.bytes)) : tail.bytes;
    return bytes && { name, tail: { ...tail, bytes } };
  } catch {
    return undefined;
  }
}
