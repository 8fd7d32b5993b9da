import path from 'node:path';
import { Tensor, type InferenceSession, type OnnxValue } from 'onnxruntime-node';
import {
  addAttention,
  findAttention,
  findBlocks,
  findResidualStreams,
  findUnembedding,
  inFloat32,
  readModel,
  readModelFile,
  stacksByBranch,
  streamPlaces,
  switchesByText,
  type AddedIntervention,
  type AttentionSite,
  type AttentionTensorKind,
  type ExtendedModel,
  type FoundAttention,
  type InterventionPart,
  type OnnxModel,
  type ResidualStream,
} from '../../core/onnx';
import { cacheShape, presentName, type CacheSizes } from '../../core/graph/cacheShape';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { workLimits } from '../../core/protocol/workLimits';
import { reasonOf } from '../../core/text/reasonOf';
import { type StackOutputs, WantedValues } from './blockOutputs';
import { externalDataPlaces, weightsBeside } from './externalDataPlaces';
import { hintsBeside } from './hintsBeside';
import { type FoundInterventions, interventionsOf } from './interventionsOf';
import { InferenceFault } from './inferenceFault';
import { modelFile } from './modelFile';
import { openSession, unoptimizedNote } from './openSession';
import { nativeMemory } from './nativeMemory';
import { int64, readable } from './onnxTensors';
import { quantizesWhileRunning, roundsActivations } from './quantizesWhileRunning';
import { runtimeRefusal } from './runtimeRefusal';
import { widened } from './widened';

/** What a first look asks for: the heads at a glance, and the probabilities of those that are looked at. */
const addedAtFirst = { pooled: true, selectedHeads: true, shapes: true } as const;

/** All that a model can be made to give beside its own outputs; a run asks for some of it. */
export const addedToModels = {
  ...addedAtFirst,
  scores: true,
  queries: true,
  keys: true,
  values: true,
  residual: true,
  switches: 'required',
} as const;

/** What only a session with all of it gives. */
const givenLater = [
  'scores',
  'query',
  'key',
  'value',
  'write',
  'stream',
] as const satisfies readonly AttentionTensorKind[];

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
  /** What the unembedding reads, of all positions: [batch, tokens, width]. */
  readonly hidden?: Tensor;
  /** What the blocks gave, where it was asked for. */
  readonly blocks?: RecordedBlocks;
  /** What interventions replace, where it was asked for. */
  readonly replaced: readonly ReplacedTensor[];
}

/** What an intervention replaces, as a run gave it. */
export interface ReplacedTensor {
  readonly of: AddedIntervention;
  readonly tensor: Tensor;
}

/** What the blocks of a session's residual streams gave, by the names that the stacks tell. */
export interface RecordedBlocks {
  readonly stacks: readonly StackOutputs[];
  readonly values: ReadonlyMap<string, Tensor>;
}

/** A model's file, read again for what is seldom asked. */
export interface ReadAgain {
  readonly found: FoundAttention;
  /** Size of the model's files. */
  readonly bytes: number;
  /** What tells the runtime where the weights are. */
  readonly options: InferenceSession.SessionOptions;
}

/** What a run is fed, by the inputs' names. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** A model's graph with something added, open. */
interface Extended {
  readonly inner: InferenceSession;
  /** Its sites are those of the {@link AttentionSession}. */
  readonly graph: Added;
  /** What the blocks of its residual streams give, where that was added. */
  readonly stacks: readonly StackOutputs[];
  /** The names of the values that its interventions replace, in their order; absent where an intervention replaces none. */
  readonly replaced?: readonly (string | undefined)[];
  /** What opening it added to the process's memory, the files' size at least. */
  readonly bytes: number;
  /** Whether it computes in float32 what the file does not ({@link inFloat32}). */
  readonly widened?: boolean;
}

/** What was added to a graph; its bytes, which a file's weights may be among, are let go once it is open. */
type Added = Pick<
  ExtendedModel,
  'outputs' | 'switches' | 'replacements' | 'interventions' | 'selections' | 'limit' | 'exposed' | 'rows' | 'logits'
>;

/** What stands in the place of heads of a layer: their probabilities, or what they give ({@link replacedOf}). */
export interface HeadsInstead {
  readonly heads: readonly number[];
  /** How long the rows are: the number of keys, or of numbers of a value. */
  readonly columns: number;
  /** Of each of the heads, in their order: [query][column], row-major. */
  readonly each: readonly Float32Array[];
}

/** How a run is changed: in those parts of all layers. */
export interface RunInterventions {
  readonly parts: readonly InterventionPart[];
  /** Whether to give what the interventions replace, of a run in which nothing is. */
  readonly reads?: boolean;
  /** What the inputs of some interventions are fed. */
  feeds(added: readonly AddedIntervention[]): Feeds;
}

