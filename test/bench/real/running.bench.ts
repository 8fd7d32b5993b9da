/**
 * What looking costs: a run with nothing looked at and one with the overview against ONNX Runtime's own run of the same file
 * and PyTorch's of the same shape, where Python has it; a long text's heads, alone and all measured, in how large pieces, and how long a short text waits meanwhile; all heads ranked.
 */
import { InferenceSession } from 'onnxruntime-node';
import { rankHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { measureHeads } from '../../../inference/answers/measureHeads';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { textModel } from '../../../inference/models/textModel';
import { WorkOrder } from '../../../inference/models/workOrder';
import { AttentionOnDemand } from '../../../inference/runs/attentionOnDemand';
import type { UseModel } from '../../../inference/runs/runAttention';
import { runModel, runOnce } from '../../../inference/runs/runModel';
import { pytorchCosts } from './pytorch';
import { costOf, median, plainFeeds, realModels, someIds, type Cost } from './realModel';

const told = ({ wall, processor }: Cost): string =>
  `${(processor / 1000).toFixed(2).padStart(7)} s of processor, ${(wall / 1000).toFixed(2).padStart(7)} s on the clock`;

const lengths = [128, 512, 2048];
const nobody = { isCancelled: () => false };

/**
 * All ways of a run, turn by turn, the first turn not counted.
 * @param pytorch milliseconds of processor time that PyTorch takes, where it is there.
 */
async function looking(
  name: string,
  open: OpenModel,
  file: string,
  tokens: number,
  pytorch: number | undefined,
): Promise<void> {
  const ids = someIds(tokens);
  const plain = await InferenceSession.create(file, { logSeverityLevel: 3, enableMemPattern: false });
  const ways = {
    plain: () => plain.run(plainFeeds(plain, ids)),
    nothing: () => runOnce(open, ids, undefined, { wants: () => false }),
    // As a long text is explained.
    overview: () => runModel(textModel(open), ids, { ...nobody, mostKept: 0 }),
  };
  const costs: Record<keyof typeof ways, number[]> = { plain: [], nothing: [], overview: [] };
  for (let turn = 0; turn < 4; turn++) {
    for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
      const { processor } = await costOf<unknown>(ways[way]);
      if (turn > 0) costs[way].push(processor);
    }
  }
  await plain.release();
  const base = median(costs.plain);
  const times = (way: keyof typeof ways) => `${(median(costs[way]) / base).toFixed(2)} times`;
  console.log(
    `${name.padEnd(14)} ${String(tokens).padStart(5)} tokens: ONNX Runtime’s own run ${(base / 1000).toFixed(2)} s of processor; nothing looked at ${times('nothing')}, with the overview ${times('overview')} (at most 1.15)`,
  );
  if (pytorch === undefined) return;
  const overview = median(costs.overview);
  console.log(
    `${name.padEnd(14)} ${String(tokens).padStart(5)} tokens: PyTorch eager with attentions, fp32 ${(pytorch / 1000).toFixed(2)} s of processor; with the overview ${(overview / 1000).toFixed(2)} s, ${(overview / pytorch).toFixed(2)} times (at most 0.5)`,
  );
}

/** A run of a long text, of which nothing is held. */
function longRun(open: OpenModel, tokens: number) {
  const ids = someIds(tokens);
  const words = ids.map(id => `w${id} `);
  const text = words.join('');
  let at = 0;
  const texts = words.map((word, i) => ({
    id: ids[i],
    text: word,
    start: at,
    end: (at += word.length),
    special: false,
  }));
  const layers = open.sessions.model.sites.map(({ layer, heads = 1, causal }) => ({
    kind: 'self' as const,
    layer,
    heads,
    causal,
    queries: tokens,
    keys: tokens,
  }));
  return { ids, texts: { input: { text, tokens: texts } }, attention: new AttentionOnDemand(layers, ids, undefined) };
}

async function longText(name: string, open: OpenModel): Promise<void> {
  const tokens = 2048;
  const run = longRun(open, tokens);
  const order = new WorkOrder();
  const pieces: number[] = [];
  const use: UseModel = work =>
    order.inBackground(async () => {
      const { result, processor } = await costOf(() => work(open));
      pieces.push(processor);
      return result;
    });
  use.turn = () => order.inBackground(() => Promise.resolve());
  const tell = async (what: string, work: () => Promise<unknown>) => {
    pieces.length = 0;
    const cost = await costOf(work);
    console.log(
      `${name.padEnd(14)} ${tokens} tokens, ${what.padEnd(38)} ${told(cost)}, in ${pieces.length} pieces, the longest ${Math.max(...pieces).toFixed(0)} ms of processor (at most 300)`,
    );
  };
  const middle = Math.floor(run.attention.layers.length / 3);
  await tell('one head, the first', () => run.attention.head({ kind: 'self', layer: middle, head: 0 }, use));
  await tell('one head of the layer before', () =>
    run.attention.head({ kind: 'self', layer: Math.max(0, middle - 1), head: 0 }, use),
  );
  let waited = 0;
  await tell('all heads measured, a text between', async () => {
    const measured = measureHeads({ ...run, outputIds: undefined }, 'self', use);
    await new Promise(resolve => setTimeout(resolve, 2000));
    const asked = performance.now();
    await order.atOnce(() => explain(open, 'When Mary and John went to the store, John gave a drink to', nobody));
    waited = performance.now() - asked;
    await measured;
  });
  const alone = await costOf(() => explain(open, 'When Mary and John went to the store, John gave a drink to', nobody));
  console.log(
    `${name.padEnd(14)} a sentence explained meanwhile: ${waited.toFixed(0)} ms after it was asked for; alone ${alone.wall.toFixed(0)} ms`,
  );
}

async function ranking(name: string, open: OpenModel): Promise<void> {
  const ids = someIds(64);
  const heads = open.sessions.model.sites.flatMap(({ layer, heads = 1 }) =>
    Array.from({ length: heads }, (_, head) => ({ kind: 'self' as const, layer, head })),
  );
  const cost = await costOf(() =>
    rankHeads(work => work(open), { ...longRun(open, 64), ids }, heads, { positions: [63] }),
  );
  console.log(`${name.padEnd(14)} ${heads.length} heads ranked on 64 tokens: ${told(cost)} (at most 20)`);
}

void (async () => {
  for (const { name, reference, file } of realModels()) {
    const open = await openModel(reference);
    const pytorch = pytorchCosts(reference.folder, lengths);
    if (typeof pytorch === 'string') console.log(`${name.padEnd(14)} PyTorch is not there: ${pytorch}.`);
    for (const [i, tokens] of lengths.entries()) {
      await looking(name, open, file, tokens, typeof pytorch === 'string' ? undefined : pytorch[i]);
    }
    await longText(name, open);
    await ranking(name, open);
    await open.dispose();
  }
})();
