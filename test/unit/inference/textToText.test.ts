import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Writing } from '../../../core/models/writing';
import { explain } from '../../../inference/answers/explain';
import { openModel } from '../../../inference/models/openModel';
import { keptLayers } from '../support/keptLayers';
import { fixtureFolder, largestDifference, readCases } from '../support/referenceAttention';
import { withModel } from '../support/useModel';
import os from 'node:os';
import path from 'node:path';

interface Case {
  readonly text: string;
  readonly writing: Writing;
  readonly ids: readonly number[];
  readonly written: string;
  readonly writtenIds: readonly number[];
  readonly attentions: readonly {
    readonly kind: string;
    readonly layer: number;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
}

const never = { isCancelled: () => false };
const small = 'The small dog stands in the garden.';

/** What PyTorch wrote and attended to (test/fixtures/models/make_text_to_text.py). */
const referenceOf = (model: string) => readCases<Case>(model);

/** A copy of a model with files changed, or (undefined) left out. */
async function withChanged(
  model: string,
  changes: Readonly<Record<string, object | undefined>>,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-written-'));
  try {
    cpSync(fixtureFolder(model), folder, { recursive: true });
    for (const [name, change] of Object.entries(changes)) {
      const file = path.join(folder, name);
      if (change === undefined) rmSync(file);
      else writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...change }));
    }
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('translators and summarizers', function () {
  this.timeout(60_000);

  for (const model of [
    'tiny-marian',
    'tiny-marian-mul',
    'tiny-nllb',
    'tiny-mbart',
    'tiny-bart',
    'tiny-t5',
    'tiny-flan-t5',
  ]) {
    const { cases, numbers } = referenceOf(model);

    for (const { text, writing, ids, written, writtenIds, attentions } of cases) {
      const title = `${model}: ${[...(Object.values(writing) as string[]), written].join(' · ')}`;

      it(`${title}, as PyTorch does, to 1e-5`, () =>
        withModel(fixtureFolder(model), 'fp32', async open => {
          const { explanation, known } = await explain(open, text, { ...never, writing });
          assert.deepEqual(
            explanation.tokens.map(token => token.id),
            ids,
          );
          assert.deepEqual(
            explanation.output?.tokens.map(token => token.id),
            writtenIds.slice(0, -1),
          );
          assert.equal(explanation.output?.text, written);
          assert.deepEqual(
            explanation.groups.map(({ kind, queries, keys }) => [kind, queries, keys]),
            [
              ['encoder', 'input', 'input'],
              ['decoder', 'output', 'output'],
              ['cross', 'output', 'input'],
            ],
          );
          const layers = keptLayers(known);
          assert.equal(layers.length, attentions.length);
          for (const { kind, layer, shape, offset } of attentions) {
            const ours = layers.find(each => each.kind === kind && each.layer === layer)!;
            assert.deepEqual([1, ours.heads, ours.queries, ours.keys], shape);
            const expected = numbers.subarray(offset, offset + ours.data.length);
            // PyTorch's generation reads the whole text each time, ours a token a step.
            assert.ok(
              largestDifference(ours.data, expected) <= 1e-5,
              `${kind} ${layer}: ${largestDifference(ours.data, expected)}`,
            );
          }
        }));

      it(`${title}, from the 8-bit files, too`, () =>
        withModel(fixtureFolder(model), 'q8', async open => {
          assert.equal((await explain(open, text, { ...never, writing })).explanation.output?.text, written);
        }));

      it(`${title}: the tokens lie in the text, and what stands before it in none`, () =>
        withModel(fixtureFolder(model), 'q8', async open => {
          const { explanation } = await explain(open, text, { ...never, writing });
          assert.equal(explanation.text, text);
          const inside = explanation.tokens.filter(({ special }) => !special);
          assert.equal(
            inside
              .map(({ start, end }) => text.slice(start, end))
              .join('')
              .replaceAll(' ', ''),
            text.replaceAll(' ', ''),
          );
          for (const { special, start, end, text: shown } of explanation.tokens) {
            if (special) assert.equal(start, end, shown);
          }
          assert.equal(
            explanation.tokens.some(
              ({ special, text: shown }) => special && shown.includes(writing.source ?? writing.target ?? 'unused'),
            ),
            'target' in writing,
          );
          const output = explanation.output!;
          const place = output.tokens.filter(({ special }) => !special);
          assert.equal(
            place
              .map(({ start, end }) => output.text.slice(start, end))
              .join('')
              .replaceAll(' ', ''),
            written.replaceAll(' ', ''),
          );
        }));
    }
  }

  it('are told the language by M2M100’s tokens as by NLLB’s', () =>
    withChanged('tiny-nllb', {}, async folder => {
      const names = { eng_Latn: '__en__', deu_Latn: '__de__', fra_Latn: '__fr__' };
      nameLanguages(folder, 'M2M100Tokenizer', names);
      await withModel(folder, 'fp32', async open => {
        assert.deepEqual(
          open.writing?.languages.map(({ code }) => code),
          ['de', 'en', 'fr'],
        );
        for (const { text, writing, written } of referenceOf('tiny-nllb').cases) {
          const code = (nllb: string | undefined) => names[nllb as keyof typeof names].replaceAll('_', '');
          const { explanation } = await explain(open, text, {
            ...never,
            writing: { source: code(writing.source), target: code(writing.target) },
          });
          assert.equal(explanation.output?.text, written);
        }
      });
    }));

  it('are told the language as mBART-50 is: before the text, and forced as the first that is written', () =>
    withChanged(
      'tiny-nllb',
      { 'config.json': { model_type: 'mbart', architectures: ['MBartForConditionalGeneration'] } },
      async folder => {
        const names = { eng_Latn: 'en_XX', deu_Latn: 'de_DE', fra_Latn: 'fr_XX' };
        nameLanguages(folder, 'MBart50Tokenizer', names);
        await withModel(folder, 'fp32', async open => {
          assert.equal(open.info.task, 'text2text-generation');
          assert.deepEqual(
            open.writing?.languages.map(({ code }) => code),
            ['de_DE', 'en_XX', 'fr_XX'],
          );
          for (const { text, writing, written, ids } of referenceOf('tiny-nllb').cases) {
            const code = (nllb: string | undefined) => names[nllb as keyof typeof names];
            const { explanation } = await explain(open, text, {
              ...never,
              writing: { source: code(writing.source), target: code(writing.target) },
            });
            assert.deepEqual(
              explanation.tokens.map(({ id }) => id),
              ids,
            );
            assert.equal(explanation.output?.text, written);
          }
        });
      },
    ));

  it('that know several languages say so where none, or one that they do not know, was chosen', () =>
    withModel(fixtureFolder('tiny-nllb'), 'q8', async open => {
      await assert.rejects(
        explain(open, small, never),
        /^Error: tiny-nllb writes in 3 languages and must be told which one; choose it with “Headlight: Choose Languages or Task…”\.$/,
      );
      await assert.rejects(
        explain(open, small, { ...never, writing: { target: 'deu_Latn' } }),
        /must be told which one/,
      );
      await assert.rejects(
        explain(open, small, { ...never, writing: { source: 'eng_Latn', target: 'kli_Latn' } }),
        /does not know the language “kli_Latn”; choose one of its 3/,
      );
      await assert.rejects(
        explain(open, small, { ...never, writing: { source: 'kli_Latn', target: 'eng_Latn' } }),
        /does not know the language “kli_Latn”/,
      );
    }));

  it('of a task say so where the task is not theirs', () =>
    withModel(fixtureFolder('tiny-t5'), 'q8', async open => {
      assert.deepEqual(
        open.writing?.tasks.map(({ name, prefix }) => [name, prefix]),
        [
          ['summarization', 'summarize: '],
          ['translation_en_to_de', 'translate English to German: '],
          ['translation_en_to_fr', 'translate English to French: '],
        ],
      );
      await assert.rejects(
        explain(open, small, { ...never, writing: { task: 'translation_en_to_ro' } }),
        /tiny-t5 has no task “translation_en_to_ro”/,
      );
      const typed = await explain(open, `translate English to French: ${small}`, never);
      assert.equal(typed.explanation.output?.text, 'Le petit chien est dans le jardin.');
    }));

  it('that would search beams say that they wrote greedily; others say nothing', async () => {
    await withModel(fixtureFolder('tiny-marian'), 'q8', async open => {
      assert.deepEqual((await explain(open, small, never)).explanation.notes, [
        'Written greedily, the likeliest token each time: the 6 beams that tiny-marian’s own settings ask for are not searched.',
      ]);
    });
    await withModel(fixtureFolder('tiny-nllb'), 'q8', async open => {
      assert.deepEqual(
        (await explain(open, small, { ...never, writing: { source: 'eng_Latn', target: 'deu_Latn' } })).explanation
          .notes,
        [],
      );
    });
    await withModel(fixtureFolder('tiny-t5'), 'q8', async open => {
      assert.match(
        (await explain(open, small, { ...never, writing: { task: 'translation_en_to_de' } })).explanation.notes?.[0] ??
          '',
        /the 4 beams/,
      );
      assert.deepEqual((await explain(open, `summarize: ${small}`, never)).explanation.notes, []);
    });
  });

  for (const [model, writing] of [
    ['tiny-marian', {}],
    ['tiny-nllb', { source: 'eng_Latn', target: 'deu_Latn' }],
  ] as const) {
    it(`${model} stops where its settings say, and says that it had not ended`, () =>
      withChanged(model, { 'generation_config.json': { max_length: 5, num_beams: 1 } }, folder =>
        withModel(folder, 'fp32', async open => {
          const whole = referenceOf(model).cases[0].writtenIds;
          const { explanation } = await explain(open, small, { ...never, writing });
          const ids = explanation.output!.tokens.map(({ id }) => id);
          // Marian's end is written at the limit in any case, and as the end it is not read.
          assert.deepEqual(ids, whole.slice(0, model === 'tiny-marian' ? 4 : 5));
          assert.match(
            explanation.notes?.[0] ?? '',
            /had not ended its text after 4 tokens, the most that are written\.$/,
          );
        }),
      ));
  }

  it('take what an older model’s config.json says where there is no generation_config.json', () =>
    withChanged(
      'tiny-marian',
      { 'generation_config.json': undefined, 'config.json': { max_length: 64, num_beams: 2 } },
      folder =>
        withModel(folder, 'fp32', async open => {
          const { explanation } = await explain(open, small, never);
          assert.equal(explanation.output?.text, 'Der kleine Hund steht im Garten.');
          assert.match(explanation.notes?.[0] ?? '', /the 2 beams/);
        }),
    ));

  it('without a start token, or a tokenizer, say so in a sentence', async () => {
    await withChanged(
      'tiny-t5',
      { 'generation_config.json': undefined, 'config.json': { decoder_start_token_id: null } },
      folder =>
        assert.rejects(
          openModel({ id: 'startless', folder, dtype: 'q8' }),
          /startless does not say with which token its decoder starts \(decoder_start_token_id\): generation_config\.json is missing in .+; put it back, or download the model again\.$/,
        ),
    );
    await withChanged('tiny-bart', { 'tokenizer.json': undefined }, folder =>
      assert.rejects(
        openModel({ id: 'mute', folder, dtype: 'q8' }),
        /mute has no tokenizer\.json in .+; put the file back or choose another model\.$/,
      ),
    );
  });

  it('cut a text that is too long, and keep what stands around it', () =>
    withModel(fixtureFolder('tiny-t5'), 'q8', async open => {
      const long = `${small} `.repeat(40);
      const { explanation } = await explain(open, long, { ...never, writing: { task: 'summarization' } });
      assert.equal(explanation.tokens.length, 128);
      assert.equal(explanation.tokens.at(-1)?.text, '</s>');
      assert.ok(long.startsWith(explanation.text) && explanation.text.length > 50);
      assert.equal(explanation.cut?.tokensKept, 128);
      assert.ok(explanation.tokens.every(({ end }) => end <= explanation.text.length));
    }));
});

/** Makes NLLB's tokenizer another one of its kind, with its own names of languages. */
function nameLanguages(folder: string, tokenizer: string, names: Readonly<Record<string, string>>): void {
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
    let text = readFileSync(path.join(folder, file), 'utf8').replace('NllbTokenizer', tokenizer);
    for (const [nllb, other] of Object.entries(names)) text = text.replaceAll(nllb, other);
    writeFileSync(path.join(folder, file), text);
  }
}
