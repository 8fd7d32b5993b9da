import { joinSteps, type AttentionStep } from '../../core/attention/joinSteps';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { Tensor } from 'onnxruntime-node';
import type { AddedIntervention, AttentionSite, AttentionTensorKind } from '../../core/onnx';
import type {
  AttentionSession,
  Feeds,
  HeadsInstead,
  RecordedBlocks,
  RecordedRun,
  ReplacedTensor,
  RunInterventions,
} from './attentionSession';
import { floatNumbers } from './floatNumbers';
import type { OpenModel } from './openModel';
import type { LayerShape } from './layerShape';

/** One layer's attention of one kind: [heads, queries, keys], row-major. */
export interface LayerTensor extends AttentionStep {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly causal: boolean;
}

/** One layer's attention at a glance: all but the numbers, and the heads made small, [heads][rows][columns]. */
export interface LayerOverview extends LayerShape {
  readonly thumbnails: { readonly rows: number; readonly columns: number; readonly data: Float32Array };
}

/** Logits: [rows][columns], row-major. */
export interface Logits {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** What to record of a run. */
export interface RecorderOptions {
  /** Which tensors; absent: the probabilities of all layers. */
  readonly wants?: (kind: AttentionKind, layer: number, what: AttentionTensorKind) => boolean;
  /** Which heads of a layer to give; absent: all. */
  readonly heads?: (kind: AttentionKind, layer: number) => readonly number[];
  /** The heads of a layer that are off, for each text of the batch. */
  readonly off?: (kind: AttentionKind, layer: number) => readonly (readonly number[])[];
  /** Whether to give all of a batch, as attention in windows is: [windows, heads, queries, keys]. */
  readonly windows?: boolean;
  /** Whether to record the residual stream, where there is one. */
  readonly residuals?: boolean;
  /** The positions whose vectors are given of all parts of the blocks, for a residual stream that those attentions add to. */
  readonly blocksAt?: (
    attentions: readonly { readonly kind: AttentionKind; readonly layer: number }[],
  ) => readonly number[];
  /** Whether they give their mean over the positions in place of nothing. */
  readonly mean?: boolean;
  /** What stands in the place of heads (see `Recording.instead`). */
  readonly instead?: (kind: AttentionKind, layer: number) => HeadsInstead | undefined;
  /** What is changed in the attentions of the model (see `Recording.interventions`): what the inputs of each are fed. */
  readonly interventions?: {
    readonly parts: RunInterventions['parts'];
    readonly reads?: boolean;
    feeds(kind: AttentionKind, added: AddedIntervention): Feeds;
  };
  /** The positions whose logits are wanted, where the sessions give them alone (see `Recording.logitsAt`); absent: all. */
  readonly logitsAt?: readonly number[];
}

/** What {@link RecorderOptions.logitsAt} is where nobody asks for logits. */
export const lastLogits: readonly number[] = [-1];

/** Whether a model's logits can be had of some positions alone. */
export function givesSomeLogits({ sessions }: Pick<OpenModel, 'sessions'>): boolean {
  const all = Object.values(sessions);
  return all.length === 1 && all[0].givesSomeLogits;
}

/** Keeps what the sessions of a model compute while transformers.js runs them, the steps of a generation joined. */
export class Recorder {
  private readonly steps = new Map<AttentionTensorKind, Map<AttentionSite, AttentionStep[]>>();
  private readonly logitSteps: Tensor[] = [];
  /** How large the probabilities of each layer were in the last run: [batch, heads, queries, keys]. */
  private readonly shapes = new Map<string, number[]>();
  /** Values of the graph of the last run, by name. */
  values: ReadonlyMap<string, Tensor> = new Map();
  /** What the unembedding reads, of the last run, where the logits of some positions were wanted. */
  hidden?: Tensor;
  /** What interventions replace, of the last run of each session, where it was asked for. */
  readonly replaced: (ReplacedTensor & { readonly kind: AttentionKind })[] = [];
  /** What the blocks of each session gave. */
  readonly blocks: RecordedBlocks[] = [];
  /** The largest batch of what was recorded: of more than one the model's part is given, else the first. */
  batch = 1;
  private readonly kinds = new Map<AttentionSite, AttentionKind>();
  private readonly windows: boolean;

