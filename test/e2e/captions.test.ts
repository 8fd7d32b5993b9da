import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import sharp from 'sharp';
import { seriousViolations } from './support/axe';
import { useWorkbench } from './support/useWorkbench';
import { inWords } from './support/inWords';

describe('captions', () => {
  let frame: Frame;

  const { session, workbench } = useWorkbench(session => {
    writeFileSync(session.inWorkspace('images/broken.png'), 'This is no picture.');
    writeFileSync(session.inWorkspace('page.md'), '![](images/disc.svg)\n');
  });

  before(async () => {
    // The panel opens beside it.
    await workbench.openFile('page.md');
  });

  const explorer = (name: string) => workbench.explorerEntry(name);
  const captionFromExplorer = (name: string) => workbench.chooseFromMenu(explorer(name), 'Caption Image');

  it('an image that the model is not sure of has no caption, but a guess for who asks', async () => {
    await explorer('images').click();
    await captionFromExplorer('stock.svg');
    frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByRole('heading', { name: 'Not sure what this shows' }).waitFor();
    await frame.getByText(/not sure, 0\.\d\d/).waitFor();
    assert.doesNotMatch(await frame.locator('body').innerText(), /chart/);
    assert.equal(await frame.getByText('Insert as alt text').count(), 0);
    assert.deepEqual(await seriousViolations(workbench, 'headlight-captions'), []);
    await workbench.screenshot('caption-not-sure');
    await frame.getByText('Show Guess').click();
    await frame.getByText(inWords(/^This is a guess, least sure of “four”/)).waitFor();
  });

  it('an image of the explorer: its words, and the heat of one on the picture', async () => {
    await captionFromExplorer('disc.svg');
    await frame.getByText(inWords(/^images\/disc\.svg · /)).waitFor();
    const words = frame.getByRole('listbox', { name: 'Words of the caption' }).getByRole('option');
    await words.first().waitFor();
    assert.deepEqual(await words.allInnerTexts(), ['a', 'red', 'circle']);
    await workbench.screenshot('caption-dark');
    await words.nth(1).hover();
    await frame.getByText('“red” looked here').waitFor();
    await frame.getByRole('radio', { name: 'one head' }).click();
    await frame.getByRole('radiogroup', { name: 'Layer' }).getByRole('radio', { name: '2' }).click();
    await frame.getByRole('radio', { name: 'all heads' }).click();
  });

  it('a cell names the words that looked at it, by keyboard too; Enter covers it and captions again', async () => {
    await frame.getByRole('application').focus();
    // The pointer may rest on a cell.
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.keyboard.press('ArrowRight');
    await frame.getByText(inWords(/^row 0, column 1: most for /)).waitFor();
    await frame.getByRole('application').press('Enter');
    await frame.getByRole('row', { name: /top left, 2 %/ }).waitFor();
    await frame
      .getByRole('status')
      .getByText(inWords(/^covered top left, 2 %: /))
      .waitFor();
    const box = (await frame.getByRole('application').boundingBox())!;
    await workbench.page.mouse.move(box.x + 5, box.y + 5);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(box.x + box.width - 5, box.y + box.height - 5, { steps: 4 });
    await workbench.page.mouse.up();
    const whole = frame.getByRole('row', { name: /^middle, 9\d %/ });
    await whole.waitFor();
    await frame.getByText('captioning…').first().waitFor({ state: 'hidden' });
    // Each word of the first caption has a change, and some became unlikely.
    const changes = whole.getByRole('list', { name: 'Δ log-probability of each word of the first caption' });
    const words = frame.getByRole('listbox', { name: 'Words of the caption' }).getByRole('option');
    assert.equal(await changes.getByRole('listitem').count(), await words.count());
    assert.match(await changes.innerText(), /−\d+\.\d\d/);
    assert.doesNotMatch(await whole.innerText(), /a red circle/);
  });

  it('raw heat, that of one head, and what a cell looks at are other pictures', async () => {
    const painted = () =>
      frame
        .locator('headlight-caption-picture canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    // Off the picture, where it would point at a cell.
    await workbench.page.mouse.move(5, 5);
    await frame.getByRole('application').focus();
    await workbench.page.keyboard.press('Escape');
    const pictures = [await painted()];
    /** What is painted once something else is than before. */
    const repainted = async () => {
      let now = await painted();
      for (const end = Date.now() + 5000; now === pictures.at(-1) && Date.now() < end;) now = await painted();
      pictures.push(now);
    };
    const choose = async (name: string, group?: string) => {
      await (group ? frame.getByRole('radiogroup', { name: group }) : frame)
        .getByRole('radio', { name, exact: true })
        .click();
      await repainted();
    };
    await choose('raw');
    await choose('one head');
    await choose('1', 'Layer');
    await choose('3', 'Head');
    assert.equal(new Set(pictures).size, 5);
    await choose('minus mean');
    await choose('all heads');
    assert.equal(pictures.at(-1), pictures[0]);
    await frame.getByRole('radio', { name: 'cells it looks at' }).click();
    await frame.getByRole('application').focus();
    await workbench.page.keyboard.press('ArrowRight');
    await repainted();
    await workbench.page.keyboard.press('ArrowDown');
    await repainted();
    assert.equal(new Set(pictures).size, 8);
    await workbench.page.keyboard.press('Escape');
    await frame.getByRole('radio', { name: 'words', exact: true }).click();
  });

  it('Shift and arrow keys mark several cells, which Enter covers', async () => {
    await frame.getByRole('application').focus();
    await workbench.page.keyboard.press('Escape');
    for (const key of ['ArrowRight', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Shift+ArrowRight']) {
      await workbench.page.keyboard.press(key);
    }
    await frame.getByText('rows 1 to 2, columns 0 to 2 marked; Enter covers them').waitFor();
    await workbench.page.keyboard.press('Enter');
    await frame
      .getByRole('status')
      .getByText(inWords(/^covered top left, 9 %: /))
      .waitFor();
    await workbench.screenshot('caption-marked');
    // The words are chosen by keyboard, too.
    await frame.getByRole('option', { name: 'circle' }).focus();
    await workbench.page.keyboard.press('Home');
    await frame.getByText('“a” looked here').waitFor();
    await workbench.page.keyboard.press('ArrowRight');
    await frame.getByText('“red” looked here').waitFor();
    await workbench.page.keyboard.press('End');
  });

  it('covers all cells one by one, with progress', async () => {
    await frame.getByText('Cover Cells One by One').click();
    await frame.getByText('64 of 64 cells').waitFor({ timeout: 60_000 });
    await frame.getByText('Show as Table').click();
    assert.equal(await frame.locator('table.cells td').count(), 64);
    await frame.getByText('Hide Table').click();
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('caption-light');
  });

  it('is edited, inserted as alt text, and exported as pictures and numbers', async () => {
    await frame.getByText('Insert as alt text').click();
    await workbench
      .editor()
      .locator('.view-line', { hasText: inWords(/!\[a.red.circle\]/) })
      .waitFor();
    await frame.getByText('Edit', { exact: true }).click();
    await workbench.answer('our [round] flag');
    await frame.getByText('our [round] flag').waitFor();
    await frame.getByText('Insert as alt text').click();
    await workbench
      .editor()
      .locator('.view-line', { hasText: inWords(/!\[our.\\\[round\\\].flag\]/) })
      .waitFor();
    const files = { JSON: 'disc.json', SVG: 'heat.svg', PNG: 'heat.png' };
    for (const [format, name] of Object.entries(files)) {
      await frame.getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('menuitem', { name: `${format}…` }).click();
      await workbench.answer(session.inWorkspace(name));
      for (const end = Date.now() + 30_000; !existsSync(session.inWorkspace(name)) && Date.now() < end;) {
        await workbench.page.waitForTimeout(100);
      }
    }
    const numbers = JSON.parse(readFileSync(session.inWorkspace(files.JSON), 'utf8')) as {
      caption: string;
      cross: number[][][][];
    };
    assert.equal(numbers.caption, 'a red circle');
    assert.deepEqual(
      [numbers.cross.length, numbers.cross[0].length, numbers.cross[0][0].length, numbers.cross[0][0][0].length],
      [3, 5, 3, 64],
    );
    assert.match(
      readFileSync(session.inWorkspace(files.SVG), 'utf8'),
      /<title id="title">a red circle<\/title>[\s\S]*<rect /,
    );
    const { width, height } = await sharp(session.inWorkspace(files.PNG)).metadata();
    assert.ok(width && width === height);
  });

  it('can be read by everyone, in every theme', async () => {
    for (const theme of ['Dark High Contrast', 'Light High Contrast', 'Dark Modern'] as const) {
      await workbench.chooseTheme(theme);
      assert.deepEqual(await seriousViolations(workbench, 'headlight-captions'), [], theme);
      if (theme !== 'Dark Modern') {
        await workbench.screenshot(theme === 'Dark High Contrast' ? 'caption-hc-dark' : 'caption-hc-light');
      }
    }
    await workbench.screenshot('caption-edited');
  });

  it('what was covered is still there after another tab lay over the panel', async () => {
    const covered = await frame.getByRole('row').allInnerTexts();
    assert.ok(covered.length > 3, covered.join());
    await workbench.tab('Caption: disc.svg').click();
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.tab('Untitled-1').waitFor();
    await workbench.tab('Caption: disc.svg').click();
    frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByText('64 of 64 cells').waitFor();
    assert.deepEqual(await frame.getByRole('row').allInnerTexts(), covered);
    await workbench.tab('Untitled-1').click();
    await workbench.runCommand('View: Close Editor');
    await workbench.tab('Untitled-1').waitFor({ state: 'detached' });
  });

  it('comes back after the window is reloaded, with the words of the user', async () => {
    await workbench.reloadWindow();
    frame = await workbench.headlightFrame('headlight-captions');
    await frame
      .getByRole('listbox', { name: 'Words of the caption' })
      .getByRole('option', { name: 'circle' })
      .waitFor({ timeout: 60_000 });
    await frame.getByText('our [round] flag').waitFor();
  });

  it('is chosen on the tab of an open image, and by command where one is open', async () => {
    await explorer('heat.png').click();
    await workbench.chooseFromMenu(workbench.tab('heat.png'), 'Caption Image');
    await workbench.tab('Caption: heat.png').waitFor();
    frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByText(inWords(/^heat\.png · /)).waitFor();
    await explorer('stock.svg').click();
    await workbench.tab('stock.svg').waitFor();
    await workbench.runCommand('Headlight: Caption Image');
    await workbench.tab('Caption: stock.svg').waitFor();
    frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByText(inWords(/^images\/stock\.svg · /)).waitFor();
  });

  it('says what is wrong with a broken file, and captions a padded picture', async () => {
    await captionFromExplorer('broken.png');
    await frame
      .getByRole('alert')
      .getByText(inWords(/broken\.png is not a PNG file/))
      .waitFor();
    await captionFromExplorer('shopping.svg');
    await frame.getByText(inWords(/shopping\.svg · 400 × 120/)).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
