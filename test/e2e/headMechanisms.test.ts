import assert from 'node:assert/strict';
import { elements, parseXml } from '../unit/export/xml';
import { seriousViolations } from './support/axe';
import { openedSvg } from './support/openedOffline';
import { readableInThemes } from './support/readableInThemes';
import { usePanel } from './support/usePanel';

interface SavedMechanisms {
  readonly mechanisms: readonly {
    readonly mechanism: string;
    readonly row: readonly number[];
    readonly ofRow: { readonly bits: number; readonly change: number };
    readonly matrix: { readonly data: readonly number[] };
  }[];
}

/** One head by many mechanisms: its numbers against the shipped model's, what can be set, keys, themes, exports. */
describe('one head, many mechanisms', () => {
  const { session, workbench, panel, reference, shipped } = usePanel();
  const n = reference.ids.length;

  const view = () => panel.frame.locator('headlight-head-mechanisms');
  const card = (id: string) => view().locator(`.card[data-id="${id}"]`);
  const label = async (id: string) => (await card(id).getAttribute('aria-label')) ?? '';
  const waitFor = (id: string, text: RegExp) =>
    panel.frame.waitForFunction(
      ([name, source]) => {
        const all: Element[] = [];
        const walk = (root: ParentNode) => {
          for (const each of root.querySelectorAll('*')) {
            if (each.matches(`.card[data-id="${name}"]`)) all.push(each);
            if (each.shadowRoot) walk(each.shadowRoot);
          }
        };
        walk(document);
        return all.some(each => new RegExp(source).test(each.getAttribute('aria-label') ?? ''));
      },
      [id, text.source] as const,
    );

  before(async () => {
    await panel.chooseHead('2.1');
    await panel.chooseToken(25);
    await panel.show('Mechanisms');
    await card('lowRank').waitFor();
  });

  /** What a softmax over some keys of the shipped model's row gives: the scores are its logarithms. */
  const masked = (sees: (key: number) => boolean) => {
    const row = Array.from({ length: n }, (_, key) => (key <= 25 && sees(key) ? shipped('2.1', 25, key) : 0));
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map(weight => weight / sum);
  };

  it('its own mechanism is the shipped model’s row; window, sinks and top-k are that row, masked', async () => {
    const json = await panel.save(/^JSON/, session.inWorkspace('mechanisms.json'));
    const { mechanisms } = JSON.parse(json.toString('utf8')) as SavedMechanisms;
    const of = (id: string) => mechanisms.find(({ mechanism }) => mechanism === id)!;
    const own = masked(() => true);
    const strongest = [...own.keys()].sort((a, b) => own[b] - own[a]).slice(0, 4);
    const expected: Readonly<Record<string, readonly number[]>> = {
      scaled: own,
      window: masked(key => key > 25 - 8),
      dilated: masked(key => (25 - key) % 2 === 0 && 25 - key < 16),
      sinks: masked(key => key < 1 || key > 25 - 8),
      topK: masked(key => strongest.includes(key)),
    };
    for (const [id, row] of Object.entries(expected)) {
      const { row: found, ofRow, matrix } = of(id);
      for (const [key, weight] of row.entries()) {
        assert.ok(Math.abs(found[key] - weight) < 2e-3, `${id}, key ${key}: ${found[key]}, ${weight}`);
      }
      assert.equal(matrix.data.length, n * n);
      const between = row.map((weight, key) => (weight + own[key]) / 2);
      const from = (one: readonly number[]) =>
        one.reduce((sum, weight, key) => sum + (weight > 0 ? weight * Math.log2(weight / between[key]) : 0), 0);
      const bits = (from(row) + from(own)) / 2;
      assert.ok(Math.abs(ofRow.bits - bits) < 5e-3, `${id}: ${ofRow.bits}, ${bits}`);
      if (id !== 'scaled') assert.match(await label(id), new RegExp(`: ${ofRow.bits.toFixed(2)} bits, `));
    }
    assert.match(await label('additive'), /additive, random weights/);
    assert.match((await card('additive').getAttribute('aria-description')) ?? '', /not ranked/);
    await workbench.screenshot('head-mechanisms-dark', true);
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('keys go from mechanism to mechanism, and to another token', async () => {
    const { keyboard } = workbench.page;
    await view().locator('.card[tabindex="0"]').focus();
    await keyboard.press('Home');
    await view().locator('.card[data-id="scaled"][aria-selected=true]:focus').waitFor();
    await keyboard.press('ArrowRight');
    await view().locator('.card[data-id="unscaled"][aria-selected=true]:focus').waitFor();
    const before = await label('window');
    await keyboard.press('PageUp');
    await view().getByText('the row of token 24').waitFor();
    await keyboard.press('PageDown');
    await view().getByText('the row of token 25').waitFor();
    await waitFor('window', new RegExp(before.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  });

  it('a window as wide as the text is the head itself; costs follow what is set', async () => {
    await card('window').locator('b').click();
    const field = view().locator('.set input');
    await field.fill('64');
    await field.press('Enter');
    await waitFor('window', /sliding window 64/);
    assert.equal(
      (await label('window')).replace('sliding window 64', 'scaled dot product').split(';')[0],
      (await label('scaled')).split(';')[0],
    );
    const cells = await view().locator('.costs tr.chosen').innerText();
    assert.match(cells, /sliding window 64/);
    await field.fill('8');
    await field.press('Enter');
    await waitFor('window', /sliding window 8/);
    assert.match(
      await view().locator('.costs tr.chosen').innerText(),
      new RegExp(`${Math.round((2 * n * 8 * 32) / 1000)} K\\s+${4 * n * 8}\\s+4\\.2 M\\s+262 K\\s+scores\\s+n$`),
    );
  });

  it('undoing √d: the scaled dot product becomes the unscaled one, and the entropy falls', async () => {
    const entropy = async () => Number(/entropy ([\d.]+)/.exec(await view().locator('.temperature').innerText())?.[1]);
    const [before, unscaled] = [await entropy(), (await label('unscaled')).split(':')[1].split(';')[0]];
    await view().getByRole('button', { name: 'Undo √d' }).click();
    await waitFor('scaled', new RegExp(`:${unscaled.replace(/[.]/g, '\\.')};`));
    assert.ok((await entropy()) < before);
    await view().getByRole('button', { name: 'Take the sink away' }).click();
    await waitFor('sinks', /sinks 0 \+ window 8/);
    await view().locator('.card[data-id="sinks"][aria-selected=true]').waitFor();
  });

  it('what is set in quick succession is all computed: the second does not lose the first', async () => {
    const sinks = view().locator('.set input').first();
    await sinks.fill('1');
    await sinks.press('Enter');
    await waitFor('sinks', /sinks 1 \+ window 8/);
    await view().evaluate(async part => {
      for (const name of ['Take the sink away', 'Performer with 8 features']) {
        [...part.shadowRoot!.querySelectorAll('button')]
          .find(({ textContent }) => textContent.trim() === name)!
          .click();
        await (part as HTMLElement & { readonly updateComplete: Promise<unknown> }).updateComplete;
      }
    });
    await waitFor('performer', /Performer, 8 features/);
    await waitFor('sinks', /sinks 0 \+ window 8/);
  });

  it('put back: its own mechanism changes nothing in the model, a bare window in all heads does, and one run can be given up', async () => {
    const section = view().getByRole('region', { name: 'Put it back' });
    const scope = (name: string) => section.getByRole('radio', { name });
    const run = section.getByRole('button', { name: 'Run' });
    await view().getByLabel('Temperature').fill('0');
    await card('scaled').locator('b').click();
    await scope('All 24 heads').click();
    await run.click();
    await section.getByRole('status').waitFor();
    const told = async () => {
      const text = (await section.getByRole('status').innerText()).replace(/\s+/g, ' ').trim();
      const [, heads, bits, before, after] =
        /^(\d+|One) heads? put back: ([<\d.]+) bits KL as the mean of 31 positions · perplexity of 30 tokens of this text ([\d.,]+) → ([\d.,]+)\.$/.exec(
          text,
        ) ?? assert.fail(text);
      return { heads, bits, before: Number(before.replace(',', '')), after: Number(after.replace(',', '')) };
    };
    const own = await told();
    assert.equal(own.heads, '24');
    assert.match(own.bits, /^(0|<0\.001)$/);
    assert.equal(own.after, own.before);
    await card('window').locator('b').click();
    await section.getByRole('status').waitFor({ state: 'detached' });
    await run.click();
    await section.getByRole('status').waitFor();
    const window = await told();
    assert.ok(Number(window.bits) > 0.1 && window.before === own.before && window.after !== own.after);
    await scope('Head 2.1 alone').press(' ');
    await section.getByRole('status').waitFor({ state: 'detached' });
    await run.press('Enter');
    await section.getByRole('status').waitFor();
    const one = await told();
    assert.equal(one.heads, 'One');
    assert.ok(Number(one.bits.replace('<', '')) < Number(window.bits));
    assert.equal(await section.getByRole('region', { name: 'so far' }).locator('tbody tr').count(), 3);
    await section.scrollIntoViewIfNeeded();
    await workbench.screenshot('put-back-dark');
    assert.deepEqual(await seriousViolations(workbench), []);

    await card('linear').locator('b').click();
    await scope('All 24 heads').click();
    // Both within the page, so that the run cannot be over before it is given up.
    await view()
      .locator('headlight-put-back')
      .evaluate(async part => {
        for (const name of ['Run', 'Cancel']) {
          await (part as HTMLElement & { readonly updateComplete: Promise<unknown> }).updateComplete;
          [...part.shadowRoot!.querySelectorAll('button')]
            .find(({ textContent }) => textContent.trim() === name)!
            .click();
        }
      });
    await run.waitFor();
    assert.equal(await section.getByRole('status').count(), 0);
    await card('sinks').locator('b').click();
  });

  it('pointing at a picture and at the chart gives numbers; a table has all of them', async () => {
    await card('window')
      .locator('canvas')
      .hover({ position: { x: 20, y: 100 } });
    await view().locator('headlight-hover-note', { hasText: 'sliding window 8' }).waitFor();
    await view().locator('.chart svg[role=img]').hover();
    await view()
      .locator('headlight-hover-note', { hasText: /n = \d/ })
      .waitFor();
    await view().getByRole('button', { name: 'Show as Table' }).click();
    const rows = view().getByRole('region', { name: 'Distances of each mechanism' }).locator('tbody tr');
    assert.equal(await rows.count(), 12);
    assert.equal(
      await view().getByRole('region', { name: 'The row by each mechanism' }).locator('tbody tr').count(),
      26,
    );
    await workbench.screenshot('head-mechanisms-table');
    assert.deepEqual(await seriousViolations(workbench), []);
    await view().getByRole('button', { name: 'Show Pictures' }).click();
    await card('scaled').waitFor();
  });

  it('SVG and CSV hold what is shown', async () => {
    const svg = (await panel.save(/SVG/, session.inWorkspace('mechanisms.svg'))).toString('utf8');
    assert.ok(elements(parseXml(svg), 'text').some(({ text }) => text.startsWith('sinks 0 + window 8')));
    await openedSvg(workbench, svg, 'exported-mechanisms');
    const csv = (await panel.save(/CSV/, session.inWorkspace('mechanisms.csv'))).toString('utf8');
    const lines = csv.trim().split('\r\n');
    assert.equal(lines.length, 16);
    assert.match(lines[14], /^window,window 8,(,)+all,1,[\d.]+,[\d.]+,31,[\d.]+,[\d.]+$/);
    assert.ok(
      elements(parseXml(svg), 'text').some(({ text }) => text.startsWith('Put back: sliding window 8 in all heads')),
    );
  });

  it('at 600 pixels the pictures stand in two columns, and nothing reaches out', async () => {
    const { page } = workbench;
    const before = page.viewportSize()!;
    await panel.widen(600);
    const lefts = await view()
      .locator('.card')
      .evaluateAll(all => all.map(one => Math.round(one.getBoundingClientRect().left)));
    assert.equal(new Set(lefts).size, 2);
    assert.ok(await view().evaluate(one => one.scrollWidth <= one.clientWidth));
    await workbench.screenshot('head-mechanisms-600');
    await view().locator('.below').scrollIntoViewIfNeeded();
    await workbench.screenshot('head-mechanisms-600-below');
    await page.setViewportSize(before);
  });

  readableInThemes(
    { workbench, panel },
    {
      'head-mechanisms': () => card('scaled'),
      'put-back': () => view().locator('.below'),
    },
  );

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
