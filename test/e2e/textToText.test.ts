import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { formatBytes } from '../../core/models/formatBytes';
import { bytesOf, repositoryOfFolder, withUnreadDecoders } from '../support/hubServer';
import { useHub } from './support/useHub';
import { inWords } from './support/inWords';

const read = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const graphs = ['encoder_model', 'decoder_model_merged'];

/** Translators and summarizers as the hub has them: small trained models of the same architectures in their repositories' files. */
const models = [
  {
    id: 'Xenova/opus-mt-en-de',
    model: 'tiny-marian',
    line: 1,
    choices: [],
    title: /^letters\.txt, line 1 /,
    written: 'Der kleine Hund steht im Garten.',
    says: /Written greedily, .+ the 6 beams that Xenova\/opus-mt-en-de’s own settings/,
  },
  {
    id: 'Xenova/nllb-200-distilled-600M',
    model: 'tiny-nllb',
    line: 1,
    choices: ['English', 'German'],
    title: /^letters\.txt, line 1, English to German /,
    written: 'Der kleine Hund steht im Garten.',
  },
  {
    id: 'Xenova/t5-small',
    model: 'tiny-t5',
    line: 1,
    choices: ['Translate English to French'],
    title: /^letters\.txt, line 1, Translate English to French /,
    written: 'Le petit chien est dans le jardin.',
    says: /Written greedily, .+ the 4 beams/,
  },
  {
    id: 'Xenova/distilbart-cnn-6-6',
    model: 'tiny-bart',
    line: 2,
    choices: [],
    title: /^letters\.txt, line 2 /,
    written: 'Horse stays at home. Table is here.',
    says: /Written greedily/,
  },
] as const;

describe('translators and summarizers of the hub', () => {
  const repository = (model: string) =>
    withUnreadDecoders(
      repositoryOfFolder(`test/fixtures/models/${model}`, { licence: 'apache-2.0', languages: ['en', 'de'] }),
    );
  const repositories = () => Object.fromEntries(models.map(({ id, model }) => [id, repository(model)]));
  const { session, workbench, panel, hub } = useHub(repositories, async session => {
    await writeFile(
      session.inWorkspace('letters.txt'),
      'The small dog stands in the garden.\nThe big horse stays at home. The old table is here. The pretty flower belongs to us.\n',
    );
  });

  before(async () => {
    await workbench.headlight();
    await workbench.openFile('letters.txt');
  });

  const choice = (text: string) =>
    workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  const written = () => panel.frame.getByRole('listbox', { name: /written/i }).getByRole('option');
  const sizeOf = (model: string, suffix: string) =>
    formatBytes(bytesOf(repository(model), [...read, ...graphs.map(graph => `onnx/${graph}${suffix}.onnx`)]));

  /** Answers what is asked with the quick picks of languages or tasks. */
  async function answer(choices: readonly string[]): Promise<void> {
    for (const label of choices) {
      await choice(label).waitFor();
      await workbench.pick(label, label, label === choices.at(-1));
    }
  }

  /** What tokens that have a place in their text read, without spaces: some tokenizers have no token for those. */
  const plainText = async (tokens: Locator) =>
    (
      await tokens.evaluateAll(options =>
        options.filter(option => option.classList.contains('token-plain')).map(option => option.textContent ?? ''),
      )
    )
      .join('')
      .replace(/[\s·]/g, '');

  async function assertWritten(text: string, title: RegExp): Promise<void> {
    await panel.find();
    await panel.title(title).waitFor({ timeout: 60_000 });
    await panel.picture();
    assert.equal(await plainText(written()), text.replaceAll(' ', ''));
  }

  for (const [i, { id, model, line, choices, title, written: text, ...rest }] of models.entries()) {
    const name = id.split('/')[1];

    it(`${name} is added by its id, with its size by the hub’s own numbers, and downloaded without what is not read`, async () => {
      hub().calm();
      await workbench.runCommand('Headlight: Add Model…', false);
      await workbench.pick('From the Hub', 'From the Hub', false);
      await workbench.answer(id, false);
      await choice('q8').getByText(sizeOf(model, '_quantized')).waitFor();
      await choice('fp32').getByText(sizeOf(model, '')).waitFor();
      assert.ok(
        !hub().requests.some(({ path: file }) => /\.onnx/.test(file)),
        'Something was downloaded before the choice.',
      );
      await choice('q8').click();
      await workbench.notification(new RegExp(`${name} \\(q8\\) is downloaded`)).waitFor();
      const downloaded = hub().requests.flatMap(({ path: file }) => /\/onnx\/([^?]+)/.exec(file)?.[1] ?? []);
      assert.deepEqual([...new Set(downloaded)].sort(), graphs.map(graph => `${graph}_quantized.onnx`).sort());
      await workbench.page.getByRole('button', { name: 'Use It' }).click();
      await workbench.statusBarItem(new RegExp(name)).waitFor();
      await workbench.dismissNotifications();
    });

    it(`${name} ${choices.length > 0 ? 'asks what to write, and ' : ''}writes “${text}”, with each word’s place in the source`, async () => {
      await workbench.openFile('letters.txt');
      await workbench.selectLines(line, line);
      await workbench.runCommand('Headlight: Explain Attention', choices.length === 0);
      if (i === 1) {
        await choice('English').waitFor();
        await workbench.screenshot('translator-languages');
      }
      await answer(choices);
      await assertWritten(text, title);
      await panel.frame.locator('section.matrix h2', { hasText: inWords(/^Cross head/i) }).waitFor();
      if ('says' in rest) await panel.frame.locator('headlight-bar').getByText(rest.says).waitFor();
      // What stands before the text (a task, a language) is none of it: the source's tokens are the selection's.
      const selected = readFileSync(session.inWorkspace('letters.txt'), 'utf8').split('\n')[line - 1];
      assert.equal(await plainText(panel.tokens), selected.replaceAll(' ', ''));
      await panel.frame.getByRole('tab', { name: 'Lines' }).click();
      await panel.frame.locator('headlight-lines .key [role=option]').first().waitFor();
      await workbench.screenshot(`translator-${models[i].model}`);
      await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    });
  }

  it('the languages are remembered, and chosen anew by a command, which writes the text that is shown again', async () => {
    await workbench.openFile('letters.txt');
    await workbench.selectLines(1, 1);
    await workbench.useModel('nllb-200');
    await workbench.runCommand('Headlight: Explain Attention');
    await assertWritten('Der kleine Hund steht im Garten.', /English to German /);
    await workbench.runCommand('Headlight: Choose Languages or Task…', false);
    await choice('English').getByText('chosen before').waitFor();
    await answer(['English', 'French']);
    await assertWritten('Le petit chien est dans le jardin.', /^letters\.txt, line 1, English to French /);
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('translator-light');
    await workbench.chooseTheme('Dark Modern');
  });

  it('a reload brings back the text in the same languages', async () => {
    await workbench.page.waitForTimeout(500);
    await workbench.reloadWindow();
    await assertWritten('Le petit chien est dans le jardin.', /^letters\.txt, line 1, English to French /);
  });

  it('nothing is explained where the question is left without an answer, and another model has nothing to choose', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('letters.txt');
    await workbench.selectLines(1, 1);
    await workbench.runCommand('Headlight: Choose Languages or Task…', false);
    await choice('English').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.useModel('tiny-dates');
    await workbench.runCommand('Headlight: Choose Languages or Task…');
    await workbench.notification(/tiny-dates has no languages or tasks to choose from/).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
