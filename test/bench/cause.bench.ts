/**
 * What asking for causes costs beside running the model, in one run, turn by turn: what a prediction needs of each of 64
 * tokens, one cut, the parts of a logit; what the residual stream and the heads bring back of another text, beside 64 runs one
 * by one; and the same run of a file that takes changes as of one that does not.
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { cutEffect } from '../../inference/answers/cutEffect';
import { logitParts } from '../../inference/answers/logitParts';
import { needsOf } from '../../inference/answers/needsOf';
import { patchValues } from '../../inference/answers/patching';
import type { PatchCell, PatchMetric, PatchValues } from '../../core/run/patch';
import { cutRun } from '../../inference/cause/cutRun';
import { explain } from '../../inference/answers/explain';
import { openModel } from '../../inference/models/openModel';
import { textModel } from '../../inference/models/textModel';
import { runOnce } from '../../inference/runs/runModel';
import { tokenize } from '../../inference/text/tokenize';

const text =
  'function total(items) {\n  let sum = 0;\n  for (const item of items) {\n    sum += item.price * item.count;\n  }\n  return sum;\n}\n'.repeat(
    3,
  );
const turns = 9;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function main(): Promise<void> {
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
  for (const [dtype, folder] of [
    ['fp16', 'media/models/tiny-code-gpt'],
    ['fp32', 'test/fixtures/models/tiny-code-gpt'],
  ] as const) {
    const open = await openModel({ id: 'tiny-code-gpt', folder: path.resolve(folder), dtype });
    const { tokens } = await tokenize(textModel(open), text);
    const ids = tokens.slice(0, 64).map(({ id }) => id);
    const known = { ...(await explain(open, text, { isCancelled: () => false })).known, ids };
    const run = {
      ...known,
      attention: { ...known.attention, layers: known.attention.layers.map(one => ({ ...one, queries: 64, keys: 64 })) },
    };
    const position = 63;
    const nothing = { wants: () => false, logitsAt: [position] };
    const heads = [{ layer: 1, head: 1 }];
    const cut = {
      kind: 'self',
      heads,
      queries: { first: 63, last: 63 },
      keys: { first: 9, last: 9 },
      form: 'scores',
    } as const;
    const places = ids.map((_, place) => ({ first: place, last: place }));
    // Another token near the start.
    const corrupted = { ...run, ids: ids.map((id, place) => (place === 5 ? ids[60] : id)) };
    const layers = run.attention.layers.map(({ layer }) => layer);
    const patch: PatchRun = (patches, metric = { by: 'divergence' }) =>
      patchValues(
        { use: work => work(open), clean: run, corrupted },
        { kind: 'self', direction: 'denoise', position, metric, patches },
      );
    const streams = [...layers, layers.length].flatMap(layer =>
      ids.map((_, place): PatchCell[] => [{ part: 'residual', layer, place }]),
    );
    const allHeads = run.attention.layers.flatMap(({ layer, heads: count }) =>
      Array.from({ length: count }, (_, head): PatchCell[] => [{ part: 'head', layer, head }]),
    );
    // What one graph answers goes turn by turn with a run: another set of changes opens another.
    const cuts: Asked = [
      ['a run', () => runOnce(open, ids, undefined, nothing)],
      [
        'the same of the file that takes cuts, nothing cut',
        () => cutRun(open, run, [[]], new Set(['scores']), nothing),
      ],
      [
        'what the prediction needs of each of 64 tokens',
        () => needsOf(work => work(open), run, { kind: 'self', position, tokens: places }),
      ],
      [
        'one cut, before and after, with all heads',
        () => cutEffect(work => work(open), run, { cuts: [cut], position }),
      ],
      ['the parts of a logit', () => logitParts(open, run, { position })],
    ];
    const runs64 = async () => {
      for (let i = 0; i < 64; i++) await runOnce(open, ids, undefined, nothing);
    };
    const patches = (name: string, each: readonly PatchCell[][]): Asked => [
      ['a run', () => runOnce(open, ids, undefined, nothing)],
      ['64 runs, one by one', runs64],
      [`${each.length} ${name}`, () => patch(each)],
    ];
    console.log(`tiny-code-gpt, ${dtype}, 64 tokens, median of ${turns} turns`);
    await measure(cuts);
    await measure(patches('patches of the stream, layers × positions', streams));
    await measure(patches('patches of heads', allHeads));
    if (dtype === 'fp32') await besideTransformerLens(folder, ids, corrupted.ids, patch);
    await open.dispose();
  }
}

type PatchRun = (patches: readonly (readonly PatchCell[])[], metric?: PatchMetric) => Promise<PatchValues>;

/**
 * The map of the stream that enters each layer beside that of TransformerLens's own loop, where a Python has it (HEADLIGHT_PYTHON,
 * else python3): the same weights, the same two texts, one after the other in one run.
 */
