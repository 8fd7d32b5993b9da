/**
 * The overview of 144 heads at several lengths: all attention fetched, against what is pooled in the graph. Each in a
 * process of its own, for its peak memory. Time: of the second run.
 */
import { spawnSync } from 'node:child_process';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { addAttention, findAttention, readModel } from '../../core/onnx';
import { concat } from '../../core/onnx/read/wireWriter';
import { addedToModels } from '../../inference/models/attentionSession';
import { syntheticEncoder } from './onnx/syntheticEncoder';

/** `untouched`: the file as it is. `nothing`: with all that the inference process adds, of which nothing is asked for. */
type Way = 'untouched' | 'fetched' | 'nothing' | 'pooled' | 'one head';

async function measure(way: Way, tokens: number): Promise<void> {
  const model = readModel(concat(syntheticEncoder({ layers: 12, heads: 12, width: 192, vocabulary: 1000 })));
  const reduces = way === 'nothing' || way === 'pooled' || way === 'one head';
  const extended =
    way === 'untouched' ? undefined : addAttention(model, findAttention(model), reduces ? addedToModels : {});
  const session = await InferenceSession.create(extended?.bytes ?? model.bytes, {
    logSeverityLevel: 3,
    enableMemPattern: !reduces,
  });
  const int64 = (values: readonly number[], dims: readonly number[] = [values.length]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const feeds: Record<string, Tensor> = {
    input_ids: int64(
      Array.from({ length: tokens }, (_, i) => (i * 37) % 1000),
      [1, tokens],
    ),
  };
  if (extended?.limit) feeds[extended.limit] = int64([way === 'pooled' ? 64 : 0]);
  extended?.selections.forEach(({ name }, layer) => {
    feeds[name] = int64(way === 'one head' && layer === 6 ? [3] : []);
  });
  extended?.switches.forEach(({ name, mean }) => {
    feeds[name] = new Tensor('float32', new Float32Array(12).fill(1), [1, 12, 1, 1]);
    feeds[mean] = new Tensor('float32', new Float32Array(12), [1, 12, 1, 1]);
  });
  const wanted =
    extended?.outputs.filter(
      ({ what, site }) =>
        way === 'fetched' ||
        (way === 'pooled' && what === 'pooled') ||
        (way === 'one head' && what === 'probabilities' && site.layer === 6),
    ) ?? [];
  const fetches = [
    ...session.outputNames.filter(name => !extended?.outputs.some(o => o.name === name)),
    ...wanted.map(o => o.name),
  ];
  let time = 0;
  for (let turn = 0; turn < 2; turn++) {
    const started = performance.now();
    await session.run(feeds, fetches);
    time = performance.now() - started;
  }
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${String(tokens).padStart(5)} tokens, ${way.padEnd(9)} ${time.toFixed(0).padStart(6)} ms, peak memory of the process ${peak.toFixed(0).padStart(6)} MB`,
  );
}

const [way, tokens] = process.argv.slice(2);
if (way) {
  void measure(way as Way, Number(tokens));
} else {
  for (const length of [128, 512, 1024, 2048, 4096]) {
    // All heads of 4,096 tokens are 9.7 GB.
    for (const each of length > 2048
      ? (['untouched', 'pooled', 'one head'] satisfies Way[])
      : (['untouched', 'fetched', 'nothing', 'pooled', 'one head'] satisfies Way[])) {
      const { status } = spawnSync(process.execPath, [...process.execArgv, __filename, each, String(length)], {
        stdio: 'inherit',
      });
      if (status !== 0) throw new Error(`${each} at ${length} tokens ended with ${status}.`);
    }
  }
}
