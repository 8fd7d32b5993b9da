import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explain } from '../../../inference/answers/explain';
import { caption, prepareImage } from '../../../inference/images/caption';
import { readImage } from '../../../inference/images/decodeImage';
import type { TransformersModel } from '../../../inference/models/openModel';
import { runModel, runOnce } from '../../../inference/runs/runModel';
import { speechModel } from '../../../inference/speech/speechModel';
import { transcribe } from '../../../inference/speech/transcribe';
import { textModel } from '../../../inference/models/textModel';
import { likeliestTokens } from '../../../inference/text/likeliestTokens';
import type { Writing } from '../../../core/models/writing';
import { spokenReference, spokenTones } from '../../support/spokenTones';
import { keptLayers } from '../support/keptLayers';
import { largestDifference, readCases } from '../support/referenceAttention';
import { useReference, withModel } from '../support/useModel';

interface Case {
  readonly text: string;
  readonly writing: Writing;
  readonly written: string;
  readonly writtenIds: readonly number[];
}

const never = { isCancelled: () => false };

/** What a model does with its merged decoder, and with the one without a cache that an exporter wrote before there were merged ones. */
async function bothWays<Said>(
  model: string,
  say: (open: TransformersModel) => Promise<Said>,
): Promise<{ merged: Said; alone: Said }> {
  const folder = path.resolve('test/fixtures', model);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'headlight-decoder-'));
  const home = path.join(scratch, path.basename(model));
  const said: Said[] = [];
  const keep = async (open: TransformersModel) => void said.push(await say(open));
  try {
    await withModel(folder, 'fp32', keep);
    cpSync(folder, home, { recursive: true });
    rmSync(path.join(home, 'onnx/decoder_model_merged.onnx'));
    cpSync(path.join('test/fixtures/decoders', path.basename(model)), path.join(home, 'onnx'), { recursive: true });
    await withModel(home, 'fp32', open => {
      assert.ok(!open.sessions.decoder_model_merged.inputNames.some(name => name.startsWith('past')));
      return keep(open);
    });
    return { merged: said[0], alone: said[1] };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Numbers alike to 1e-5, as two arithmetics of the same are. */
function assertAlike(name: string, ours: ArrayLike<number>, other: ArrayLike<number>): void {
  const difference = largestDifference(Float32Array.from(ours), Float32Array.from(other));
  assert.ok(difference <= 1e-5, `${name}: ${difference}`);
}

describe('an encoder-decoder with decoder_model.onnx and no merged one', function () {
  this.timeout(60_000);

  for (const model of ['tiny-t5', 'tiny-bart']) {
    for (const { text, writing, written, writtenIds } of readCases<Case>(model).cases) {
      it(`${model} writes “${written}”, and says and attends as with the merged one`, async () => {
        const { merged, alone } = await bothWays(`models/${model}`, open => explain(open, text, { ...never, writing }));
        const [theirs, ours] = [merged.explanation, alone.explanation];
        assert.equal(ours.output?.text, written);
        assert.deepEqual(
          ours.output?.tokens.map(({ id }) => id),
          writtenIds.slice(0, -1),
        );
        assert.deepEqual(
          [ours.notes, ours.tokens, ours.groups.map(({ kind, queries, keys }) => [kind, queries, keys])],
          [theirs.notes, theirs.tokens, theirs.groups.map(({ kind, queries, keys }) => [kind, queries, keys])],
        );
        assert.equal(ours.predictions.length, theirs.predictions.length);
        for (const [i, predictions] of ours.predictions.entries()) {
          assert.deepEqual(
            predictions.map(({ id }) => id),
            theirs.predictions[i].map(({ id }) => id),
          );
          assertAlike(
            `position ${i}`,
            predictions.map(({ probability }) => probability),
            theirs.predictions[i].map(({ probability }) => probability),
          );
        }
        const layers = keptLayers(alone.known);
        for (const [i, { kind, layer, heads, queries, keys, data }] of keptLayers(merged.known).entries()) {
          assert.deepEqual(
            [layers[i].kind, layers[i].layer, layers[i].heads, layers[i].queries, layers[i].keys],
            [kind, layer, heads, queries, keys],
          );
          assertAlike(`${kind} ${layer}`, layers[i].data, data);
        }
      });
    }
  }

  it('a Whisper transcribes, guesses the language and places words as with the merged one', async () => {
    for (const example of spokenReference().examples) {
      const { merged, alone } = await bothWays('speech/tiny-whisper', async open =>
        transcribe(
          open,
          await speechModel(open),
          spokenTones(example),
          { start: 0, end: example.seconds, number: 0 },
          undefined,
          () => false,
        ),
      );
      assert.equal(alone.transcript.text, example.text);
      assert.deepEqual(
        alone.transcript.words.map(({ text, start, end }) => [text, start, end]),
        merged.transcript.words.map(({ text, start, end }) => [text, start, end]),
      );
      assertAlike(
        'probabilities',
        alone.transcript.words.map(({ probability }) => probability),
        merged.transcript.words.map(({ probability }) => probability),
      );
      assert.equal(alone.cross.length, merged.cross.length);
      alone.cross.forEach(({ data }, i) => assertAlike(`cross ${i}`, data, merged.cross[i].data));
    }
  });

  for (const model of ['tiny-vit-gpt2', 'tiny-florence-2']) {
    it(`${model} captions, and looks, as with the merged one`, async () => {
      const source = {
        name: 'disc.svg',
        path: 'samples/workspace/images/disc.svg',
        background: [255, 255, 255] as const,
      };
      const { merged, alone } = await bothWays(`models/${model}`, async open =>
        caption(open, await prepareImage(open, source, () => readImage(source))),
      );
      assert.ok(alone.words.length >= 3);
      assert.equal(alone.text, merged.text);
      assertAlike(
        'probabilities',
        alone.words.map(({ probability }) => probability),
        merged.words.map(({ probability }) => probability),
      );
      assert.deepEqual(alone.cross.shape, merged.cross.shape);
      assertAlike('cross', alone.cross.data, merged.cross.data);
      assertAlike('encoder', alone.encoder.data, merged.encoder.data);
    });
  }
});

describe('a causal model without a cache', function () {
  this.timeout(60_000);
  let open: TransformersModel;
  useReference(
    'fp32',
    {
      reference: 'gpt2',
      graphs: { 'decoder_model.onnx': 'model_eager.onnx' },
      config: { architectures: ['GPT2LMHeadModel'], eos_token_id: null },
    },
    opened => (open = opened),
  );

  it('goes on with the likeliest token after all that stands before it, and its attention is one run’s', async () => {
    assert.deepEqual(
      open.sessions.model.inputNames.filter(name => name.startsWith('past')),
      [],
    );
    const start = [3, 17, 99, 4, 17];
    const run = await runModel(textModel(open), start, { ...never, newTokens: 6 });
    const ids = run.continuedIds!;
    assert.equal(ids.length, start.length + 6);
    const whole = await runOnce(open, ids, undefined, {});
    const { data, columns, rows } = whole.logits()!;
    assert.deepEqual([run.logits?.rows, run.logits?.columns], [rows, columns]);
    assertAlike('logits', run.logits!.data, data);
    for (let at = start.length; at < ids.length; at++) {
      assert.equal(ids[at], likeliestTokens(data, at - 1, columns, 1)[0].id);
    }
    assert.ok('kept' in run.attention);
    whole.attention().forEach(({ data: weights, queries }, i) => {
      assert.ok('kept' in run.attention);
      assert.deepEqual([run.attention.kept[i].queries, queries], [ids.length, ids.length]);
      assertAlike(`layer ${i}`, run.attention.kept[i].data, weights);
    });
  });
});