/** How long a graph in which heads can be replaced stays open behind its last run: its weights are held a second time. */
const changingHeld = 10_000;

/** What to keep while transformers.js runs a session, and which heads are off meanwhile. */
export interface Recording {
  /** Whether to compute a tensor of an attention. */
  wants(site: AttentionSite, what: AttentionTensorKind): boolean;
  /** Which heads' probabilities and scores to give, where they are wanted; absent: all. */
  heads?(site: AttentionSite): readonly number[];
  /** Whether to give the residual stream, where there is one. */
  readonly residuals?: boolean;
  /**
   * The positions whose vectors are given of all parts of the blocks, of those stacks (numbered as they are found) that it
   * gives some for; absent: none.
   */
  blocksAt?(stacks: readonly StackOutputs[]): readonly (readonly number[])[];
  /** The numbers of the heads that are switched off, for each text of the batch. */
  off?(site: AttentionSite): readonly (readonly number[])[];
  /** Whether a head that is off gives its mean over the positions in place of nothing. */
  readonly mean?: boolean;
  /**
   * The positions whose logits are wanted, of the tokens read, from the end where negative; absent: all. Where the session
   * {@link AttentionSession.givesSomeLogits}; what the unembedding reads is then given, too.
   */
  readonly logitsAt?: readonly number[];
  /**
   * What stands in the place of heads. Where this is there, the run is one of a graph of its own, in float32 where the file
   * rounds as it runs and can be so rewritten, also where nothing is replaced: so that what is held against each other is
   * computed in one way.
   */
  instead?(site: AttentionSite): HeadsInstead | undefined;
  /** What is changed. Where this is there, the run is one of a graph of its own, as where heads are replaced. */
  readonly interventions?: RunInterventions;
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
  /** Whether the first session was let go and the next could not be opened. */
  private closed = false;
  /** The graph that takes changes, while it is in use: one at a time, since its weights are held beside those of the other. */
  private changing?: { readonly parts: string; readonly opened: Promise<Extended>; timer?: NodeJS.Timeout };
  /** Whether what is open gives what the blocks compute, too. */
  private blocks = false;

