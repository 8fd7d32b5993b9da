import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import { seriousViolations } from './support/axe';
import { inWords } from './support/inWords';
import { useWorkbench } from './support/useWorkbench';

describe('comparing attention mechanisms', () => {
  let frame: Frame;
  const { session, workbench } = useWorkbench(session =>
    writeFile(session.inWorkspace('when.txt'), 'born on\nsunday the 14th of march, 1943\n'),
  );

  const date = () => frame.getByRole('textbox', { name: 'A date, as people write it' });
  const column = (id: string) => frame.locator(`section[data-mechanism="${id}"]`);
  const written = async (id: string) => (await column(id).locator('.answer span').allInnerTexts()).join('');
  const grid = (id: string) => column(id).getByRole('application');
  const heading = (text: RegExp) => frame.getByRole('heading', { name: inWords(text) });
  /** Waits until all four wrote for this date, by what one of them does. */
  const answered = (iso: string) => frame.locator('.verdict').filter({ hasText: iso }).waitFor({ timeout: 60_000 });
  const line = (symbol: string) =>
    frame.locator('headlight-score-box dt', { hasText: symbol }).first().locator('xpath=following-sibling::dd[1]');

  before(() => workbench.headlight());

  it('answers the date that is selected with four mechanisms, and says which is right', async () => {
    await workbench.openFile('when.txt');
    await workbench.selectLines(2, 2);
    await workbench.runCommand('Headlight: Compare Attention Mechanisms');
    frame = await workbench.headlightFrame('headlight-mechanisms');
    await answered('1943-03-14');
    assert.equal(await date().inputValue(), 'sunday the 14th of march, 1943');
    for (const id of ['bahdanau', 'luong', 'transformer']) {
      assert.equal(await written(id), '1943-03-14');
      await column(id).getByRole('img', { name: 'right' }).waitFor();
      assert.equal(await column(id).locator('.wrong').count(), 0);
    }
    const wrong = await written('none');
    assert.notEqual(wrong, '1943-03-14');
    const places = [...wrong].flatMap((digit, i) => (digit === '1943-03-14'[i] ? [] : [i + 1]));
    await column('none')
      .getByRole('img', { name: new RegExp(`^wrong at characters? ${places.join(', ')}$`) })
      .waitFor();
    assert.equal(await column('none').locator('.wrong').count(), places.length);
    await column('none').getByText('one vector, 96 numbers').waitFor();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-mechanisms'), []);
  });

  it('a digit that is chosen is the same in all four, and its score is told in its own numbers', async () => {
    await heading(/^“1”, step 1 of 10 Bahdanau looks at “9”|^“1”, step 1 of 10 Bahdanau looks at “1”/).waitFor();
    await line('vᵀ tanh')
      .filter({ hasText: /^score −?\d+\.\d+$/ })
      .waitFor();
    await line('softmax')
      .filter({ hasText: /^0\.\d\d on “/ })
      .waitFor();
    await line('Σ weight').filter({ hasText: 'context, 192 numbers' }).waitFor();
    await grid('luong').focus();
    for (let step = 0; step < 9; step++) await workbench.page.keyboard.press('ArrowDown');
    await heading(/^“4”, step 10 of 10 Luong/).waitFor();
    await line('W k').filter({ hasText: 'key, 96 numbers' }).waitFor();
    for (const id of ['none', 'bahdanau', 'luong', 'transformer']) {
      assert.equal(await column(id).locator('.answer .at').count(), 1);
      assert.equal(
        await column(id)
          .locator('.answer span')
          .nth(9)
          .getAttribute('class')
          .then(c => c?.includes('at')),
        true,
      );
    }
    await workbench.page.keyboard.press('Home');
    await heading(/Luong looks at the start/).waitFor();
    await frame
      .locator('p[aria-live]', { hasText: /^digit 10, “4”, looks at the start: / })
      .waitFor({ state: 'attached' });
    await frame.getByRole('button', { name: 'Digit ›' }).click();
    await heading(/^“1”, step 1 of 10 Luong/).waitFor();
    await frame.getByRole('button', { name: '‹ Digit' }).click();
    await heading(/^“4”, step 10 of 10 Luong/).waitFor();
    await frame.getByRole('radio', { name: 'Transformer' }).click();
    await line('qᵀ k / √24')
      .filter({ hasText: /^score/ })
      .waitFor();
    const first = await line('qᵀ k / √24').innerText();
    await frame.getByRole('combobox', { name: 'Head' }).selectOption('1.3');
    await frame.waitForFunction(
      before =>
        document
          .querySelector('headlight-mechanisms')
          ?.shadowRoot?.querySelector('headlight-score-box')
          ?.shadowRoot?.textContent?.includes(before) === false,
      first,
    );
    await frame.getByRole('radio', { name: 'Recurrent, no attention' }).click();
    await frame.getByText('Without attention nothing is scored').waitFor();
    await grid('none').focus();
    await workbench.page.keyboard.press('ArrowRight');
    await frame.locator('p[aria-live]', { hasText: /^number 1: −?\d/ }).waitFor({ state: 'attached' });
  });

  it('answers as one types; what is no date is not called wrong', async () => {
    await date().fill('');
    await frame.getByText('Type a date as people write it, such as “sunday the 14th of march, 1943”').waitFor();
    assert.equal(await frame.locator('.four').count(), 0);
    await date().pressSequentially('the 3rd of march, 2021', { delay: 30 });
    await answered('2021-03-03');
    assert.equal(await written('bahdanau'), '2021-03-03');
    await date().fill('tomorrow');
    await frame.getByText('not a date that Headlight can check').waitFor();
    assert.equal(await frame.getByRole('img', { name: /^(right|wrong)/ }).count(), 0);
    assert.equal(await frame.locator('.wrong').count(), 0);
    await date().fill('x'.repeat(60));
    await frame.getByRole('alert').filter({ hasText: 'read at most 38 characters, and this is 60' }).waitFor();
    await date().fill('29.2.1996 €');
    await frame.locator('.verdict').filter({ hasText: 'unknown to the models: €' }).waitFor();
    await frame.getByRole('combobox', { name: 'Another example' }).selectOption('14/07/1989');
    await answered('1989-07-14');
    assert.equal(await date().inputValue(), '14/07/1989');
  });

  it('all numbers stand in tables, and a hover tells one', async () => {
    await frame.getByRole('combobox', { name: 'Another example' }).selectOption('sunday the 14th of march, 1943');
    await answered('1943-03-14');
    const { x, y, width, height } = (await grid('luong').boundingBox())!;
    await workbench.page.mouse.move(x + width / 2, y + height / 2);
    await frame
      .locator('headlight-mechanisms headlight-hover-note:visible', { hasText: /“.”.*→.*\d/s })
      .first()
      .waitFor();
    await workbench.page.mouse.move(5, 5);
    await grid('luong').focus();
    await workbench.page.keyboard.press('t');
    const table = column('luong').getByRole('region', { name: 'Luong (multiplicative): table' });
    await table.waitFor();
    // 30 characters and the marks at both ends; each digit's weights sum to 1.
    const rows = await table.locator('tbody tr').all();
    assert.equal(rows.length, 32);
    let sum = 0;
    for (const row of rows) sum += Number(await row.locator('td').nth(9).innerText());
    assert.ok(Math.abs(sum - 1) < 0.005, `${sum}`);
    assert.equal(await column('none').locator('td').count(), 96);
    await frame.getByRole('region', { name: 'The numbers of this score' }).waitFor();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-mechanisms'), []);
    await workbench.screenshot('mechanisms-table');
    await frame.getByRole('button', { name: 'Hide Table' }).click();
    await grid('luong').waitFor();
  });

  it('three things to try set date, mechanism and digit', async () => {
    await frame.getByRole('button', { name: 'Where does the month come from?' }).click();
    await answered('1996-02-29');
    await heading(/^“2”, step 7 of 10 Bahdanau looks at “[a-z]”/).waitFor();
    await frame.getByRole('status').filter({ hasText: 'nowhere in the text' }).waitFor();
    await frame.getByRole('button', { name: 'A way of writing that none has learned' }).click();
    await answered('1943-03-07');
    assert.equal(await date().inputValue(), '1943-03-07');
    await frame.getByRole('button', { name: 'A long date, kept in one vector' }).click();
    await heading(/step 10 of 10 recurrent/).waitFor();
  });

  for (const [label, file, check] of [
    ['SVG…', 'four.svg', /<svg [\s\S]*Luong \(multiplicative\): 1943-03-14, right/],
    ['PNG…', 'four.png', /^.PNG/],
    ['HTML…', 'four.html', /<caption>Transformer: what each digit looks at<\/caption>/],
    ['CSV…', 'four.csv', /^mechanism,step,digit,probability,position,character,value\r\nnone,/],
    ['JSON…', 'four.json', /"mechanism": "transformer"/],
  ] as const) {
    it(`is exported as ${label.slice(0, -1)}`, async () => {
      await frame.getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('menuitem', { name: label }).click();
      await workbench.answer(session.inWorkspace(file));
      await workbench.page.getByText(`Saved ${file}`).first().waitFor();
      assert.match(readFileSync(session.inWorkspace(file), 'latin1'), check);
    });
  }

  it('can be read in every theme, at 600 pixels too', async () => {
    await frame.getByRole('button', { name: 'Where does the month come from?' }).click();
    await answered('1996-02-29');
    await frame.locator('headlight-mechanisms').evaluate(panel => panel.scrollTo(0, 0));
    await workbench.runCommand('View: Toggle Maximize Editor Group');
    await workbench.screenshotInAllThemes('mechanisms');
    await workbench.runCommand('View: Toggle Maximize Editor Group');
    const size = workbench.page.viewportSize()!;
    for (let tries = 0; tries < 20; tries++) {
      const wide = await frame.evaluate(() => innerWidth);
      if (Math.abs(wide - 600) <= 2) break;
      await workbench.page.setViewportSize({
        width: workbench.page.viewportSize()!.width + 600 - wide,
        height: 1000,
      });
      await workbench.page.waitForTimeout(400);
    }
    const tops = await frame
      .locator('.four > section')
      .evaluateAll(all => all.map(each => Math.round(each.getBoundingClientRect().top)));
    assert.equal(new Set(tops).size, 2, 'two columns');
    assert.equal(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await workbench.screenshotInAllThemes('mechanisms-600');
    assert.deepEqual(await seriousViolations(workbench, 'headlight-mechanisms'), []);
    await workbench.page.setViewportSize(size);
  });

  it('comes back after the window is reloaded, as it was', async () => {
    await frame.getByRole('radio', { name: 'Luong (multiplicative)' }).click();
    await heading(/^“2”, step 7 of 10 Luong/).waitFor();
    await workbench.reloadWindow();
    frame = await workbench.headlightFrame('headlight-mechanisms');
    await answered('1996-02-29');
    await heading(/^“2”, step 7 of 10 Luong/).waitFor();
    assert.equal(await date().inputValue(), 'february 29, 1996');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
