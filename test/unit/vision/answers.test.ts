import assert from 'node:assert/strict';
import { wordAttention, wordShares } from '../../../core/vision/wordAttention';
import { encoderRow, patchLayout } from '../../../inference/vision/encoderRow';
import type { VisionModel } from '../../../inference/vision/visionModel';
import { patchOrder } from '../../../core/vision/patchOrder';
import { largestDifference } from '../onnx/support/referenceModels';
import { VisionFixture } from './support/visionFixture';

/** A model of each family, in the files of its repository on the hub. */
const families: readonly (readonly [name: string, like?: string])[] = [
  ['tiny-smolvlm'],
  ['tiny-smolvlm2', 'tiny-smolvlm'],
  ['tiny-llava-onevision'],
  ['tiny-moondream'],
  ['tiny-qwen2-vl'],
  ['tiny-qwen2-5-vl'],
  ['tiny-paligemma'],
  ['tiny-gemma3'],
];

for (const [name, like] of families) {
  describe(`${name} answers questions about pictures`, function () {
    this.timeout(120_000);
    const fixture = new VisionFixture(name, like);
    let open: VisionModel;
    before(async () => {
      open = await fixture.open('fp32');
    });
    after(() => open.dispose());

    for (const reference of fixture.references) {
      describe(`on ${reference.picture}`, () => {
        it('reads the same prompt, and answers the same as PyTorch', async () => {
          const run = await fixture.ask(open, reference);
          assert.deepEqual(run.promptIds, reference.ids);
          if (reference.positions) {
            assert.deepEqual(
              run.sequence.positions.map(of => of.slice(0, reference.ids.length)),
              reference.positions,
            );
          }
          assert.deepEqual(run.answerIds.slice(0, reference.answerIds.length), reference.answerIds);
          assert.equal(run.answer.text, reference.answer.trim());
        });

        it('has its attention, from the row that wrote the first token on', async () => {
          const { attention } = await fixture.ask(open, reference);
          const [layers, heads, tokens, keys] = reference.attention.shape;
          const numbers = fixture.array(reference.attention);
          assert.equal(attention.layers.length, layers);
          for (let layer = 0; layer < layers; layer++) {
            const of = attention.layers[layer];
            assert.equal(of.heads, heads);
            for (let row = 0; row < heads * tokens; row++) {
              const [head, token] = [Math.floor(row / tokens), row % tokens];
              // Of some there is the row that wrote the end, too.
              if (token >= of.queries) continue;
              const from = (head * of.queries + token) * of.keys;
              const ours = of.data.subarray(from, from + Math.min(keys, of.keys));
              const at = (layer * heads * tokens + row) * keys;
              const theirs = numbers.subarray(at, at + ours.length);
              assert.ok(largestDifference(ours, theirs) < 1e-5, `head ${layer}.${head}, token ${token}`);
            }
          }
        });

        const { encoder } = reference;
        if (encoder) {
          it('tells what patches look at in the vision encoder', async () => {
            const [, picture] = await fixture.picture(open, reference);
            const token = picture.parts[0].columns + 1;
            const row = await encoderRow(open, picture, { token, layer: reference.encoderLayer, head: 'all' });
            const [heads, , patches] = encoder.shape;
            const numbers = fixture.array(encoder);
            const order = patchOrder(picture.parts[0], patches, patchLayout(open))!;
            if (reference.patchOrder) {
              // By token: where the encoder holds the patches that lie token by token.
              const byToken = Array.from({ length: patches / 4 }, (_, of) => order.ofToken(of)).flat();
              assert.deepEqual(
                reference.patchOrder.map(patch => byToken[patch]),
                Array.from({ length: patches }, (_, i) => i),
              );
            }
            const theirs = new Float32Array(patches);
            const own = order.ofToken(token);
            for (let head = 0; head < heads; head++) {
              for (const patch of own) {
                for (let key = 0; key < patches; key++) {
                  theirs[order.at(key)] += numbers[(head * patches + patch) * patches + key] / (heads * own.length);
                }
              }
            }
            assert.ok(largestDifference(row.weights, theirs) < 1e-5);
          });
        }
      });
    }

    it('tells where a word looks, in parts that sum to all', async () => {
      const run = await fixture.ask(open, fixture.references[0]);
      const { parts, words, layers, heads } = run.answer;
      for (const weighting of ['raw', 'value'] as const) {
        const attention = wordAttention(run.attention, {
          word: words.length - 1,
          layer: 'all',
          head: 'all',
          weighting,
        });
        const sum = [attention.picture, attention.prompt, attention.words].reduce(
          (total, of) => total + of.reduce((a, b) => a + b, 0),
          0,
        );
        assert.ok(Math.abs(sum - 1) < 1e-5, `${weighting}: ${sum}`);
        assert.equal(attention.heads.length, layers * heads);
        const shares = Object.values(wordShares(attention, parts, weighting)) as number[];
        assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-6);
      }
      const less = wordAttention(run.attention, { word: 0, layer: 0, head: 1, weighting: 'minusMean' });
      const sum = less.picture.reduce((a, b) => a + b, 0) + less.prompt.reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum + less.words.reduce((a, b) => a + b, 0)) < 1e-5);
    });

    it('answers the same from the file, in fp32 and in q4f16', async () => {
      const half = await fixture.open('q4f16');
      try {
        for (const { picture, question, answer } of fixture.references) {
          assert.equal((await fixture.askFile(open, picture, question)).answer.text, answer.trim());
          assert.equal((await fixture.askFile(half, picture, question)).answer.text, answer.trim());
        }
      } finally {
        await half.dispose();
      }
    });
  });
}