async function besideTransformerLens(
  folder: string,
  clean: readonly number[],
  corrupted: readonly number[],
  patch: PatchRun,
): Promise<void> {
  const python = process.env.HEADLIGHT_PYTHON ?? 'python3';
  const has = spawnSync(python, ['-c', 'import transformer_lens, onnx'], { stdio: 'ignore' });
  if (has.status !== 0) {
    console.log(
      `  TransformerLens: ${python} does not have it; set HEADLIGHT_PYTHON to one that has transformer_lens and onnx.`,
    );
    return;
  }
  const [token, minus] = [clean[60], clean[10]];
  const wish = JSON.stringify({ clean, corrupted, token, minus, heads: 6, turns: 3 });
  const file = path.join(folder, 'onnx', 'model.onnx');
  const { stdout, stderr, status } = spawnSync(python, ['test/bench/transformerLens.py', file, wish], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`TransformerLens failed: ${stderr.slice(-2000)}`);
  const theirs = JSON.parse(stdout) as { seconds: number; plain: number; map: number[][]; threads: number };
  const cells = theirs.map.flatMap((row, layer) =>
    row.map((_, place): PatchCell[] => [{ part: 'residual', layer, place }]),
  );
  const times: number[] = [];
  let values: PatchValues | undefined;
  for (let turn = 0; turn < 4; turn++) {
    const started = performance.now();
    values = await patch(cells, { by: 'logits', token, minus });
    if (turn > 0) times.push(performance.now() - started);
  }
  const own = median(times);
  const apart = Math.max(...theirs.map.flat().map((value, i) => Math.abs(value - values!.patched[i])));
  const each = (milliseconds: number) => (milliseconds / cells.length).toFixed(2);
  console.log(
    `  ${cells.length} patches of the stream that enters a layer: ours ${own.toFixed(0)} ms (${each(own)} a patch), TransformerLens ${(theirs.seconds * 1000).toFixed(0)} ms (${each(theirs.seconds * 1000)} a patch; a run ${(theirs.plain * 1000).toFixed(1)} ms, ${theirs.threads} threads): ${((theirs.seconds * 1000) / own).toFixed(1)} times faster; the largest difference ${apart.toExponential(1)}`,
  );
}

type Asked = readonly (readonly [string, () => Promise<unknown>])[];

/** Asks turn by turn, the first of it being what the others are held against. */
async function measure(asked: Asked): Promise<void> {
  const times = new Map(asked.map(([name]) => [name, [] as number[]]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const [name, ask] of asked) {
      const started = performance.now();
      await ask();
      // In the first turn the files are opened.
      if (turn > 0) times.get(name)!.push(performance.now() - started);
    }
  }
  const plain = median(times.get('a run')!);
  for (const [name, each] of times) {
    const own = median(each);
    console.log(`  ${name.padEnd(52)} ${own.toFixed(1).padStart(7)} ms  ${(own / plain).toFixed(1).padStart(6)} runs`);
  }
}

void main();
