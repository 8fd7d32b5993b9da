import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor, type OnnxValue } from 'onnxruntime-node';
import {
  addAttention,
  findAttention,
  findResidualStreams,
  readModel,
  streamPlaces,
  type AttentionSite,
  type AttentionTensorKind,
  type ExtendedModel,
  type FoundAttention,
  type OnnxModel,
} from '../../core/onnx';
import { cacheShape, presentName, type CacheSizes } from '../../core/graph/cacheShape';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { externalDataFiles } from './externalDataFiles';
import { hintsBeside } from './hintsBeside';
import { InferenceFault } from './inferenceFault';

/** What every model is made to give beside its own outputs; a run asks for some of it. */
export const addedToModels = {
  pooled: true,
  selectedHeads: true,
  scores: true,
  queries: true,
  keys: true,
  values: true,
  residual: true,
  switches: 'required',
} as const;

/** The most rows and columns of a head at a glance. */
export const thumbnailSize = 64;

/** One run of a session, as it was recorded. */
export interface RecordedRun {
  /** The model's own outputs. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** What was asked for beside them. */
  readonly added: readonly {
    readonly site: AttentionSite;
    readonly what: AttentionTensorKind;
    readonly tensor: Tensor;
  }[];
  /** Values of the graph, by name. */
  readonly values: ReadonlyMap<string, Tensor>;
}

/** A model's file, read again for what is seldom asked. */
export interface ReadAgain {
  readonly found: FoundAttention;
  readonly externalData: InferenceSession.SessionOptions['externalData'];
}

/** What a run is fed, by the inputs' names. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** What to keep while transformers.js runs a session, and which heads are off meanwhile. */
export interface Recording {
  /** Whether to compute a tensor of an attention. */
  wants(site: AttentionSite, what: AttentionTensorKind): boolean;
  /** Which heads' probabilities and scores to give, where they are wanted; absent: all. */
  heads?(site: AttentionSite): readonly number[];
  /** Whether to give the residual stream, where there is one. */
  readonly residuals?: boolean;
  /** The numbers of the heads that are switched off, for each text of the batch. */
  off?(site: AttentionSite): readonly (readonly number[])[];
  /** Whether a head that is off gives its mean over the positions in place of nothing. */
  readonly mean?: boolean;
  /** Called after each run of the session. */
  onRun(run: RecordedRun): void;
}

/**
 * Stands where transformers.js expects an ONNX Runtime session. The graph has the attention outputs added; transformers.js
 * sees the model's own inputs and outputs only, and while a {@link Recording} is set each run also gives the attention to
 * it, whatever the task's class makes of the outputs.
 */
export class AttentionSession {
  /** Set by transformers.js. */
  config?: unknown;
  /** What to keep of the next runs. Without it attention is not computed. */
  recording?: Recording;

  private constructor(
    private readonly inner: InferenceSession,
    private readonly extended: ExtendedModel,
    /** The attention that the graph holds. */
    readonly sites: readonly AttentionSite[],
    /** What was found, in words. */
    readonly found: string,
    /** Size of the model's file. */
    readonly bytes: number,
    /**
     * Whether heads can be switched off in each text of a batch by itself: not where the texts change each other's numbers,
     * since activations are quantized by the largest of all.
     */
    readonly switchesPerText: boolean,
    /** Whether activations are quantized as it runs, by one scale over all tokens of a text. */
    readonly quantizesActivations: boolean,
    /** Names of the residual stream's values before the first layer and after each; or why there is none, as half a sentence. */
    readonly residuals: readonly string[] | string,
    /** What stands for the names of sizes in the shapes of a cache. */
    cacheSizes: CacheSizes,
    /** Reads the file again. */
    readonly readAgain: () => Promise<ReadAgain>,
  ) {
    const ours = new Set([
      extended.limit,
      ...extended.selections.map(s => s.name),
      ...extended.switches.flatMap(s => [s.name, s.mean]),
    ]);
    const added = new Set([...extended.outputs.map(o => o.name), ...(typeof residuals === 'string' ? [] : residuals)]);
    this.inputMetadata = inner.inputMetadata
      .filter(({ name }) => !ours.has(name))
      .map(input => withCacheSizes(input, inner.outputMetadata, cacheSizes));
    this.inputNames = this.inputMetadata.map(({ name }) => name);
    this.outputMetadata = inner.outputMetadata.filter(({ name }) => !added.has(name));
    this.outputNames = this.outputMetadata.map(({ name }) => name);
  }

  readonly inputMetadata: readonly InferenceSession.ValueMetadata[];
  readonly inputNames: readonly string[];
  readonly outputMetadata: readonly InferenceSession.ValueMetadata[];
  readonly outputNames: readonly string[];