  /** Starts to record; {@link stop} must follow. */
  constructor(
    private readonly open: OpenModel,
    {
      wants = (_kind, _layer, what) => what === 'probabilities',
      heads,
      off,
      mean,
      instead,
      interventions,
      residuals,
      logitsAt,
      blocksAt,
      windows = false,
    }: RecorderOptions = {},
  ) {
    this.windows = windows;
    for (const [name, session] of Object.entries(open.sessions)) {
      for (const site of session.sites) this.kinds.set(site, kindOf(site, name, open));
      session.recording = {
        wants: (site, what) => wants(this.kindOf(site), site.layer, what),
        heads: heads && (site => heads(this.kindOf(site), site.layer)),
        off: site => off?.(this.kindOf(site), site.layer) ?? [[]],
        mean,
        instead: instead && (site => instead(this.kindOf(site), site.layer)),
        interventions: interventions && {
          parts: interventions.parts,
          reads: interventions.reads,
          feeds: added =>
            Object.assign({}, ...added.map(one => interventions.feeds(this.kindIn(session, one), one))) as Feeds,
        },
        residuals,
        logitsAt: givesSomeLogits(open) ? logitsAt : undefined,
        blocksAt:
          blocksAt &&
          (stacks =>
            stacks.map(({ blocks }) =>
              blocksAt(
                blocks.flat().flatMap(({ site }) => (site ? [{ kind: this.kindOf(site), layer: site.layer }] : [])),
              ),
            )),
        onRun: run => this.keep(run, session),
      };
    }
  }

  stop(): void {
    for (const session of Object.values(this.open.sessions)) session.recording = undefined;
  }

  /** The probabilities recorded: ordered as self, encoder, decoder, cross; within a kind by layer. */
  attention(): LayerTensor[] {
    return this.joined('probabilities');
  }

  /** Each layer's heads at a glance, pooled where they were computed, and how long the layer's sequences are. */
  overview(): LayerOverview[] {
    return this.joined('pooled').map(({ heads, queries: rows, keys: columns, data, ...layer }) => ({
      ...layer,
      heads,
      queries: this.shapes.get(`${layer.kind} ${layer.layer}`)?.[2] ?? rows,
      keys: this.shapes.get(`${layer.kind} ${layer.layer}`)?.[3] ?? columns,
      thumbnails: { rows, columns, data },
    }));
  }

  /** The tensors of all layers of a kind as the last run gave them, by layer. */
  tensors(kind: AttentionKind, what: AttentionTensorKind): { readonly layer: number; readonly step: AttentionStep }[] {
    return [...(this.steps.get(what) ?? [])]
      .filter(([site]) => this.kindOf(site) === kind)
      .map(([site, steps]) => ({ layer: site.layer, step: steps[steps.length - 1] }));
  }

  /** A tensor of one layer as the last run gave it: [heads, rows, columns], batch 1. */
  tensor(kind: AttentionKind, layer: number, what: AttentionTensorKind): AttentionStep | undefined {
    for (const [site, steps] of this.steps.get(what) ?? []) {
      if (this.kindOf(site) === kind && site.layer === layer) return steps.at(-1);
    }
    return undefined;
  }

  /** Where in which session's graph a layer's attention is. */
  place(
    kind: AttentionKind,
    layer: number,
  ): { readonly session: AttentionSession; readonly site: AttentionSite } | undefined {
    for (const session of Object.values(this.open.sessions)) {
      const site = session.sites.find(candidate => candidate.layer === layer && this.kindOf(candidate) === kind);
      if (site) return { session, site };
    }
    return undefined;
  }

