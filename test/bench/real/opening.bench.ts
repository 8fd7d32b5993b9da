/**
 * What opening costs: ONNX Runtime's own session of a file against ours with the attention added, the whole model with its
 * tokenizer, and the first and second use of what needs more of the graph. Each model in a process of its own, turn by turn.
 */
import { InferenceSession } from 'onnxruntime-node';
import { effectOfHeads } from '../../../inference/answers/effect';
import { headOperands } from '../../../inference/answers/headOperands';
import { logitLens } from '../../../inference/answers/logitLens';
import { valueNorms } from '../../../inference/answers/valueNorms';
import { AttentionSession } from '../../../inference/models/attentionSession';
import { openModel } from '../../../inference/models/openModel';
import { explainText } from '../../../inference/runs/explainText';
import { costOf, median, realModels, type Cost } from './realModel';

const told = ({ wall, processor }: Cost): string =>
  `${processor.toFixed(0).padStart(6)} ms of processor, ${wall.toFixed(0).padStart(6)} ms on the clock`;
const middle = (costs: readonly Cost[]): Cost => ({
  wall: median(costs.map(cost => cost.wall)),
  processor: median(costs.map(cost => cost.processor)),
});

async function opening(name: string): Promise<void> {
  const { reference, file } = realModels().find(model => model.name === name)!;
  const costs: Record<string, Cost[]> = { plain: [], session: [], model: [] };
  for (let turn = 0; turn < 6; turn++) {
    const plain = await costOf(() => InferenceSession.create(file, { logSeverityLevel: 3 }));
    await plain.result.release();
    const session = await costOf(() => AttentionSession.open(file, { logSeverityLevel: 3 }));
    await session.result.release();
    const model = await costOf(() => openModel(reference));
    await model.result.dispose();
    // What is compiled and read for the first time is not measured.
    if (turn > 0) Object.entries({ plain, session, model }).forEach(([way, cost]) => costs[way].push(cost));
  }
  const plain = middle(costs.plain);
  for (const [what, way] of [
    ['ONNX Runtime’s own session', 'plain'],
    ['with the attention added', 'session'],
    ['the whole model, tokenizer included', 'model'],
  ] as const) {
    const cost = middle(costs[way]);
    const times = `${(cost.processor / plain.processor).toFixed(2)} times`;
    console.log(
      `${name.padEnd(14)} ${what.padEnd(42)} ${told(cost)}${way === 'plain' ? '' : `, ${times} (at most 1.5)`}`,
    );
  }
  const open = await openModel(reference);
  const text = 'The capital of France is Paris, and the capital of';
  const tell = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const cost = await costOf(work);
    console.log(`${name.padEnd(14)} ${what.padEnd(42)} ${told(cost)}`);
    return cost.result;
  };
  const { known } = await tell('first explain', () => explainText(open, text, { isCancelled: () => false }));
  const { ids } = known;
  const head = { kind: 'self', layer: 1, head: 0 } as const;
  const later: readonly (readonly [what: string, work: () => Promise<unknown>])[] = [
    ['steps (opens the rest of the graph)', () => headOperands(open, ids, undefined, head)],
    ['value (cuts out the projections)', () => valueNorms(work => work(open), { ids }, 'self')],
    ['lens (cuts out the unembedding)', () => logitLens(open, ids, ids.length - 1, 1, () => false)],
    ['effect', () => effectOfHeads(open, ids, undefined, [head], ids.length - 1)],
  ];
  for (const [what, work] of later) {
    await tell(`${what}, first`, work);
    await tell(`${what.replace(/ \(.*/, '')}, second`, work);
  }
  await open.dispose();
}

const [, , only] = process.argv;
if (only) {
  void opening(only);
} else {
  void (async () => {
    const { spawnSync } = await import('node:child_process');
    for (const { name } of realModels()) {
      spawnSync(process.execPath, [...process.execArgv, __filename, name], { stdio: 'inherit' });
    }
  })();
}
