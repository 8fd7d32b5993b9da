import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import { exampleDates } from '../../core/mechanisms/mechanisms';
import { seriousViolations } from './support/axe';
import { inWords } from './support/inWords';
import { useWorkbench } from './support/useWorkbench';
import { otherThemes } from './support/workbench';

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
  const part = (name: string) => frame.getByRole('region', { name });
  const measuredHeading = () => frame.locator('headlight-measured-dates h2').first();
  /** Waits until so many dates are written. */
  const measured = (words: RegExp) => measuredHeading().filter({ hasText: words }).waitFor({ timeout: 120_000 });
  /** A line of what was measured: the four models' cells. */
  const row = async (label: string, region = 'What was measured') => {
    const cells = part(region)
      .locator('tbody tr')
      .filter({ has: frame.getByRole('rowheader', { name: label, exact: true }) })
      .locator('td');
    // What is read from the graphs comes once they are open.
    await cells.first().waitFor();
    return cells.allInnerTexts();
  };
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
    await part('What was measured').waitFor({ timeout: 60_000 });
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
    // How each number was had stands beside it, for who cannot hover.
    await part('What was measured')
      .locator('td.how', { hasText: /longest chain/ })
      .first()
      .waitFor();
    await frame.getByRole('button', { name: 'Hide Table' }).click();
    await grid('luong').waitFor();
  });

  it('three things to try set date, mechanism and digit', async () => {
    await frame.getByRole('button', { name: 'Where does the month come from?' }).click();
    await answered('1996-02-29');
    await heading(/^“2”, step 7 of 10 Bahdanau looks at “[a-z]”/).waitFor();
    await frame.getByRole('status').filter({ hasText: 'nowhere in the text' }).waitFor();
    await frame.getByRole('button', { name: 'Longer than what was learned' }).click();
    await answered('1943-09-22');
    assert.equal(await date().inputValue(), 'wednesday the 22nd of september, 1943');
    await column('transformer')
      .getByRole('img', { name: /^wrong at/ })
      .waitFor();
    await frame.getByRole('heading', { name: 'Right over length of the input' }).waitFor();
    await frame.locator('.chart line[stroke-dasharray="2 3"]').waitFor({ state: 'attached' });
    await heading(/step 6 of 10 transformer/).waitFor();
    await frame.getByRole('button', { name: 'A long date, kept in one vector' }).click();
    await heading(/step 10 of 10 recurrent/).waitFor();
    await frame.getByRole('heading', { name: 'Right over distance' }).waitFor();
  });

  it('measures all four on the spot, as many dates as one likes, and stays usable meanwhile', async () => {
    await measured(/ seed 1/);
    const [right, long] = [await row('right'), await row('right from 28 characters on')];
    const value = (cell: string) => Number(/^[\d.]+/.exec(cell)![0]);
    // Of 400 dates: what their training says (17.5 %, 100 %, 100 %, 97.6 %), within what 400 dates can differ.
    assert.deepEqual(
      right.map(cell => cell.replace(/^[\d.]+ %\s*/, '').replace(/\d+/g, '#')),
      Array(4).fill('#–#'),
    );
    assert.ok(value(right[0]) > 10 && value(right[0]) < 30, right[0]);
    assert.ok(value(right[1]) > 99 && value(right[2]) > 99 && value(right[3]) > 94, String(right));
    assert.ok(value(long[3]) < 70 && value(long[1]) > 95, String(long));
    assert.deepEqual(
      (await row('steps one after another')).map(cell => cell.trim()),
      ['50', '50', '50', '11'],
    );
    assert.match((await row('bits kept of the input'))[0], /^3,072\s*in all$/);
    for (const cell of await row('ms for one date')) assert.match(cell, /^[\d.]+\s*[\d.]+–[\d.]+$/);
    for (const claim of ['long sequences', 'parallel', 'context', 'retention', 'performance']) {
      const cells = await row(claim, 'RNN and attention');
      assert.equal(cells.length, 3);
      for (const cell of cells.slice(0, 2)) assert.match(cell, /\d/, claim);
    }
    await frame.getByRole('combobox', { name: 'Dates to measure on' }).selectOption({ label: '2,000 dates' });
    await frame.getByRole('progressbar', { name: 'Measuring' }).waitFor();
    await measured(/\d+ of 2,000 dates/);
    // Typing is answered while it measures.
    await date().fill('mon 9 nov 1970');
    await answered('1970-11-09');
    await measured(/\d+ of 2,000 dates/);
    await frame.getByRole('button', { name: 'Cancel' }).click();
    await measured(/stopped at [\d,]+ of 2,000 dates, seed 1/);
    await frame.getByRole('combobox', { name: 'Dates to measure on' }).selectOption({ label: '200 dates' });
    await measured(/ seed 1/);
    await frame.getByRole('button', { name: 'Measure Again on Other Dates' }).click();
    await measured(/ seed 2/);
  });

  it('accuracy over length and distance is told by pointer, keys and table', async () => {
    const chart = frame.getByRole('application', { name: /^Right over/ });
    await frame.getByRole('radio', { name: 'Right over length of the input' }).click();
    await chart.focus();
    await workbench.page.keyboard.press('Home');
    const live = frame.locator('headlight-measured-dates p[aria-live]');
    await live
      .filter({ hasText: /^8–11 characters: recurrent [\d.]+ % \(\d+–\d+\) · Bahdanau/ })
      .waitFor({ state: 'attached' });
    await workbench.page.keyboard.press('ArrowRight');
    await live.filter({ hasText: /^12–15 characters/ }).waitFor({ state: 'attached' });
    const { x, y, width, height } = (await chart.boundingBox())!;
    await workbench.page.mouse.move(x + Math.min(width, 460) * 0.95, y + height / 2);
    await frame
      .locator('headlight-measured-dates headlight-hover-note:visible', {
        hasText: /3\d(–3\d)? characters.*transformer/s,
      })
      .first()
      .waitFor();
    await workbench.page.mouse.move(5, 5);
    await chart.focus();
    await workbench.page.keyboard.press('t');
    const table = part('Right over length of the input: table');
    await table.waitFor();
    let of = 0;
    for (const each of await table.locator('tbody tr').all()) {
      of += Number(await each.locator('td').first().innerText());
    }
    assert.equal(of, 200);
    await frame.getByRole('radio', { name: 'Right over distance' }).click();
    await part('Right over distance: table').locator('tbody tr').nth(1).waitFor();
    of = 0;
    for (const each of await part('Right over distance: table').locator('tbody tr').all()) {
      of += Number((await each.locator('td').first().innerText()).replace(',', ''));
    }
    assert.equal(of, 600);
    assert.deepEqual(await seriousViolations(workbench, 'headlight-mechanisms'), []);
    await frame.getByRole('button', { name: 'Hide Table' }).click();
    await chart.waitFor();
  });

  for (const [label, file, check] of [
    ['SVG…', 'measured.svg', /<svg [\s\S]*Right over distance/],
    ['PNG…', 'measured.png', /^.PNG/],
    ['HTML…', 'measured.html', /<caption>Recurrent and attention<\/caption>/],
    ['CSV…', 'measured.csv', /^text,right,way,length,year distance,/],
    ['JSON…', 'measured.json', /"claim": "long sequences"/],
  ] as const) {
    it(`what was measured is exported as ${label.slice(0, -1)}`, async () => {
      await frame.locator('headlight-measured-dates').getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('menuitem', { name: label }).click();
      await workbench.answer(session.inWorkspace(file));
      await workbench.page.getByText(`Saved ${file}`).first().waitFor();
      assert.match(readFileSync(session.inWorkspace(file), 'latin1'), check);
    });
  }

  for (const [label, file, check] of [
    ['SVG…', 'four.svg', /<svg [\s\S]*Luong \(multiplicative\): 1943-03-14, right/],
    ['PNG…', 'four.png', /^.PNG/],
    ['HTML…', 'four.html', /<caption>Transformer: what each digit looks at<\/caption>/],
    ['CSV…', 'four.csv', /^mechanism,step,digit,probability,position,character,value\r\nnone,/],
    ['JSON…', 'four.json', /"mechanism": "transformer"/],
  ] as const) {
    it(`is exported as ${label.slice(0, -1)}`, async () => {
      await frame.getByRole('combobox', { name: 'Another example' }).selectOption(exampleDates[0]);
      await answered('1943-03-14');
      await frame.locator('.bar').getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('menuitem', { name: label }).click();
      await workbench.answer(session.inWorkspace(file));
      await workbench.page.getByText(`Saved ${file}`).first().waitFor();
      assert.match(readFileSync(session.inWorkspace(file), 'latin1'), check);
    });
  }

  it('can be read in every theme, at 600 pixels too', async () => {
    await frame.getByRole('button', { name: 'Where does the month come from?' }).click();
    await answered('1996-02-29');
    await frame.getByRole('radio', { name: 'Right over length of the input' }).click();
    const scroll = (to: string) =>
      frame.locator('headlight-mechanisms').evaluate((panel, selector) => {
        panel.shadowRoot!.querySelector(selector)!.scrollIntoView({ block: 'start' });
      }, to);
    const size = workbench.page.viewportSize()!;
    const inAllThemes = async (name: string) => {
      for (const [theme, short] of [...otherThemes, ['Dark Modern', '']] as const) {
        await workbench.chooseTheme(theme);
        await workbench.page.waitForTimeout(500);
        assert.deepEqual(await seriousViolations(workbench, 'headlight-mechanisms'), [], theme);
        for (const [selector, what] of [
          ['.bar', ''],
          ['.below', '-measured'],
        ]) {
          await scroll(selector);
          await workbench.screenshot([`${name}${what}`, short].filter(Boolean).join('-'));
        }
      }
    };
    await workbench.page.setViewportSize({ width: 1600, height: 900 });
    await workbench.runCommand('View: Toggle Maximize Editor Group');
    await inAllThemes('mechanisms');
    await workbench.runCommand('View: Toggle Maximize Editor Group');
    await workbench.page.setViewportSize({ width: 1600, height: 1000 });
    await workbench.widen(frame, 600);
    const tops = await frame
      .locator('.four > section')
      .evaluateAll(all => all.map(each => Math.round(each.getBoundingClientRect().top)));
    assert.equal(new Set(tops).size, 2, 'two columns');
    assert.equal(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await inAllThemes('mechanisms-600');
    await scroll('.words');
    await workbench.screenshot('mechanisms-600-words');
    await frame.locator('.claims').evaluate(claims => claims.scrollIntoView());
    await workbench.screenshot('mechanisms-600-claims');
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