  private constructor(
    /** What is open now: with what a first look asks for, and, once more was asked for, with all. */
    private open: Extended,
    private all: boolean,
    private readonly openAll: (blocks: boolean) => Promise<Extended>,
    private readonly openChanging: (parts?: RunInterventions['parts']) => Promise<Extended>,
    /** The attention that the graph holds. */
    readonly sites: readonly AttentionSite[],
    /** What was found, in words. */
    readonly found: string,
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
    /** The same in float32, where the file rounds as it runs and can be so rewritten. */
    readonly readInFloat32: () => Promise<ReadAgain & { readonly widened: boolean }>,
    /** What is to be known of how it runs, a sentence. */
    readonly note: string | undefined,
    /** What the model's output of logits is called, where it has one. */
    readonly logitsName: string,
  ) {
    const { inner, graph } = open;
    const ours = new Set([
      graph.limit,
      graph.logits?.positions,
      ...graph.rows.map(({ positions }) => positions),
      ...graph.selections.map(selection => selection.name),
      ...graph.switches.flatMap(({ name, mean }) => [name, mean]),
    ]);
    const added = new Set([...graph.outputs.map(output => output.name), ...graph.exposed, graph.logits?.hidden]);
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
    const file = typeof pathOrBytes === 'string' ? pathOrBytes : undefined;
    const given = typeof pathOrBytes === 'string' ? undefined : pathOrBytes;
    const hints = file === undefined ? {} : await hintsBeside(file);
    const find = (model: OnnxModel) => findAttention(model, lastOfStages ? hints : { ...hints, stages: undefined });
    const readAgain = async (): Promise<ReadAgain> => {
      if (given) {
        return {
          found: find(readModel(given)),
          bytes: given.length,
          options: { externalData: options?.externalData },
        };
      }
      const content = modelFile(file!);
      const found = find(readModelFile(content));
      const weights = await externalDataPlaces(found.model, path.dirname(file!));
      return {
        found,
        bytes: weights.reduce((sum, { bytes }) => sum + bytes, content.size),
        options: weightsBeside(path.dirname(file!)),
      };
    };
    let optimized = true;
    const create = async (content: Uint8Array, again: ReadAgain): Promise<Omit<Extended, 'graph' | 'stacks'>> => {
      // The runtime makes a session at one go, so what is measured is its own.
      const before = nativeMemory();
      // Room planned ahead for all shapes is never given back, and texts differ in length.
      const opened = await openSession(content, { ...options, ...again.options, enableMemPattern: false }).catch(
        (error: unknown) => {
          throw new Error(runtimeRefusal(error), { cause: error });
        },
      );
      optimized &&= opened.optimized;
      return { inner: opened.session, bytes: Math.max(again.bytes, nativeMemory() - before) };
    };
    try {
      const again = await readAgain();
      const { found } = again;
      const { attentions } = found;
      if (attentions.length > workLimits.attentions) {
        throw new Error(
          `It holds ${attentions.length.toLocaleString('en')} attentions, and at most ${workLimits.attentions} can be shown; choose another model.`,
        );
      }
      const streams = findResidualStreams(found);
      const exposed = typeof streams === 'string' ? [] : streamPlaces(streams);
      const quantizes = quantizesWhileRunning(found.model.graph);
      const own = ({ found }: ReadAgain) => ({
        logitPositions: readsTokens(found) ? findUnembedding(found) : undefined,
        // Where activations are rounded to few steps, other roundings before them would be seen.
        disturbs: !roundsActivations(found.model.graph),
      });
      const all = { ...addedToModels, exposed, ...own(again) };
      // What stands in bodies and loops is seldom large: it is opened once, with all.
      const simple =
        attentions.length > 0 && attentions.every(isSimple) && exposed.every(([{ scope }]) => !scope.owner);
      const first = addAttention(found.model, found, simple ? { ...addedAtFirst, ...own(again) } : all);
      const isAll = !simple || first.limit === undefined;
      const graph = isAll && simple ? addAttention(found.model, found, all) : first;
      const openAll = async (blocks: boolean): Promise<Extended> => {
        const now = await readAgain();
        const found = findResidualStreams(now.found);
        const wanted = blocks ? stacksByBranch(findBlocks(now.found)).map(branches => new WantedValues(branches)) : [];
        const whole = addAttention(now.found.model, now.found, {
          ...addedToModels,
          exposed: typeof found === 'string' ? [] : streamPlaces(found),
          rows: wanted.map(({ request }) => request),
          ...own(now),
        });
        const siteOf = (site: AttentionSite) => attentions[now.found.attentions.indexOf(site)];
        return {
          graph: addedTo(whole, now.found.attentions, attentions),
          stacks: wanted.map((values, i) => values.named(whole.rows[i], siteOf)),
          ...(await create(whole.bytes, now)),
        };
      };
      const readInFloat32 = async (): Promise<ReadAgain & { readonly widened: boolean }> => {
        const now = await readAgain();
        const exact = inFloat32(now.found.model);
        const widened = exact && find(readModel(exact, undefined, now.found.model.weightsIn));
        return widened?.attentions.length === attentions.length
          ? { ...now, found: widened, widened: true }
          : { ...now, widened: false };
      };
      const openChanging = async (parts?: RunInterventions['parts']): Promise<Extended> => {
        const again = await readInFloat32();
        const asked = parts && interventionsOf(again.found, parts).asked;
        const changing = addAttention(again.found.model, again.found, {
          selectedHeads: true,
          ...(asked
            ? { interventions: asked, exposed: asked.flatMap(({ value }) => (value ? [value.places] : [])) }
            : {
                scores: true,
                queries: true,
                keys: true,
                values: true,
                switches: 'required' as const,
                replacements: true,
              }),
          ...own(again),
          disturbs: true,
        });
        return {
          graph: addedTo(changing, again.found.attentions, attentions),
          stacks: [],
          replaced: asked?.map(({ value }, i) =>
            value ? changing.exposed[asked.slice(0, i).filter(one => one.value).length] : undefined,
          ),
          ...(await create(changing.bytes, again)),
          widened: again.widened,
        };
      };
      return new AttentionSession(
        { graph: addedTo(graph, attentions, attentions), stacks: [], ...(await create(graph.bytes, again)) },
        isAll,
        openAll,
        openChanging,
        attentions,
        found.summary,
        attentions.every(({ places }) => places.every(switchesByText)) && !quantizes,
        quantizes,
        typeof streams === 'string' ? streams : isAll ? graph.exposed : exposed.map(([{ name }]) => name),
        { headSize: attentions[0]?.headSize ?? hints.headSize, keyValueHeads: hints.keyValueHeads },
        readAgain,
        readInFloat32,
        optimized ? undefined : unoptimizedNote,
        logitsName(streams),
      );
    } catch (error) {
      throw new InferenceFault(InferenceErrorCode.model, `${name} cannot be opened: ${reasonOf(error)}.`, error);
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

  /** Whether logits can be had of some positions alone. */
  get givesSomeLogits(): boolean {
    return this.open.graph.logits !== undefined;
  }

  /** What it takes in memory, as it was measured when it was opened. */
  get bytes(): number {
    return this.open.bytes;
  }

  /** Runs the model; what transformers.js calls. */
  async run(feeds: InferenceSession.OnnxValueMapType): Promise<Record<string, OnnxValue>> {
    if (this.taker) {
      this.taker(feeds);
      return new Promise(() => undefined);
    }
    const recording = this.recording;
    if (recording?.instead ?? recording?.interventions) return this.runChanging(feeds, recording);
    const blocks = recording?.blocksAt !== undefined && !this.blocks;
    if (this.closed || blocks || (!this.all && recording && this.needsAll(recording))) await this.giveAll(blocks);
    return this.runIn(this.open, feeds, recording);
  }

  /** Runs the graph that takes changes, which is opened for it and held for a while. */
  private async runChanging(
    feeds: InferenceSession.OnnxValueMapType,
    recording: Recording,
  ): Promise<Record<string, OnnxValue>> {
    const parts = recording.interventions?.parts.join() ?? '';
    if (this.changing && this.changing.parts !== parts) this.closeChanging();
    const changing = (this.changing ??= { parts, opened: this.openChanging(recording.interventions?.parts) });
    clearTimeout(changing.timer);
    try {
      const opened = await changing.opened;
      return await this.runIn(opened, opened.widened ? widened(feeds as Feeds) : feeds, recording);
    } catch (error) {
      if (this.changing === changing) this.closeChanging();
      throw error;
    } finally {
      changing.timer = setTimeout(() => {
        if (this.changing === changing) this.closeChanging();
      }, changingHeld).unref();
    }
  }

  private closeChanging(): void {
    clearTimeout(this.changing?.timer);
    // That it could not be opened was told to those who asked.
    void this.changing?.opened.then(({ inner }) => inner.release()).catch(() => undefined);
    this.changing = undefined;
  }

  /** Which of some parts cannot be changed, each with a sentence. */
  async missingParts(parts: readonly InterventionPart[]): Promise<FoundInterventions['missing']> {
    return interventionsOf((await this.readAgain()).found, parts).missing;
  }

  /** Whether a run in which heads can be replaced computes in float32 though the file does not. */
  async changesInFloat32(): Promise<boolean> {
    return (await this.changing?.opened)?.widened ?? false;
  }

  private async runIn(
    { graph, inner, stacks, replaced = [] }: Extended,
    feeds: InferenceSession.OnnxValueMapType,
    recording: Recording | undefined,
  ): Promise<Record<string, OnnxValue>> {
    const at = recording?.blocksAt?.(stacks) ?? [];
    const rows = stacks.flatMap(({ outputs }, i) => (at[i]?.length ? outputs : []));
    const wanted = recording ? graph.outputs.filter(({ site, what }) => recording.wants(site, what)) : [];
    const residuals = recording?.residuals && typeof this.residuals !== 'string' ? this.residuals : [];
    const hidden = recording?.logitsAt && graph.logits?.hidden;
    const read = recording?.interventions?.reads
      ? graph.interventions.flatMap((of, i) => (replaced[i] === undefined ? [] : [{ of, name: replaced[i] }]))
      : [];
    const results = await inner.run(
      readable({
        ...feeds,
        ...this.switches(graph),
        ...this.replacements(graph),
        ...recording?.interventions?.feeds(graph.interventions),
        ...this.reductions(graph),
        ...this.logitsAt(graph, feeds),
        ...Object.fromEntries(
          stacks.map(({ positions }, i) => [positions, int64(BigInt64Array.from(at[i] ?? [], BigInt))]),
        ),
      }),
      [
        ...new Set([
          ...this.outputNames,
          ...wanted.map(o => o.name),
          ...residuals,
          ...(hidden ? [hidden] : []),
          ...rows,
          ...read.map(({ name }) => name),
        ]),
      ],
    );
    const outputs = Object.fromEntries(this.outputNames.map(name => [name, results[name]]));
    recording?.onRun({
      outputs,
      added: wanted.map(({ site, what, name }) => ({ site, what, tensor: results[name] })),
      values: new Map(residuals.map(name => [name, results[name]])),
      hidden: hidden === undefined ? undefined : results[hidden],
      blocks: recording?.blocksAt && { stacks, values: new Map(rows.map(name => [name, results[name]])) },
      replaced: read.map(({ of, name }) => ({ of, tensor: results[name] })),
    });
    return outputs;
  }

  /** Opens the graph with all added, in the place of what is open: two sessions would hold the weights twice. */
  private async giveAll(blocks: boolean): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      await this.open.inner.release();
    }
    this.blocks ||= blocks;
    this.open = await this.openAll(this.blocks);
    [this.all, this.closed] = [true, false];
  }

