import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import sharp from 'sharp';
import { formatBytes } from '../../core/models/formatBytes';
import { HubServer, repositoryOf, type HubRepository } from '../support/hubServer';
import { pictureFailures, Session } from './support/session';
import type { Workbench } from './support/workbench';

/** The recommended captioner's repository as the hub has it, with a small model of the same architecture in its files. */
const id = 'Xenova/vit-gpt2-image-captioning';
const folder = 'test/fixtures/models/tiny-vit-gpt2';
const needed = [
  'config.json', 'generation_config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json',
  'onnx/encoder_model_quantized.onnx', 'onnx/decoder_model_merged_quantized.onnx',
];

describe('a captioner of the hub', () => {
  let session: Session;
  let workbench: Workbench;
  let server: HubServer;
  let repository: HubRepository;
  let frame: Frame;

  before(async () => {
    const held = [...needed, 'special_tokens_map.json', 'onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx'];
    const { files } = repositoryOf(Object.fromEntries(held.map(file => [file, path.join(folder, file)])));
    // What transformers.js does not read, though the repository has it.
    const unused = ['', '_quantized'].flatMap(suffix => [`onnx/decoder_model${suffix}.onnx`, `onnx/decoder_with_past_model${suffix}.onnx`]);
    repository = { files: { ...files, ...Object.fromEntries(unused.map(file => [file, new Uint8Array(50_000)])) }, task: 'image-to-text', licence: 'apache-2.0', languages: ['en'] };
    server = await HubServer.start({ [id]: repository });
    session = await Session.start({ machineSettings: { 'headlight.hub': server.address } });
    const square = await sharp({ create: { width: 28, height: 28, channels: 3, background: '#00f' } }).png().toBuffer();
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } }).composite([{ input: square, left: 18, top: 18 }]);
    await writeFile(session.inWorkspace('images/square.png'), await picture.png().toBuffer());
    workbench = await session.openWorkbench();
    await workbench.statusBarItem(/tiny-code-gpt/).waitFor();
    await workbench.showSidebar();
    for (const name of ['Runs', 'Lens', 'Images']) await workbench.pane(name).locator('.pane-header').click({ position: { x: 60, y: 10 } });
  });
  pictureFailures(() => workbench);
  after(async () => {
    await session.stop();
    await server.stop();
  });

  const row = (name: string) => workbench.tree('Models').locator('.monaco-list-row', { hasText: name });

  it('is recommended for photos, and tells its size by the hub’s own numbers before the download', async () => {
    await row('Recommended from the Hub').click();
    await row('Caption Images').click();
    await row('vit-gpt2-image-captioning').hover();
    await row('vit-gpt2-image-captioning').getByRole('button', { name: 'Download Model…' }).click();
    const choice = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'q8' });
    const bytes = needed.reduce((sum, file) => sum + repository.files[file].length, 0);
    await choice.getByText(formatBytes(bytes)).waitFor();
    assert.ok(!server.requests.some(({ path: file }) => /\.onnx/.test(file)), 'Something was downloaded before the choice.');
    await workbench.screenshot('captioner-size');
    await choice.click();
    await workbench.notification(/vit-gpt2-image-captioning \(q8\) is downloaded/).waitFor();
    assert.deepEqual([...new Set(server.requests.flatMap(({ path: file }) => /\/onnx\/([^?]+)/.exec(file)?.[1] ?? []))].sort(),
      ['decoder_model_merged_quantized.onnx', 'encoder_model_quantized.onnx']);
  });

  it('captions images once it is in use, with heat for each word over its cells', async () => {
    await workbench.page.getByRole('button', { name: 'Use It' }).click();
    await workbench.page.keyboard.press('Control+Shift+E');
    const explorer = (name: string) => workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
    await explorer('images').click();
    await workbench.chooseFromMenu(explorer('square.png'), 'Caption Image');
    frame = await workbench.headlightFrame(60_000, 'headlight-captions');
    const words = frame.getByRole('listbox', { name: 'Words of the caption' }).getByRole('option');
    await words.first().waitFor();
    assert.match((await words.allInnerTexts()).join(' '), /^a blue square at the \w+$/);
    await frame.getByText(/vit-gpt2-image-captioning/).first().waitFor();
    await words.nth(1).hover();
    await frame.getByText('“blue” looked here').waitFor();
    await frame.getByRole('radio', { name: 'one head' }).click();
    await frame.getByRole('radiogroup', { name: 'Layer' }).getByRole('radio').nth(1).waitFor();
    await workbench.screenshot('captioner-photos');
  });

  it('covers its 16 cells one by one', async () => {
    await frame.getByText('Cover Cells One by One').click();
    await frame.getByText('16 of 16 cells').waitFor({ timeout: 60_000 });
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
