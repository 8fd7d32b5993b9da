import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import sharp from 'sharp';
import { repositoryOfFolder, withUnreadDecoders } from '../support/hubServer';
import { seriousViolations } from './support/axe';
import { inWords } from './support/inWords';
import type { Session } from './support/session';
import { useHub } from './support/useHub';

/** The recommended model's repository, with a small model of the same architecture in its files. */
const id = 'HuggingFaceTB/SmolVLM-256M-Instruct';
const fixture = 'test/fixtures/models/tiny-smolvlm';

describe('asking about an image', () => {
  let frame: Frame;
  const repositories = () => ({
    [id]: withUnreadDecoders(
      repositoryOfFolder(fixture, { task: 'image-text-to-text', licence: 'apache-2.0', languages: ['en'] }),
    ),
  });
  const prepare = async (session: Session) => {
    await copyFile(`${fixture}/wide.png`, session.inWorkspace('images/shapes.png'));
    await writeFile(
      session.inWorkspace('page.md'),
      '# Shapes\n\nTwo shapes lie beside each other. ![](images/shapes.png)\n',
    );
  };
  // A short question: the small model reads 512 tokens.
  const { session, workbench } = useHub(repositories, prepare, { 'headlight.altText.prompt': 'Describe the picture.' });

  before(async () => {
    // The panel opens beside it.
    await workbench.openFile('page.md');
    await workbench.explorerEntry('images').click();
  });

  const choices = () => workbench.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  const words = (name: RegExp) => frame.getByRole('listbox', { name }).getByRole('option');
  const altText = () => words(/^Words of the alt text/);
  const picture = () => frame.getByRole('application', { name: /^The picture/ });
  /** A choice by what its name begins with. */
  const radio = (group: string, name: string) =>
    frame.getByRole('radiogroup', { name: group }).getByRole('radio', { name: new RegExp(`^${name}`) });
  const painted = () =>
    frame
      .locator('headlight-answer-picture canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  /** What is painted once it is another picture than the one before. */
  const repainted = async (before: string) => {
    let now = await painted();
    for (const end = Date.now() + 30_000; now === before && Date.now() < end;) now = await painted();
    assert.notEqual(now, before);
    return now;
  };
  const chosen = (word: string) =>
    frame.getByRole('heading', { name: inWords(new RegExp(`^“${escaped(word)}” looks at the picture`)) }).waitFor();
  const isThere = async (file: string) => {
    for (const end = Date.now() + 20_000; !existsSync(file) && Date.now() < end;) {
      await workbench.page.waitForTimeout(100);
    }
    assert.ok(existsSync(file), file);
  };

  it('says that it needs a vision-language model, and goes on once one is downloaded', async () => {
    await workbench.chooseFromMenu(workbench.explorerEntry('shapes.png'), 'Ask about Image…');
    await workbench.notification(/needs a vision-language model/).waitFor();
    await workbench.page.getByRole('button', { name: 'Choose Model…' }).click();
    await choices().filter({ hasText: 'SmolVLM' }).click();
    await choices().filter({ hasText: 'fp32' }).click();
    frame = await workbench.headlightFrame('headlight-ask-image');
    await altText().first().waitFor({ timeout: 60_000 });
    await frame.getByText(inWords(/SmolVLM-256M-Instruct \d × \d heads · fp32/)).waitFor();
    await frame.getByText(inWords(/^images\/shapes\.png · 180 × 120 · 28 picture tokens · /)).waitFor();
    // It knows what stands around the image in the document beside.
    const told = await frame.locator('.who[title]').first().getAttribute('title');
    assert.match(told ?? '', /shapes\.png\..*below the heading “Shapes”.*“Two shapes lie beside each other\.”/s);
    assert.match(told ?? '', /Describe the picture\.$/);
    assert.deepEqual(await seriousViolations(workbench, 'headlight-ask-image'), []);
    await workbench.screenshot('ask-image-beside');
  });

  it('a word that is chosen shows where the model looked as it wrote it: on tiles, thumbnail, both', async () => {
    const first = (await altText().first().innerText()).trim();
    await altText().first().click();
    await chosen(first);
    await frame.getByText(inWords(/^(outlined: from half of the strongest on|no part is looked at more)/)).waitFor();
    const blank = await painted();
    await radio('Weights', 'raw').click();
    let now = await repainted(blank);
    await radio('Parts', 'thumbnail').click();
    now = await repainted(now);
    await radio('Parts', 'both').click();
    now = await repainted(now);
    await radio('Parts', 'tiles').click();
    now = await repainted(now);
    await radio('Weights', 'value').click();
    now = await repainted(now);
    await frame.getByRole('application', { name: /^Heads of the decoder/ }).focus();
    await workbench.page.keyboard.press('ArrowRight');
    await frame.getByText(inWords(/^chosen: head 0\.0/)).waitFor();
    await workbench.page.keyboard.press('ArrowRight');
    await frame.getByText(inWords(/^chosen: head 1\.0/)).waitFor();
    now = await repainted(now);
    await radio('Heads', 'all heads').click();
    now = await repainted(now);
    await radio('Weights', 'minus mean').click();
    assert.equal(await repainted(now), blank);
    // Raw weights sum to 1: tiles, thumbnail, question, words before, first token.
    const shares = await frame.locator('headlight-word-details .share .number').allInnerTexts();
    assert.equal(shares.length, 5);
    const sum = shares.reduce((total, share) => total + Number(share), 0);
    assert.ok(Math.abs(sum - 1) < 0.03, shares.join());
  });

  it('a question is asked with Enter, and the conversation goes on', async () => {
    const question = frame.getByRole('textbox', { name: 'Ask about this picture' });
    await question.fill('What is on the left?');
    await question.press('Enter');
    await frame.getByText('1 question').waitFor();
    await words(/^Words of answer 2/)
      .first()
      .waitFor({ timeout: 60_000 });
    assert.deepEqual(await words(/^Words of answer 2/).allInnerTexts(), ['A', 'red', 'circle.']);
    // What was told once is not told again.
    assert.equal(await frame.locator('.question[title]').count(), 0);
    const first = words(/^Words of answer 2/).first();
    await first.focus();
    await workbench.page.keyboard.press('Home');
    await chosen('A');
    await workbench.page.keyboard.press('ArrowRight');
    await chosen('red');
    // The first answer can be looked at again.
    await altText().first().click();
    await chosen((await altText().first().innerText()).trim());
    await words(/^Words of answer 2/)
      .last()
      .click();
    await chosen('circle.');
  });

  it('a part is covered by keys or by a drag, and every word is weighed again', async () => {
    await picture().focus();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('ArrowRight');
    await frame.getByText(inWords(/^tile 1, row 0, column 0/)).waitFor();
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Shift+ArrowRight');
    await frame.getByText(inWords(/marked; Enter covers it and asks again/)).waitFor();
    await workbench.page.keyboard.press('Enter');
    const row = (name: string) => frame.getByRole('row', { name: new RegExp(`^${name} `) });
    await row('cover 1').getByRole('cell').nth(0).waitFor({ timeout: 60_000 });
    await frame.getByText('asking again…').waitFor({ state: 'detached', timeout: 60_000 });
    assert.equal(
      await row('cover 1').getByRole('cell').count(),
      await words(/^Words of answer 2/).count(),
      'a change for each word',
    );
    const box = (await picture().boundingBox())!;
    await workbench.page.mouse.move(box.x + 5, box.y + 5);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(box.x + box.width - 5, box.y + box.height - 5, { steps: 4 });
    await workbench.page.mouse.up();
    await row('cover 2').getByRole('cell').nth(0).waitFor();
    await frame.getByText('asking again…').waitFor({ state: 'detached', timeout: 60_000 });
    // Without the picture no circle is red.
    assert.match((await row('cover 2').innerText()).replace(/\s+/g, ' '), /cover 2 .*−\d/);
    await frame.getByText(inWords(/^written anew under the cover: “/)).waitFor();
    await workbench.screenshot('ask-image-covered');
    await frame.getByRole('button', { name: 'Remove Cover' }).click();
    await row('cover 2').waitFor({ state: 'detached' });
  });

  it('shows which parts matter, what a layer without the picture costs, and the vision encoder’s own attention', async () => {
    await frame.getByRole('button', { name: 'Cut Layer by Layer' }).click();
    await frame.getByText(inWords(/all layers cut/)).waitFor({ timeout: 60_000 });
    await frame.getByRole('img', { name: /^Change in each layer: layer 0 .*layer 1 / }).waitFor();
    await frame.getByRole('button', { name: 'Which Parts Matter' }).click();
    await frame.getByText(inWords(/24 of 24 regions/)).waitFor({ timeout: 120_000 });
    await picture().scrollIntoViewIfNeeded();
    await workbench.screenshot('ask-image-matters');
    const now = await painted();
    await radio('What is shown', 'encoder').click();
    await picture().focus();
    await workbench.page.keyboard.press('ArrowRight');
    await frame.getByText(inWords(/^outlined: .*patch row/)).waitFor({ timeout: 60_000 });
    const all = await repainted(now);
    await frame.getByRole('combobox', { name: 'layer of the vision encoder' }).selectOption('0');
    await repainted(all);
    await radio('What is shown', 'attention').click();
  });

  it('tells all numbers as tables', async () => {
    await frame.getByRole('button', { name: 'Show as Table' }).click();
    const table = frame.locator('headlight-heat-table');
    await table.getByRole('row').nth(2).waitFor();
    await frame.getByRole('combobox', { name: 'Part of the picture' }).selectOption({ label: 'thumbnail' });
    await table.getByText(inWords(/on the thumbnail/)).waitFor();
    await frame.getByRole('button', { name: 'Hide Table' }).click();
  });

  it('is exported as pictures and numbers, copied and inserted', async () => {
    const files = { SVG: 'heat.svg', PNG: 'heat.png', CSV: 'heat.csv', JSON: 'heat.json' };
    for (const [format, name] of Object.entries(files)) {
      await frame.getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('menuitem', { name: new RegExp(`^${format}…`) }).click();
      await workbench.answer(session.inWorkspace(name));
      await isThere(session.inWorkspace(name));
    }
    const read = (name: string) => readFileSync(session.inWorkspace(name), 'utf8');
    assert.match(read(files.SVG), /looks at the picture<\/title>[\s\S]*tile 1, row 0, column 0/);
    assert.match(read(files.SVG), /cover 1, Δ log p/);
    assert.ok((await sharp(session.inWorkspace(files.PNG)).metadata()).width);
    // Seven parts of four tokens each.
    assert.equal(read(files.CSV).trim().split('\n').length, 1 + 28);
    const numbers = JSON.parse(read(files.JSON)) as {
      turns: { role: string; text: string }[];
      attention: { picture: number[] };
      covers: object[];
    };
    assert.deepEqual(
      numbers.turns.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    assert.equal(numbers.attention.picture.length, 28);
    assert.equal(numbers.covers.length, 1);
    await frame.getByRole('button', { name: 'Insert as alt text' }).click();
    await workbench
      .editor()
      .locator('.view-line', { hasText: /!\[[^\]]/ })
      .waitFor();
  });

  it('can be read by everyone, in every theme', async () => {
    await workbench.tab('Ask: shapes.png').click();
    await workbench.runCommand('View: Toggle Maximize Editor Group');
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'hc-dark'],
      ['Light High Contrast', 'hc-light'],
      ['Dark Modern', 'dark'],
    ] as const) {
      await workbench.chooseTheme(theme);
      assert.deepEqual(await seriousViolations(workbench, 'headlight-ask-image'), [], theme);
      await workbench.screenshot(`ask-image-${name}`);
    }
    await workbench.runCommand('View: Toggle Maximize Editor Group');
  });

  it('the conversation comes back after the window is reloaded, without asking again', async () => {
    const before = await frame.getByRole('listbox').allInnerTexts();
    await workbench.reloadWindow();
    frame = await workbench.headlightFrame('headlight-ask-image');
    await words(/^Words of answer 2/)
      .first()
      .waitFor({ timeout: 60_000 });
    assert.deepEqual(await frame.getByRole('listbox').allInnerTexts(), before);
    // The process that knew the answer is gone: it is read again, and its words have their attention.
    await frame
      .locator('headlight-word-details .share .number', { hasText: /^\d/ })
      .first()
      .waitFor({ timeout: 60_000 });
  });

  it('why there is no answer stands in the turn, with a way to try again', async () => {
    const file = session.inWorkspace('images/shapes.png');
    rmSync(file);
    await frame.getByRole('textbox', { name: 'Ask about this picture' }).fill('And now?');
    await frame.getByRole('button', { name: 'Ask', exact: true }).click();
    await frame
      .getByRole('alert')
      .getByText(/shapes\.png/)
      .waitFor({ timeout: 60_000 });
    await copyFile(`${fixture}/wide.png`, file);
    await frame.getByRole('button', { name: 'Try Again' }).click();
    await words(/^Words of answer 3/)
      .first()
      .waitFor({ timeout: 60_000 });
    assert.deepEqual(workbench.consoleErrors, []);
  });

  it('another model is chosen at its name; with the same one the conversation goes on', async () => {
    await frame.getByRole('button', { name: /SmolVLM-256M-Instruct/ }).click();
    await choices().filter({ hasText: 'SmolVLM' }).click();
    await choices().first().waitFor({ state: 'detached' });
    await words(/^Words of answer 3/)
      .first()
      .waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