  private needsAll(recording: Recording): boolean {
    return (
      (recording.residuals === true && typeof this.residuals !== 'string') ||
      this.sites.some(
        site =>
          recording.off?.(site).some(heads => heads.length > 0) === true ||
          givenLater.some(what => recording.wants(site, what)),
      )
    );
  }

  /** Two numbers for each head: what its probabilities are multiplied with, and how much of their mean is added. */
  private switches(graph: Added): Record<string, Tensor> {
    return Object.fromEntries(
      graph.switches.flatMap(({ site, name, mean }) => {
        const instead = this.recording?.instead?.(site);
        const off = instead ? [instead.heads] : (this.recording?.off?.(site) ?? [[]]);
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

  /** What is added in the place of heads: zeros where none is replaced. */
  private replacements(graph: Added): Record<string, Tensor> {
    return Object.fromEntries(
      graph.replacements.map(({ site, name, size }) => {
        const heads = site.heads ?? 1;
        const instead = this.recording?.instead?.(site);
        if (!instead) return [name, new Tensor('float32', new Float32Array(heads * size), [1, heads, 1, size])];
        const { columns, each } = instead;
        const rows = each[0].length / columns;
        const data = new Float32Array(heads * rows * columns);
        instead.heads.forEach((head, i) => data.set(each[i], head * rows * columns));
        return [name, new Tensor('float32', data, [1, heads, rows, columns])];
      }),
    );
  }

  /** How small the pooled tensors are to be, and which heads are given: none where nothing is wanted, which costs nothing. */
  private reductions(graph: Added): Record<string, Tensor> {
    const { recording } = this;
    const pooled = graph.outputs.some(({ site, what }) => what === 'pooled' && recording?.wants(site, what));
    const heads = (site: AttentionSite): readonly number[] => {
      if (!recording?.wants(site, 'probabilities') && !recording?.wants(site, 'scores')) return [];
      return recording.heads?.(site) ?? Array.from({ length: site.heads ?? 0 }, (_, head) => head);
    };
    const feeds: Record<string, Tensor> = {};
    if (graph.limit) feeds[graph.limit] = int64(BigInt64Array.of(BigInt(pooled ? thumbnailSize : 0)));
    for (const { site, name } of graph.selections) feeds[name] = int64(BigInt64Array.from(heads(site), BigInt));
    return feeds;
  }

  /** The positions whose logits are given. */
  private logitsAt({ logits }: Added, feeds: InferenceSession.OnnxValueMapType): Feeds {
    if (!logits) return {};
    const read = feeds.input_ids ?? feeds.inputs_embeds;
    const positions = this.recording?.logitsAt ?? Array.from({ length: read.dims[1] }, (_, position) => position);
    return { [logits.positions]: int64(BigInt64Array.from(positions, BigInt)) };
  }

  release(): Promise<void> {
    this.closeChanging();
    return this.closed ? Promise.resolve() : this.open.inner.release();
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

/** What the logits are called: of a graph of one's own they may have any name. */
function logitsName(streams: readonly ResidualStream[] | string): string {
  const [stream] = typeof streams === 'string' ? [] : streams;
  return stream && !stream.logits.scope.owner ? stream.logits.name : 'logits';
}

/** Whether an attention stands in the model's own graph, at one place and once. */
function isSimple({ places: [place, ...others], iteration }: AttentionSite): boolean {
  return others.length === 0 && iteration === undefined && !place.op.scope.owner && !place.turns && !place.further;
}

/** What was added to a graph that was read again, with the sites of the first time. */
function addedTo(
  { outputs, switches, replacements, interventions, selections, limit, exposed, rows, logits }: ExtendedModel,
  now: readonly AttentionSite[],
  first: readonly AttentionSite[],
): Added {
  const withSite = <Of extends { readonly site: AttentionSite }>(of: Of): Of => ({
    ...of,
    site: first[now.indexOf(of.site)],
  });
  return {
    outputs: outputs.map(withSite),
    switches: switches.map(withSite),
    replacements: replacements.map(withSite),
    interventions,
    selections: selections.map(withSite),
    limit,
    exposed,
    rows,
    logits,
  };
}

/** Whether a graph is fed tokens or what they were embedded to, [batch, tokens, …]. */
function readsTokens({ graph: { root } }: FoundAttention): boolean {
  return root.inputs.some(({ name }) => name === 'input_ids' || name === 'inputs_embeds');
}
