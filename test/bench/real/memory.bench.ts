/**
 * What models take: opened, and the peak of a run of 512 and 2,048 tokens, ONNX Runtime's own session against ours, each in a
 * process of its own; and all precisions opened in turn within a limit. Linux tells the peak for each process.
 */
import { InferenceSession } from 'onnxruntime-node';
import { collectGarbage } from '../../../inference/models/collectGarbage';
import { expectedMemory } from '../../../inference/models/expectedMemory';
import { ModelStore } from '../../../inference/models/modelStore';
import { nativeMemory } from '../../../inference/models/nativeMemory';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { textModel } from '../../../inference/models/textModel';
import { runModel } from '../../../inference/runs/runModel';
import { inOwnProcess, plainFeeds, realModels, someIds } from './realModel';

const nobody = { isCancelled: () => false };
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

/** Bytes above those of the process before anything is opened. */
interface Taken {
  readonly opened: number;
  readonly peak: number;
  readonly counted?: number;
}

async function take(way: string, name: string, tokens: number): Promise<Taken> {
  const { reference, file } = realModels().find(model => model.name === name)!;
  const before = process.memoryUsage.rss();
  const ids = someIds(tokens);
  let opened: number;
  let counted: number | undefined;
  if (way === 'plain') {
    const session = await InferenceSession.create(file, { logSeverityLevel: 3, enableMemPattern: false });
    opened = process.memoryUsage.rss() - before;
    await session.run(plainFeeds(session, ids));
  } else {
    const open = await openModel(reference);
    opened = process.memoryUsage.rss() - before;
    counted = open.bytes;
    await runModel(textModel(open), ids, nobody);
  }
  return { opened, counted, peak: process.resourceUsage().maxRSS * 1024 - before };
}

/** All models opened in turn and run on 128 tokens, with room for the largest alone. */
async function inTurn(): Promise<string[]> {
  const expected = await Promise.all(realModels().map(({ reference }) => expectedMemory(reference)));
  const limit = Math.max(...expected) * 1.05;
  const [before, withoutModels] = [process.memoryUsage.rss(), nativeMemory()];
  const taken = () => nativeMemory() - withoutModels;
  const store = new ModelStore({ bytes: limit, idle: 0, taken, clear: collectGarbage }, openModel);
  const lines: string[] = [];
  const most = { counted: 0, native: 0, process: 0 };
  const look = () => {
    most.counted = Math.max(most.counted, store.total);
    most.native = Math.max(most.native, taken());
    most.process = Math.max(most.process, process.memoryUsage.rss() - before);
  };
  for (const [i, { name, reference }] of realModels().entries()) {
    const counted = await store.use(reference, open => {
      look();
      return Promise.resolve(open.bytes);
    });
    await store.use(reference, open => runModel(textModel(open as TransformersModel), someIds(128), nobody));
    look();
    await new Promise(resolve => setTimeout(resolve, 200));
    const open = realModels().filter(model => store.has(model.reference));
    lines.push(
      `${name.padEnd(14)} expected ${megabytes(expected[i])}, measured ${megabytes(counted)}; open: ${open.map(model => model.name).join(', ')}`,
    );
  }
  const of = (bytes: number) => `${megabytes(bytes)} (${(bytes / limit).toFixed(2)} times)`;
  return [
    ...lines,
    `limit ${megabytes(limit)}: counted at most ${of(most.counted)}, held outside of JavaScript ${of(most.native)}, by the whole process ${of(most.process)} (at most 1.1)`,
  ];
}

const [, , way, name, tokens] = process.argv;
if (way === 'turn') {
  void inTurn().then(lines => console.log(JSON.stringify(lines)));
} else if (way) {
  void take(way, name, Number(tokens)).then(taken => console.log(JSON.stringify(taken)));
} else {
  for (const model of realModels()) {
    for (const length of ['512', '2048']) {
      const plain = inOwnProcess<Taken>(__filename, ['plain', model.name, length]);
      const ours = inOwnProcess<Taken>(__filename, ['ours', model.name, length]);
      console.log(
        `${model.name.padEnd(14)} ${length.padStart(5)} tokens: opened ${megabytes(plain.opened)}, ours ${megabytes(ours.opened)} (counted as ${megabytes(ours.counted!)}); ` +
          `peak of a run ${megabytes(plain.peak)}, ours ${megabytes(ours.peak)}: ${(ours.peak / plain.peak).toFixed(2)} times (at most 1.5)`,
      );
    }
  }
  if (realModels().length > 1) for (const line of inOwnProcess<string[]>(__filename, ['turn'])) console.log(line);
}
