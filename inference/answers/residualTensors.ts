import type { AttentionKind } from '../../core/attention/attentionKind';
import type { NamedTensor } from '../../core/export/safetensors';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { runOnce } from '../runs/runModel';
import { headWrite } from './headWrite';

const kinds: readonly AttentionKind[] = ['self', 'encoder', 'decoder', 'cross'];

/** The most numbers that are given at once: 512 MB. */
const mostNumbers = 2 ** 27;

/**
 * The residual stream of a run as tensors [position, width]: of a causal model `residual.0` before the first layer to
 * `residual.N` after the last, of others `encoder.0.residual`, what a layer's attention adds to; `self.0.head_results`
 * [head, position, width], what each head adds; and `logits` [position, vocabulary]. What the graph does not show is left out.
 * @param isCancelled asked before each head.
 * @throws {InferenceFault} where the graph shows none, or it is too much to give at once.
 */
export async function residualTensors(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  isCancelled: () => boolean,
): Promise<NamedTensor[]> {
  const recorder = await runOnce(open, ids, outputIds, {
    wants: (_kind, _layer, what) => what === 'write' || what === 'stream' || what === 'query',
    residuals: true,
  });
  const tensors: NamedTensor[] = [];
  let numbers = 0;
  const add = (name: string, shape: readonly number[], data: Float32Array) => {
    numbers += data.length;
    if (numbers > mostNumbers) {
      throw new InferenceFault(
        InferenceErrorCode.run,
        'The residual stream and the head results of this text take more than 512 MB, too much for one file; explain a shorter part.',
      );
    }
    tensors.push({ name, shape, data: () => data });
  };
  const sessions = Object.values(open.sessions);
  const streams = sessions.flatMap(({ residuals }) => (Array.isArray(residuals) ? (residuals as string[]) : []));
  streams.forEach((name, i) => {
    const stream = recorder.values.get(name);
    const data = stream && floatNumbers(stream);
    if (stream && data) add(`residual.${i}`, stream.dims.slice(1), data);
  });
  const layers = kinds.flatMap(kind =>
    recorder.tensors(kind, 'query').map(({ layer, step }) => ({ kind, layer, step })),
  );
  for (const {
    kind,
    layer,
    step: { heads },
  } of layers) {
    const stream = recorder.tensor(kind, layer, 'stream');
    if (streams.length === 0 && stream) {
      add(`${kind}.${layer}.residual`, [stream.queries, stream.keys], stream.data);
    }
    const results: Float32Array[] = [];
    let shape: readonly number[] = [];
    for (let head = 0; head < heads; head++) {
      if (isCancelled()) return [];
      const write = await headWrite(open, ids, outputIds, { kind, layer, head }, recorder);
      if (!write) break;
      results.push(write.head.data);
      shape = [heads, write.head.rows, write.head.columns];
    }
    if (results.length === heads) add(`${kind}.${layer}.head_results`, shape, joined(results));
  }
  if (tensors.length === 0) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id}’s graph does not show what its layers add to; its weights can be saved.`,
    );
  }
  const logits = recorder.logits();
  if (logits) add('logits', [logits.rows, logits.columns], logits.data);
  return tensors;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
