import { InterruptableStoppingCriteria, Tensor, type PreTrainedModel } from '@huggingface/transformers';
import { joinSteps, type AttentionStep } from '../../../core/attention/joinSteps';
import type { AttentionKind } from '../../../core/attention/attentionKind';
import type { AttentionSite } from '../../../core/onnx';
import type { AttentionSession, RecordedRun } from './attentionSession';
import type { OpenModel } from './openModel';

/** How many tokens an encoder-decoder may write where its own configuration sets no limit. */
const mostNewTokens = 256;

/** One layer's attention of one kind: [heads, queries, keys], row-major. */
export interface LayerTensor extends AttentionStep {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly causal: boolean;
}

/** What a model computed for a text. */
export interface ModelRun {
  /** Ordered as self, encoder, decoder, cross; within a kind by layer. */
  readonly attention: readonly LayerTensor[];
  /** [position][vocabulary or class], or undefined where the model gives no logits. */
  readonly logits?: { readonly rows: number; readonly columns: number; readonly data: Float32Array };
  /** What an encoder-decoder's decoder read: its start token, then the tokens it wrote. */
  readonly outputIds?: readonly number[];
}

/**
 * Runs a model on token ids and gives the attention of every layer and head: for an encoder-decoder that of the whole
 * generation, its steps joined.
 * @param isCancelled asked between the tokens of a generation.
 */
export async function runModel(open: OpenModel, ids: readonly number[], isCancelled: () => boolean): Promise<ModelRun> {
  const recorder = new Recorder(open.sessions);
  const inputs = {
    input_ids: int64([...ids]),
    attention_mask: int64(new Array<number>(ids.length).fill(1)),
  };
  try {
    if (open.info.task !== 'text2text-generation') {
      await open.model(inputs);
      return { attention: recorder.attention(open), logits: recorder.logits() };
    }
    const written = await generate(open.model, inputs, isCancelled);
    const attention = recorder.attention(open);
    const read = attention.find(layer => layer.kind !== 'encoder')?.queries ?? written.length;
    return { attention, logits: recorder.logits(), outputIds: written.slice(0, read) };
  } finally {
    recorder.stop();
  }
}

async function generate(model: PreTrainedModel, inputs: Record<string, Tensor>, isCancelled: () => boolean): Promise<number[]> {
  const stop = new InterruptableStoppingCriteria();
  const limit = model.generation_config?.max_new_tokens ?? mostNewTokens;
  const result = await model.generate({
    ...inputs,
    max_new_tokens: limit,
    do_sample: false,
    stopping_criteria: [Object.assign(stop, { _call: (ids: number[][]) => ids.map(() => isCancelled()) })],
  });
  return Array.from((result as Tensor).data as BigInt64Array, Number);
}

function int64(values: number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}

/** Keeps what the sessions of a model compute while transformers.js runs them. */
class Recorder {
  private readonly steps = new Map<AttentionSite, AttentionStep[]>();
  private readonly logitSteps: { rows: number; columns: number; data: Float32Array }[] = [];

  constructor(private readonly sessions: Readonly<Record<string, AttentionSession>>) {
    for (const session of Object.values(sessions)) {
      session.recording = { onRun: run => this.keep(run) };
    }
  }

  stop(): void {
    for (const session of Object.values(this.sessions)) session.recording = undefined;
  }

  attention({ info }: OpenModel): LayerTensor[] {
    const layers: LayerTensor[] = [];
    for (const [name, session] of Object.entries(this.sessions)) {
      for (const site of session.sites) {
        const steps = this.steps.get(site);
        if (!steps) continue;
        layers.push({ ...joinSteps(steps), kind: kindOf(site, name, info.task), layer: site.layer, causal: site.causal ?? false });
      }
    }
    const order: AttentionKind[] = ['self', 'encoder', 'decoder', 'cross'];
    return layers.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.layer - b.layer);
  }

  logits(): ModelRun['logits'] {
    if (this.logitSteps.length === 0) return undefined;
    const columns = this.logitSteps[0].columns;
    const rows = this.logitSteps.reduce((sum, step) => sum + step.rows, 0);
    const data = new Float32Array(rows * columns);
    let at = 0;
    for (const step of this.logitSteps) {
      data.set(step.data, at);
      at += step.data.length;
    }
    return { rows, columns, data };
  }

  private keep(run: RecordedRun): void {
    for (const [site, tensor] of run.attention) {
      const [, heads, queries, keys] = tensor.dims;
      const steps = this.steps.get(site) ?? [];
      steps.push({ heads, queries, keys, data: (tensor.data as Float32Array).subarray(0, heads * queries * keys) });
      this.steps.set(site, steps);
    }
    const logits = run.outputs.logits;
    if (logits?.type === 'float32') {
      const columns = logits.dims[logits.dims.length - 1];
      const data = logits.data as Float32Array;
      this.logitSteps.push({ rows: data.length / columns, columns, data });
    }
  }
}

/** An encoder and a decoder in files of their own each know only half: the file's place in the model tells the rest. */
function kindOf(site: AttentionSite, session: string, task: OpenModel['info']['task']): AttentionKind {
  if (site.kind !== 'self' || task !== 'text2text-generation') return site.kind;
  return session === 'model' ? 'encoder' : 'decoder';
}
