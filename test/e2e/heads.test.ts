import assert from 'node:assert/strict';
import { seriousViolations } from './support/axe';
import { usePanel } from './support/usePanel';

/** Several heads at once, what they are sorted by, and a part of the matrix made larger. */
describe('several heads', () => {
  const { workbench, panel, reference, shipped } = usePanel();

  const cell = (name: string) => panel.frame.getByRole('gridcell', { name: `Head ${name}`, exact: true });
  const selected = () =>
    panel.frame
      .locator('headlight-heads [role=gridcell][aria-selected=true]')
      .evaluateAll(cells => cells.map(one => one.getAttribute('data-head')));
  const heading = (text: RegExp) => panel.frame.locator('section.matrix h2', { hasText: text });

  it('are selected by Ctrl and Shift, by keys, by layer, all at once, and cleared', async () => {
    await cell('1.1').click();
    await cell('2.1').click({ modifiers: ['Control'] });
    await cell('3.4').click({ modifiers: ['Control'] });
    assert.deepEqual(await selected(), ['1.1', '2.1', '3.4']);
    await heading(/^\s*Mean of 3 heads/i).waitFor();
    await cell('0.2').click();
    await workbench.page.keyboard.press('Shift+ArrowRight');
    await workbench.page.keyboard.press('Shift+ArrowRight');
    assert.deepEqual(await selected(), ['0.2', '0.3', '0.4']);
    await workbench.page.keyboard.press('Control+ArrowDown');
    await workbench.page.keyboard.press(' ');
    assert.deepEqual(await selected(), ['0.2', '0.3', '0.4', '1.4']);
    await panel.frame.getByRole('rowheader', { name: /^Layer 2:/ }).click();
    assert.deepEqual(
      await selected(),
      [0, 1, 2, 3, 4, 5].map(head => `2.${head}`),
    );
    await panel.frame.getByRole('button', { name: 'Select all heads' }).click();
    assert.equal((await selected()).length, 24);
    await panel.frame.getByRole('button', { name: 'Clear' }).click();
    assert.equal((await selected()).length, 1);
  });

  it('are shown as the mean or the maximum of their own numbers', async () => {
    const names = ['1.1', '2.1', '3.4'];
    await cell('1.1').click();
    for (const name of names.slice(1)) await cell(name).click({ modifiers: ['Control'] });
    await panel.chooseToken(25);
    for (const [label, how] of [
      ['mean', (w: number[]) => w.reduce((a, b) => a + b) / w.length],
      ['max', (w: number[]) => Math.max(...w)],
    ] as const) {
      await panel.frame
        .getByRole('radiogroup', { name: 'Of the selected heads' })
        .getByText(label, { exact: true })
        .click();
      for (const { key, weight } of await panel.table()) {
        const expected = how(names.map(name => shipped(name, 25, key)));
        assert.ok(Math.abs(weight - expected) < 6e-5, `${label} of key ${key}: ${weight} against ${expected}`);
      }
    }
    await workbench.screenshot('several-heads');
  });

  it('have lines of their own', async () => {
    await panel.frame.getByRole('tab', { name: 'Lines' }).click();
    await panel.frame.locator('headlight-lines canvas').waitFor();
    assert.equal(await panel.frame.locator('headlight-lines .legend li').count(), 3);
    await workbench.screenshot('lines-several-heads');
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
  });

  it('are sorted by a measure, and listed in a table', async () => {
    await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('previous');
    await panel.frame.getByRole('rowheader', { name: /^Heads 1 to 6 by previous/ }).waitFor();
    const order = await panel.frame
      .locator('headlight-heads [role=gridcell]')
      .evaluateAll(cells => cells.map(one => one.getAttribute('title') ?? ''));
    const values = order.map(title => Number(/ <?([\d.]+)$/.exec(title)?.[1]));
    assert.equal(values.length, 24);
    values.forEach((value, i) => assert.ok(i === 0 || value <= values[i - 1] + 0.005, order.join(', ')));
    await panel.frame.getByRole('button', { name: 'Show the heads as a table' }).click();
    assert.equal(await panel.frame.locator('headlight-overview-table tbody tr').count(), 24);
    assert.deepEqual(await seriousViolations(workbench), []);
    await panel.frame.getByRole('button', { name: 'Show the heads as a table' }).click();
    assert.deepEqual(await seriousViolations(workbench), []);
    await workbench.screenshot('heads-sorted');
  });

  it('the matrix is zoomed by keys, and the pointer finds its cells', async () => {
    await cell('2.1').click();
    await panel.press('0', '+', '+', '+');
    const { query, key, weight } = await panel.hoverCell(0.45, 0.5);
    assert.ok(Math.abs(weight - shipped('2.1', query, key)) < 0.006, `${query} → ${key}: ${weight}`);
    await workbench.screenshot('matrix-zoomed');
    const before = await panel.hoverCell(0.02, 0.98);
    await panel.press('0');
    const whole = await panel.hoverCell(0.02, 0.98);
    assert.equal(whole.query, reference.ids.length - 1);
    assert.ok(before.query < whole.query, `${before.query}`);
  });

  it('the matrix is zoomed by the wheel and a double click, and dragged', async () => {
    const { mouse, keyboard } = workbench.page;
    const last = reference.ids.length - 1;
    const lowest = async () => (await panel.hoverCell(0.02, 0.98)).query;
    assert.equal(await lowest(), last);
    await panel.hoverCell(0.5, 0.5);
    await keyboard.down('Control');
    await mouse.wheel(0, -200);
    await keyboard.up('Control');
    const zoomed = await lowest();
    assert.ok(zoomed < last, `${zoomed}`);
    const box = (await panel.matrix.locator('.ring').boundingBox())!;
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await mouse.down();
    await mouse.move(box.x + box.width / 2, box.y + box.height / 4, { steps: 5 });
    await mouse.up();
    const dragged = await lowest();
    assert.ok(dragged > zoomed, `${dragged} after ${zoomed}`);
    await panel.press('0');
    assert.equal(await lowest(), last);
    await mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    assert.ok((await lowest()) < last);
    await panel.press('0');
  });

  it('a range is brushed with Shift, by keys, and zoomed to, and the editor shows its tokens', async () => {
    const { mouse, keyboard } = workbench.page;
    const box = (await panel.matrix.locator('.ring').boundingBox())!;
    const note = panel.frame.locator('headlight-range p');
    const sums = (first: number, last: number, firstKey: number, lastKey: number) => {
      let mass = 0;
      for (let query = first; query <= last; query++) {
        for (let key = firstKey; key <= Math.min(lastKey, query); key++) mass += shipped('2.1', query, key);
      }
      return mass / (last - first + 1);
    };
    const check = async () => {
      const found = /^(\d+)–(\d+) → (\d+)–(\d+): mass ([\d.]+)/.exec(await note.innerText());
      assert.ok(found, await note.innerText());
      const [first, last, firstKey, lastKey, mass] = found.slice(1).map(Number);
      const expected = sums(first, last, firstKey, lastKey);
      assert.ok(Math.abs(mass - expected) < 0.006, `${mass} against ${expected}`);
      return { first, last, firstKey, lastKey };
    };
    await keyboard.down('Shift');
    await mouse.move(box.x + box.width * 0.15, box.y + box.height * 0.55);
    await mouse.down();
    await mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.9, { steps: 5 });
    await mouse.up();
    await keyboard.up('Shift');
    const dragged = await check();
    assert.ok(dragged.last > dragged.first + 5 && dragged.lastKey > dragged.firstKey + 5, JSON.stringify(dragged));
    await workbench.highlights.first().waitFor();
    await workbench.screenshot('matrix-brushed');
    await panel.press('z');
    const lowest = (await panel.hoverCell(0.02, 0.98)).query;
    assert.ok(lowest >= dragged.last && lowest < reference.ids.length - 1, `${lowest}`);
    await panel.press('Escape', '0');
    await note.waitFor({ state: 'detached' });
    await panel.frame.locator('headlight-bar').hover();
    await workbench.highlights.first().waitFor({ state: 'detached' });
    await panel.chooseToken(20);
    await panel.press('Home', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowRight');
    assert.deepEqual(await check(), { first: 20, last: 22, firstKey: 0, lastKey: 1 });
    assert.deepEqual(await seriousViolations(workbench), []);
    await panel.frame.getByRole('button', { name: 'Clear the range' }).click();
    await panel.frame.getByRole('button', { name: 'Zoom in' }).click();
    await panel.frame.getByRole('button', { name: 'Zoom in' }).click();
    assert.ok((await panel.hoverCell(0.02, 0.98)).query < reference.ids.length - 1);
  });

  it('come back after a reload, with the part of the matrix that was in sight', async () => {
    await cell('1.1').click();
    await cell('3.4').click({ modifiers: ['Control'] });
    await panel.frame.getByRole('radiogroup', { name: 'Scale' }).getByText('log', { exact: true }).click();
    await panel.press('+');
    const { query: lowest } = await panel.hoverCell(0.02, 0.98);
    // What was chosen is told to the host with a pause.
    await workbench.page.waitForTimeout(500);
    await workbench.reloadWindow();
    await panel.find();
    await panel.picture();
    // With the values under the heads the overview is higher, and the matrix lower.
    await panel.frame.locator('headlight-heads .caption').first().waitFor({ state: 'attached' });
    await workbench.page.waitForTimeout(500);
    assert.deepEqual((await selected()).sort(), ['1.1', '3.4']);
    await panel.frame
      .getByRole('radiogroup', { name: 'Scale' })
      .locator('[aria-checked=true]', { hasText: 'log' })
      .waitFor();
    assert.equal((await panel.hoverCell(0.02, 0.98)).query, lowest);
  });

  it('are drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