  /**
   * Reads a model's file, adds its attention outputs and opens it.
   * @param lastOfStages whether of a stage of windows only the last block is given, as Swin's reference implementation does.
   * @throws {InferenceFault} with one sentence, where the file cannot be read or is not a model.
   */
  static async open(
    pathOrBytes: string | Uint8Array,
    options?: InferenceSession.SessionOptions,
    lastOfStages = false,
  ): Promise<AttentionSession> {
    const name = typeof pathOrBytes === 'string' ? path.basename(pathOrBytes) : 'The model';
    const bytes = typeof pathOrBytes === 'string' ? await readFile(pathOrBytes) : pathOrBytes;
    const hints = typeof pathOrBytes === 'string' ? await hintsBeside(pathOrBytes) : {};
    const look = async (file: Uint8Array): Promise<ReadAgain> => {
      const model = readModel(file);
      const found = findAttention(model, lastOfStages ? hints : { ...hints, stages: undefined });
      return {
        found,
        externalData:
          typeof pathOrBytes === 'string'
            ? await externalDataFiles(model, path.dirname(pathOrBytes))
            : options?.externalData,
      };
    };
    try {
      const { found, externalData } = await look(bytes);
      const { model } = found;
      const streams = findResidualStreams(found);
      const extended = addAttention(model, found, {
        ...addedToModels,
        exposed: typeof streams === 'string' ? [] : streamPlaces(streams),
      });
      // Room planned ahead for all shapes is never given back, and texts differ in length.
      const inner = await createSession(extended.bytes, { ...options, externalData, enableMemPattern: false });
      const quantizes = quantizesWhileRunning(model.graph);
      return new AttentionSession(
        inner,
        extended,
        found.attentions,
        found.summary,
        bytes.length,
        extended.switches.every(({ perText }) => perText) && !quantizes,
        quantizes,
        typeof streams === 'string' ? streams : extended.exposed,
        { headSize: found.attentions[0]?.headSize ?? hints.headSize, keyValueHeads: hints.keyValueHeads },
        async () => look(typeof pathOrBytes === 'string' ? await readFile(pathOrBytes) : pathOrBytes),
      );
    } catch (error) {
      throw new InferenceFault(InferenceErrorCode.model, `${name} cannot be opened: ${firstLine(error)}`, error);
    }
  }

  /** Is given the next run's inputs in place of the runtime. */
  private taker?: (feeds: Feeds) => void;

  /**
   * What the runtime would be fed in a run: the run ends there, and what starts it is never answered.
   * @throws where it fails before.
   */
  async feedsOf(start: () => Promise<unknown>): Promise<Feeds> {
    const taken = new Promise<Feeds>(resolve => (this.taker = resolve));
    try {
      return await Promise.race([
        taken,
        start().then(() => {
          throw new Error('The model was not run.');
        }),
      ]);
    } finally {
      this.taker = undefined;
    }
  }

  /** Runs the model; what transformers.js calls. */
  async run(feeds: InferenceSession.OnnxValueMapType): Promise<Record<string, OnnxValue>> {
    if (this.taker) {
      this.taker(feeds);
      return new Promise(() => undefined);
    }
    const recording = this.recording;
    const wanted = recording ? this.extended.outputs.filter(({ site, what }) => recording.wants(site, what)) : [];
    const residuals = recording?.residuals && typeof this.residuals !== 'string' ? this.residuals : [];
    const results = await this.inner.run({ ...feeds, ...this.switches(), ...this.reductions() }, [
      ...new Set([...this.outputNames, ...wanted.map(o => o.name), ...residuals]),
    ]);
    const outputs = Object.fromEntries(this.outputNames.map(name => [name, results[name]]));
    recording?.onRun({
      outputs,
      added: wanted.map(({ site, what, name }) => ({ site, what, tensor: results[name] })),
      values: new Map(residuals.map(name => [name, results[name]])),
    });
    return outputs;
  }

  /** Two numbers for each head: what its probabilities are multiplied with, and how much of their mean is added. */
  private switches(): Record<string, Tensor> {
    return Object.fromEntries(
      this.extended.switches.flatMap(({ site, name, mean }) => {
        const off = this.recording?.off?.(site) ?? [[]];
        const heads = site.heads ?? 1;
        const numbers = (whenOff: number, whenOn: number) =>
          new Tensor(
            'float32',
            Float32Array.from({ length: off.length * heads }, (_, i) =>
              off[Math.floor(i / heads)].includes(i % heads) ? whenOff : whenOn,
            ),
            [off.length, heads, 1, 1],
          );
        return [
          [name, numbers(0, 1)],
          [mean, numbers(this.recording?.mean ? 1 : 0, 0)],
        ];
      }),
    );
  }

  /** How small the pooled tensors are to be, and which heads are given: none where nothing is wanted, which costs nothing. */
  private reductions(): Record<string, Tensor> {
    const { recording, extended } = this;
    const pooled = extended.outputs.some(({ site, what }) => what === 'pooled' && recording?.wants(site, what));
    const heads = (site: AttentionSite): readonly number[] => {
      if (!recording?.wants(site, 'probabilities') && !recording?.wants(site, 'scores')) return [];
      return recording.heads?.(site) ?? Array.from({ length: site.heads ?? 0 }, (_, head) => head);
    };
    const feeds: Record<string, Tensor> = {};
    if (extended.limit) feeds[extended.limit] = int64([pooled ? thumbnailSize : 0]);
    for (const { site, name } of extended.selections) feeds[name] = int64(heads(site));
    return feeds;
  }

  release(): Promise<void> {
    return this.inner.release();
  }
}

/** An input with the sizes of a cache as numbers: transformers.js makes an empty cache by the shapes that it is told. */
function withCacheSizes(
  input: InferenceSession.ValueMetadata,
  outputs: readonly InferenceSession.ValueMetadata[],
  sizes: CacheSizes,
): InferenceSession.ValueMetadata {
  if (!input.isTensor) return input;
  const present = outputs.find(({ name }) => name === presentName(input.name));
  return {
    ...input,
    shape: cacheShape(input.name, input.shape, present?.isTensor ? present.shape : undefined, sizes),
  };
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}

function quantizesWhileRunning({ nodes }: OnnxModel['graph']): boolean {
  return nodes.some(
    ({ type, attributes }) =>
      /(^|\.)DynamicQuantize/.test(type) ||
      [...attributes.values()].some(({ graph }) => graph && quantizesWhileRunning(graph)),
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}

/** onnxruntime's fusion of reshapes (1.30) fails on some graphs of windowed attention; without its optimizations they run. */
async function createSession(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, options);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('GetIndexFromName'))) throw error;
    return InferenceSession.create(bytes, { ...options, graphOptimizationLevel: 'disabled' });
  }
}
