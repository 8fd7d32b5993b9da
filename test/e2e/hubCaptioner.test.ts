import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import sharp from 'sharp';
import { formatBytes } from '../../core/models/formatBytes';
import { bytesOf, repositoryOfFolder, withUnreadDecoders } from '../support/hubServer';
import type { Session } from './support/session';
import { useHub } from './support/useHub';
import { inWords } from './support/inWords';

const read = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** The recommended captioners' repositories as the hub has them, with small models of the same architectures in their files. */
const captioners = [
  {
    id: 'Xenova/vit-gpt2-image-captioning',
    model: 'tiny-vit-gpt2',
    graphs: ['encoder_model', 'decoder_model_merged'],
    picture: 'captioner-photos',
  },
  {
    id: 'onnx-community/Florence-2-base-ft',
    model: 'tiny-florence-2',
    graphs: ['vision_encoder', 'embed_tokens', 'encoder_model', 'decoder_model_merged'],
    picture: 'captioner-florence',
  },
];

describe('captioners of the hub', () => {
  let frame: Frame;
  const repository = (model: string) =>
    withUnreadDecoders(
      repositoryOfFolder(`test/fixtures/models/${model}`, { task: 'image-to-text', licence: 'mit', languages: ['en'] }),
    );
  const repositories = () => Object.fromEntries(captioners.map(({ id, model }) => [id, repository(model)]));
  const prepare = async (session: Session) => {
    const square = await sharp({ create: { width: 28, height: 28, channels: 3, background: '#00f' } })
      .png()
      .toBuffer();
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } }).composite([
      { input: square, left: 18, top: 18 },
    ]);
    await writeFile(session.inWorkspace('images/square.png'), await picture.png().toBuffer());
  };
  const { workbench, hub } = useHub(repositories, prepare, { 'headlight.captions.offerModels': true });

  before(async () => {
    await workbench.headlight();
    await workbench.showSidebar();
    await workbench.closePanes('Runs', 'Lens', 'Images');
    await row('Recommended from the Hub').click();
    await row('Caption Images').click();
  });

  const choices = () => workbench.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  const captionSquare = () => workbench.chooseFromMenu(explorer('square.png'), 'Caption Image');

  const row = (name: string) => workbench.tree('Models').locator('.monaco-list-row', { hasText: name });
  /** What transformers.js reads of a repository in 8-bit integers, by the sizes that the hub tells. */
  const sizeOf = (model: string, graphs: readonly string[]) =>
    formatBytes(bytesOf(repository(model), [...read, ...graphs.map(graph => `onnx/${graph}_quantized.onnx`)]));
  const explorer = (name: string) => workbench.explorerEntry(name);

  for (const [i, { id, model, graphs, picture }] of captioners.entries()) {
    const name = id.split('/')[1];

    if (i === 0) {
      it(`the first caption offers ${name}, by its size; whoever turns away is asked again`, async () => {
        await workbench.page.keyboard.press('Control+Shift+E');
        await explorer('images').click();
        await captionSquare();
        await choices().filter({ hasText: 'Built-in Demonstration' }).waitFor();
        assert.match(await choices().filter({ hasText: name }).innerText(), /about 2\d\d MB/);
        assert.match(await choices().filter({ hasText: 'Florence-2' }).innerText(), /about 2\d\d MB/);
        await workbench.screenshot('captioner-choice');
        await workbench.page.keyboard.press('Escape');
        await choices().first().waitFor({ state: 'detached' });
        await captionSquare();
        await choices().filter({ hasText: name }).click();
        await choices().filter({ hasText: 'q8' }).getByText(sizeOf(model, graphs)).click();
        // It goes on with what it was asked for.
        frame = await workbench.headlightFrame('headlight-captions');
        await frame.getByText(new RegExp(name)).first().waitFor({ timeout: 60_000 });
      });
    } else {
      it(`${name} is recommended for photos, and tells its size by the hub’s own numbers before the download`, async () => {
        hub().calm();
        // A second click on its icon would close the sidebar.
        if (i > 0) await workbench.showSidebar();
        await row(name).last().hover();
        await row(name).last().getByRole('button', { name: 'Download Model…' }).click();
        const choice = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'q8' });
        await choice.getByText(sizeOf(model, graphs)).waitFor();
        assert.ok(
          !hub().requests.some(({ path: file }) => /\.onnx/.test(file)),
          'Something was downloaded before the choice.',
        );
        await workbench.screenshot(`${picture}-size`);
        await choice.click();
        await workbench.notification(new RegExp(`${name} \\(q8\\) is downloaded`)).waitFor();
        const downloaded = hub().requests.flatMap(({ path: file }) => /\/onnx\/([^?]+)/.exec(file)?.[1] ?? []);
        assert.deepEqual([...new Set(downloaded)].sort(), graphs.map(graph => `${graph}_quantized.onnx`).sort());
      });
    }

    it(`${name} captions images once it is in use, with heat for each word over its cells`, async () => {
      if (i > 0) await workbench.page.getByRole('button', { name: 'Use It' }).click();
      else await workbench.showSidebar();
      await row(`q8 · ${sizeOf(model, graphs)}`)
        .getByText(inWords(/in use/))
        .waitFor();
      await workbench.page.keyboard.press('Control+Shift+E');
      // The first was captioned with the choice: again, and what is pointed at would be let go when the answer comes.
      if (i > 0) await captionSquare();
      frame = await workbench.headlightFrame('headlight-captions');
      await frame.getByText(new RegExp(name)).first().waitFor({ timeout: 60_000 });
      const words = frame.getByRole('listbox', { name: 'Words of the caption' }).getByRole('option');
      await words.nth(2).waitFor();
      assert.match((await words.allInnerTexts()).join(' '), /^a blue (square|circle)/);
      await words.nth(1).hover();
      await frame.getByText('“blue” looked here').waitFor();
      await frame.getByRole('radio', { name: 'one head' }).click();
      await frame.getByRole('radiogroup', { name: 'Layer' }).getByRole('radio').nth(1).waitFor();
      await workbench.screenshot(picture);
    });

    it(`${name} is asked again with its 16 cells covered one by one`, async () => {
      await frame.getByText('Cover Cells One by One').click();
      await frame.getByText('16 of 16 cells').waitFor({ timeout: 60_000 });
      assert.deepEqual(workbench.consoleErrors, []);
    });
  }

  it('captioners that are here can be chosen again, the built-in one too', async () => {
    await workbench.runCommand('Headlight: Choose Model for Captions…', false);
    await choices().filter({ hasText: 'Built-in' }).waitFor();
    assert.deepEqual(
      (await choices().allInnerTexts()).map(text => /Florence-2|SmolVLM|vit-gpt2|Built-in/.exec(text)?.[0]).sort(),
      ['Built-in', 'Florence-2', 'SmolVLM', 'vit-gpt2'],
    );
    // What is not here yet is offered for download, by its size.
    const offered = await choices().filter({ hasText: /MB/ }).allInnerTexts();
    assert.equal(offered.length, 1);
    assert.match(offered[0], /SmolVLM/);
    await choices().filter({ hasText: 'Built-in' }).click();
    await captionSquare();
    await frame.getByText('tiny-captioner').first().waitFor({ timeout: 60_000 });
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