  /** The logits of all runs, one below the other; undefined where the model gives none. */
  logits(): Logits | undefined {
    const steps = this.logitSteps.map(tensor => floatNumbers(tensor)!);
    if (steps.length === 0) return undefined;
    const { dims } = this.logitSteps[0];
    const columns = dims[dims.length - 1];
    const rows = steps.reduce((sum, step) => sum + step.length, 0) / columns;
    if (steps.length === 1) return { rows, columns, data: steps[0] };
    const data = new Float32Array(rows * columns);
    let at = 0;
    for (const step of steps) {
      data.set(step, at);
      at += step.length;
    }
    return { rows, columns, data };
  }

  private joined(what: AttentionTensorKind): LayerTensor[] {
    const order: AttentionKind[] = ['self', 'encoder', 'decoder', 'cross'];
    return [...(this.steps.get(what) ?? [])]
      .map(([site, steps]) => ({
        ...joinSteps(steps),
        kind: this.kindOf(site),
        layer: site.layer,
        causal: site.causal ?? false,
      }))
      .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.layer - b.layer);
  }

  /** What an attention is, in the whole model. */
  kindOf(site: AttentionSite): AttentionKind {
    return this.kinds.get(site) ?? site.kind;
  }

  private forget({ sites }: AttentionSession): void {
    for (const steps of this.steps.values()) sites.forEach(site => steps.delete(site));
    this.logitSteps.length = 0;
  }

  private kindIn({ sites }: AttentionSession, { kind, layer }: AddedIntervention): AttentionKind {
    const ofKind = sites.filter(one => one.kind === kind);
    // What stands behind the last layer is of its kind, too.
    const site = ofKind.find(one => one.layer === layer) ?? ofKind.at(-1);
    return site ? this.kindOf(site) : kind;
  }

  private keep({ outputs, added, values, hidden, blocks, replaced }: RecordedRun, session: AttentionSession): void {
    [this.values, this.hidden] = [values, hidden];
    // Each step of its generation holds the ones before it.
    if (session === this.open.readsAnew) this.forget(session);
    if (blocks) this.blocks.push(blocks);
    for (const one of replaced) this.replaced.push({ ...one, kind: this.kindIn(session, one.of) });
    for (const { site, what, tensor } of added) {
      if (what === 'shape') {
        this.shapes.set(`${this.kindOf(site)} ${site.layer}`, Array.from(tensor.data as BigInt64Array, Number));
        continue;
      }
      const [batch, heads, queries, keys] = tensor.dims;
      this.batch = Math.max(this.batch, batch);
      const first = Math.min(this.open.part ?? 0, batch - 1) * heads * queries * keys;
      const ofKind = this.steps.get(what) ?? new Map<AttentionSite, AttentionStep[]>();
      const steps = ofKind.get(site) ?? [];
      steps.push({
        heads,
        queries,
        keys,
        data: this.windows
          ? (tensor.data as Float32Array)
          : (tensor.data as Float32Array).subarray(first, first + heads * queries * keys),
      });
      this.steps.set(what, ofKind.set(site, steps));
    }
    const logits = outputs[session.logitsName];
    // Widened when they are asked for: few questions are about them.
    if (logits && /^float(16|32)$/.test(logits.type)) this.logitSteps.push(logits);
  }
}

/** An encoder and a decoder in files of their own each know only half: the file's place in the model tells the rest. */
export function kindOf(site: AttentionSite, session: string, { info }: OpenModel): AttentionKind {
  if (site.kind !== 'self' || (info.task !== 'text2text-generation' && info.task !== 'image-to-text')) return site.kind;
  // A vision encoder that feeds the encoder (Florence-2) looks at its own positions, in windows.
  if (session === 'vision_encoder') return 'self';
  return session === 'model' ? 'encoder' : 'decoder';
}
