import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeImagesOfAllKinds } from './support/imagesOfAllKinds';
import { inWords } from './support/inWords';
import { useWorkbench } from './support/useWorkbench';

describe('images of the workspace', () => {
  let images: string[];

  const { session, workbench } = useWorkbench(
    async session => {
      images = await writeImagesOfAllKinds(session.inWorkspace('pictures'));
      writeFileSync(
        session.inWorkspace('pictures/page.md'),
        '# Sales\n\n![](charts/sales.png)\n\n![](flags/japan.svg) and <img src="icons/up.svg">\n',
      );
      writeFileSync(session.inWorkspace('pictures/plain.md'), '# Sales\n\nThere is no picture here.\n');
    },
    // Code actions and edits stand beside those of VS Code's own.
    { allBuiltIn: true },
  );

  before(async () => {
    await workbench.showSidebar();
    await workbench.closePanes('Models', 'Runs', 'Lens');
  });

  const row = (text: string) => workbench.tree('Images').locator('.monaco-list-row', { hasText: text }).first();

  it('are listed with how each stands, without what .gitignore leaves out', async () => {
    await row('sales.avif').waitFor();
    assert.match(await row('sales.avif').innerText(), /no caption/);
    assert.equal(await row('left-out.svg').count(), 0);
  });

  it('are captioned all at once; a file that cannot be read says why, and the rest goes on', async () => {
    await workbench.runCommand('Headlight: Caption Workspace Images');
    const samples = 3;
    await workbench
      .pane('Images')
      .getByText(`${images.length + samples - 3} of ${images.length + samples} captioned`)
      .waitFor({ timeout: 90_000 });
    await workbench.notification(/^3 of \d+ images could not be captioned/).waitFor();
    for (const [name, says] of [
      ['broken.png', 'is not a PNG file'],
      ['cut.jpg', 'damaged or cut short'],
      ['empty.webp', 'is empty'],
      ['pixel.png', 'a solid red image'],
      ['japan.svg', 'a red circle'],
      // The built-in model has a guess, which is not shown in place of a caption.
      ['tall.png', 'not sure'],
    ]) {
      // VS Code draws the tree a little after the notification.
      await row(name).getByText(says).waitFor();
    }
    await workbench.dismissNotifications();
    await workbench.screenshot('images-dark');
  });

  it('show a thumbnail on hover, of a moving picture with what is read of it', async () => {
    await row('moving.gif').hover();
    const hover = workbench.page.locator('.workbench-hover');
    await hover.locator('img[src^="data:image/webp"]').waitFor();
    await hover.getByText(/GIF.·.first.of.3.frames.·.not.sure,.0\.\d\d.·.tiny-captioner/).waitFor();
    await hover.getByText(inWords(/Not sure what this shows/)).waitFor();
    assert.ok(await hover.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth > 0));
    await workbench.screenshot('images-hover', true);
  });

  it('can be read in every theme', async () => {
    for (const [theme, name] of [
      ['Light Modern', 'images-tree-light'],
      ['Dark High Contrast', 'images-tree-hc-dark'],
      ['Light High Contrast', 'images-tree-hc-light'],
      ['Dark Modern', undefined],
    ] as const) {
      await workbench.chooseTheme(theme);
      if (name) await workbench.screenshot(name);
    }
  });

  it('are filtered by state, by doubt or text, and found by their captions', async () => {
    await workbench.pane('Images').hover();
    await workbench.pane('Images').locator('.action-label[aria-label^="Filter Images"]').click();
    await workbench.pick('', 'Failed');
    await workbench.tree('Images').locator('.monaco-list-row', { hasText: 'japan.svg' }).waitFor({ state: 'hidden' });
    await row('cut.jpg').waitFor();
    await workbench.pane('Images').hover();
    await workbench.pane('Images').locator('.action-label[aria-label^="Show All Images"]').click();
    await row('japan.svg').waitFor();
    await workbench.runCommand('Headlight: Filter Images…', false);
    await workbench.pick('', 'Not sure');
    await workbench.tree('Images').locator('.monaco-list-row', { hasText: 'pixel.png' }).waitFor({ state: 'hidden' });
    await row('tall.png').waitFor();
    await workbench.screenshot('images-not-sure');
    await workbench.runCommand('Headlight: Show All Images');
    await row('pixel.png').waitFor();
    await workbench.runCommand('Headlight: Search Images…', false);
    await workbench.pick('solid red', 'pixel.png');
    const frame = await workbench.headlightFrame('headlight-captions');
    await frame.getByRole('listbox', { name: 'Words of the caption' }).getByRole('option', { name: 'red' }).waitFor();
  });

  it('keep an edited caption, and one of a renamed file; a changed file is stale', async () => {
    // The panel of the test before may still be loading, and takes the focus from the tree once it is there.
    const box = workbench.page.locator('.quick-input-widget', { hasText: 'Edit Caption of up.svg' });
    for (let tries = 0; tries < 5 && !(await box.isVisible()); tries++) {
      await row('up.svg').click();
      await workbench.page.keyboard.press('F2');
      await box.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await workbench.answer('an arrow that points up');
    await row('an arrow that points up').waitFor();
    renameSync(session.inWorkspace('pictures/icons/up.svg'), session.inWorkspace('pictures/icons/north.svg'));
    await row('north.svg').waitFor();
    assert.match(await row('north.svg').innerText(), /an arrow that points up/);
    const flag = session.inWorkspace('pictures/flags/japan.svg');
    writeFileSync(flag, readFileSync(flag, 'utf8').replace('red', '#006a4e'));
    await workbench.tree('Images').locator('.monaco-list-row[aria-label^="japan.svg, a red circle, stale"]').waitFor();
  });

  it('are exported as a table', async () => {
    await workbench.runCommand('Headlight: Export Captions…', false);
    await workbench.pick('', 'Markdown table', false);
    const file = session.inWorkspace('captions.md');
    await workbench.answer(file);
    for (const end = Date.now() + 30_000; !existsSync(file) && Date.now() < end;) {
      await workbench.page.waitForTimeout(100);
    }
    const table = readFileSync(file, 'utf8');
    assert.match(
      table,
      /\| \[pictures\/icons\/north\.svg\]\(pictures\/icons\/north\.svg\) \| an arrow that points up \|  \|  \| edited \|/,
    );
    assert.match(table, /\| a solid red image \| sure, 0\.\d{3} \| tiny-captioner \| done \|/);
    assert.match(table, /japan\.svg\) \| a red circle \| sure, 0\.\d{3} \| tiny-captioner \| stale/);
    assert.match(table, /tall\.png\) \|  \| not sure, 0\.\d{3} \| tiny-captioner \| done/);
    assert.match(table, /failed: empty\.webp is empty/);
  });

  it('are exported as they are shown, where a filter is on and one wants that', async () => {
    await workbench.runCommand('Headlight: Filter Images…', false);
    await workbench.pick('', 'Failed');
    for (const [which, file, lines] of [
      ['Images that are shown', 'failed.csv', 4],
      ['All images', 'every.csv', images.length + 4],
    ] as const) {
      await workbench.runCommand('Headlight: Export Captions…', false);
      await workbench.pick('', which, false);
      await workbench.pick('', 'CSV', false);
      await workbench.answer(session.inWorkspace(file));
      for (const end = Date.now() + 30_000; !existsSync(session.inWorkspace(file)) && Date.now() < end;) {
        await workbench.page.waitForTimeout(100);
      }
      const rows = readFileSync(session.inWorkspace(file), 'utf8').trimEnd().split('\r\n');
      assert.equal(rows.length, lines, rows.join('\n'));
      if (which === 'Images that are shown') assert.ok(rows.slice(1).every(row => row.includes(',failed,')));
    }
    await workbench.runCommand('Headlight: Show All Images');
  });

  it('the editor’s menu offers a caption where an image is in view, and only there', async () => {
    await workbench.openFile('pictures/plain.md');
    await workbench.openContextMenu();
    await workbench.menuEntry('Command Palette...').waitFor();
    assert.equal(await workbench.menuEntry('Caption Image').count(), 0);
    await workbench.page.keyboard.press('Escape');
    await workbench.openFile('pictures/page.md');
    // The caret is elsewhere: the click puts it on the link.
    await workbench.goTo(1, 1);
    await workbench.chooseFromMenu(
      workbench.editor().locator('.view-line', { hasText: 'charts/sales.png' }).getByText('sales').first(),
      'Caption Image',
    );
    await workbench.tab('Caption: sales.png').waitFor();
    // A panel that is still loading takes the focus.
    await (await workbench.headlightFrame('headlight-captions')).getByText(/sales\.png · 480 × 360/).waitFor();
  });

  it('guesses among the captions of a file are reviewed before anything is written', async () => {
    const file = session.inWorkspace('pictures/review.md');
    writeFileSync(file, '![](icons/pixel.png)\n\n![](icons/tall.png)\n');
    await workbench.openFile('pictures/review.md');
    const preview = workbench.page.locator('#refactorPreview');
    // Its lines are of the role of a checkbox, too.
    const line = (number: number) => preview.locator(`.monaco-list-row[aria-label^="line ${number}, "]`);
    const describe = async () => {
      // The panel of the test before may still be loading, and takes the focus once it is there.
      await workbench.focusEditor();
      await workbench.runCommand('Headlight: Describe Images of This File');
      await line(3).waitFor();
    };
    await describe();
    // What is sure is ticked and a guess is not, each with its picture.
    assert.equal(await line(1).locator('.edit-checkbox').getAttribute('aria-checked'), 'true');
    assert.equal(await line(3).locator('.edit-checkbox').getAttribute('aria-checked'), 'false');
    for (const number of [1, 3]) await line(number).locator('.uri-icon').waitFor();
    await line(3).locator('[title*="“an icon of a dot” - not sure, 0."][title$="· tiny-captioner"]').waitFor();
    for (const [theme, name] of [
      ['Light Modern', 'review-light'],
      ['Dark High Contrast', 'review-hc-dark'],
      ['Light High Contrast', 'review-hc-light'],
      ['Dark Modern', 'review-dark'],
    ] as const) {
      await workbench.chooseTheme(theme);
      await workbench.screenshot(name);
    }
    await preview.getByRole('button', { name: 'Discard' }).click();
    await preview.waitFor({ state: 'hidden' });
    const text = () => workbench.editor().locator('.view-lines').innerText();
    assert.doesNotMatch(await text(), /red|dot/);
    await describe();
    await preview.getByRole('button', { name: 'Apply' }).click();
    await workbench
      .editor()
      .locator('.view-line', { hasText: inWords(/!\[a solid red image\]\(icons\/pixel/) })
      .waitFor();
    assert.doesNotMatch(await text(), /dot/);
    await workbench.focusEditor();
    await workbench.page.keyboard.press('Control+Z');
    await workbench
      .editor()
      .locator('.view-line', { hasText: inWords(/^!\[\]\(icons\/pixel/) })
      .waitFor();
  });

  it('so they are where a file is saved with the fix-all action, and the file is saved', async () => {
    const file = session.inWorkspace('pictures/saved.md');
    writeFileSync(file, '![](icons/tall.png)\n');
    const settings = session.inWorkspace('.vscode/settings.json');
    mkdirSync(path.dirname(settings), { recursive: true });
    writeFileSync(settings, '{ "editor.codeActionsOnSave": { "source.fixAll.headlight": "explicit" } }');
    await workbench.openFile('pictures/saved.md');
    await workbench.focusEditor();
    await workbench.page.keyboard.press('Control+End');
    const preview = workbench.page.locator('#refactorPreview');
    const line = preview.locator('.monaco-list-row[aria-label^="line 1, "]');
    // The window reads the setting some time after it was written.
    let whole = '![](icons/tall.png)\n';
    for (let tries = 0; tries < 10 && !(await line.isVisible()); tries++) {
      await workbench.page.keyboard.type('Seen.');
      whole += 'Seen.';
      await workbench.page.keyboard.press('Control+S');
      await line.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    assert.equal(await line.locator('.edit-checkbox').getAttribute('aria-checked'), 'false');
    await preview.getByRole('button', { name: 'Discard' }).click();
    const saved = () => readFileSync(file, 'utf8').trim();
    for (const end = Date.now() + 30_000; saved() !== whole && Date.now() < end;) {
      await workbench.page.waitForTimeout(100);
    }
    assert.equal(saved(), whole);
    rmSync(settings);
  });

  it('a link in Markdown: hover, quick fix, and the panel', async () => {
    await workbench.openFile('pictures/page.md');
    await workbench.goTo(3, 5);
    const action = workbench.page.getByText('Describe image with Headlight').first();
    // The panel of the test before may still be loading, and takes the focus once it is there.
    for (let tries = 0; tries < 5 && !(await action.isVisible()); tries++) {
      await workbench
        .editor()
        .locator('.view-line', { hasText: 'charts/sales.png' })
        .click({ position: { x: 30, y: 8 } });
      await workbench.page.keyboard.press('Control+.');
      await action.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await workbench.screenshot('describe-image');
    await action.click();
    // The model is not sure of it: its guess stands there to be changed.
    const box = workbench.page.locator('.quick-input-widget', { hasText: 'Alt Text of charts/sales.png' });
    await box.getByText(inWords(/^A guess \(not sure, 0\.\d\d · tiny-captioner\)/)).waitFor();
    assert.match(await box.locator('input').inputValue(), /bar chart/);
    await workbench.answer('sales of five months');
    await workbench
      .editor()
      .locator('.view-line', { hasText: inWords(/!\[sales of five months\]\(charts/) })
      .waitFor();
    // As it was before it was changed: the model is sure of it, so that all is written at once.
    const flag = session.inWorkspace('pictures/flags/japan.svg');
    writeFileSync(flag, readFileSync(flag, 'utf8').replace('#006a4e', 'red'));
    await workbench.runCommand('Headlight: Describe Images of This File');
    await workbench.notification(/icons\/up\.svg was not found/).waitFor();
    await workbench
      .editor()
      .locator('.view-line', { hasText: /!\[.+\]\(flags.+<img.src="icons/ })
      .waitFor();
    await workbench.dismissNotifications();
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('images-light');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
