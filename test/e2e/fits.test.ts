import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { Session } from './support/session';
import { modelBytes } from '../unit/onnx/support/modelBytes';
import { seriousViolations } from './support/axe';
import type { AttentionPanel } from './support/attentionPanel';
import type { Workbench } from './support/workbench';
import { usePanel } from './support/usePanel';
import { type SuiteWorkbench, useWorkbench } from './support/useWorkbench';

/** A laptop's window, the sidebar open. */
const laptop = { width: 1280, height: 720 };

/** The panel at a laptop's size: the picture in sight, heads and text folded; Steps; a ranking; what is said beside them. */
describe('the panel fits', () => {
  const { workbench, panel, reference } = usePanel();

  const overview = () => panel.frame.locator('headlight-overview');
  const fold = (name: 'Heads' | 'The text') => panel.frame.getByRole('button', { name, exact: true });
  const isFolded = async (name: 'Heads' | 'The text') => (await fold(name).getAttribute('aria-expanded')) === 'false';
  const inSight = async (selector: string) => {
    const box = await panel.frame
      .locator(selector)
      .first()
      .evaluate(part => {
        const { top, bottom } = part.getBoundingClientRect();
        return { top, bottom, height: innerHeight };
      });
    assert.ok(box.top >= 0 && box.top < box.height - 200, `${selector}: ${JSON.stringify(box)}`);
    return box;
  };
  const widen = (width: number) => widenPanel(workbench, panel, width);

  before(async () => {
    await workbench.showSidebar();
    await workbench.page.setViewportSize(laptop);
    await panel.picture();
  });

  it('folds heads and text by itself where they would push the picture out of sight', async () => {
    await overview().locator('.folded').waitFor();
    assert.ok(await isFolded('Heads'));
    assert.ok(await isFolded('The text'));
    const { bottom, height } = await inSight('.stage');
    assert.ok(bottom <= height + 1, `the matrix ends at ${bottom} of ${height}`);
    await workbench.screenshot('fits-1280-dark');
    await workbench.chooseTheme('Light Modern');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('fits-1280-light');
    await workbench.chooseTheme('Dark Modern');
    await widen(620);
    const wide = await inSight('.stage');
    assert.ok(wide.bottom <= wide.height + 1, `the matrix ends at ${wide.bottom} of ${wide.height}`);
    await workbench.screenshot('fits-620-dark');
  });

  it('folded, heads are cells coloured by a measure, and the text is one line round the chosen token', async () => {
    const cells = overview().getByRole('gridcell');
    assert.equal(await cells.count(), 24);
    await overview().getByRole('combobox', { name: 'Color heads by' }).selectOption('previous');
    const colors = new Set(await cells.evaluateAll(all => all.map(one => getComputedStyle(one).backgroundColor)));
    assert.ok(colors.size > 4, [...colors].join(' '));
    await panel.chooseHead('2.1');
    await panel.frame.locator('section.matrix h2', { hasText: 'Head 2.1' }).waitFor();
    const { height } = (await panel.frame.locator('headlight-text').boundingBox())!;
    assert.ok(height < 30, `${height}`);
    for (const index of [3, reference.ids.length - 2]) {
      await panel.chooseToken(index);
      await panel.press('Home');
      const [text, token] = await Promise.all(
        [panel.frame.locator('headlight-text'), panel.tokens.nth(index)].map(part => part.boundingBox()),
      );
      assert.ok(token!.x >= text!.x - 1 && token!.x + token!.width <= text!.x + text!.width + 1, `token ${index}`);
    }
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('keys go through the folded cells, and to the names of rows and columns', async () => {
    const { keyboard } = workbench.page;
    await panel.chooseHead('1.2');
    await keyboard.press('ArrowRight');
    await panel.frame.locator('section.matrix h2', { hasText: 'Head 2.2' }).waitFor();
    for (let i = 0; i < 3; i++) await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await panel.frame.getByText('6 heads selected').waitFor();
    await panel.frame.getByRole('button', { name: 'Clear' }).click();
  });

  for (const name of ['Lines', 'Text', 'Steps', 'Logit Lens'] as const) {
    it(`${name}: its picture is in sight`, async () => {
      await panel.show(name);
      await panel.frame.locator(`[role=tabpanel][aria-label="${name}"]`).waitFor();
      await inSight('.stage');
    });
  }

  it('stays folded or open as the user left it, over a reload', async () => {
    await panel.show('Matrix');
    await fold('Heads').click();
    await overview().getByRole('button', { name: 'Select all heads' }).waitFor();
    assert.ok(!(await isFolded('Heads')) && (await isFolded('The text')));
    await workbench.page.waitForTimeout(500);
    await workbench.reloadWindow();
    await panel.find();
    await panel.picture();
    assert.ok(!(await isFolded('Heads')) && (await isFolded('The text')));
    await fold('Heads').click();
  });

  it('Steps stands in one line a key from 600 pixels on', async () => {
    await panel.show('Steps');
    for (const [width, lines] of [
      [620, [[1, 2, 3, 4, 5, 6]]],
      [600, [[1, 2, 3, 4, 5, 6]]],
      [
        500,
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      [
        400,
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
    ] as const) {
      await widen(width);
      const headers = panel.frame.locator('headlight-steps-table [role=columnheader][data-column]');
      await headers.first().waitFor();
      const found = await headers.evaluateAll(all =>
        all.map(one => {
          const { left, top, right } = one.getBoundingClientRect();
          return {
            number: parseInt(one.textContent.trim()),
            left,
            right,
            top: Math.round(top),
            cut: one.scrollWidth > one.clientWidth + 1,
          };
        }),
      );
      const numbered = found.filter(({ number }) => number > 0);
      const inLines = [...new Set(numbered.map(({ top }) => top))]
        .sort((a, b) => a - b)
        .map(line =>
          numbered
            .filter(({ top }) => top === line)
            .sort((a, b) => a.left - b.left)
            .map(({ number }) => number),
        );
      assert.deepEqual(inLines, lines, `${width}`);
      assert.deepEqual(
        found.filter(({ cut }) => cut),
        [],
        `headers at ${width}`,
      );
      const table = await panel.frame
        .locator('headlight-steps-table .scroller')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      assert.ok(table <= 1, `${table} pixels too wide at ${width}`);
      await workbench.screenshot(`fits-steps-${width}`);
    }
  });

  it('at 400 pixels another tab begins with its picture', async () => {
    await widen(400);
    await panel.show('Matrix');
    for (const name of ['Heads', 'The text'] as const) if (await isFolded(name)) await fold(name).click();
    for (const name of ['Lines', 'Steps', 'Matrix'] as const) {
      await panel.frame.locator('headlight-attention').evaluate(scroller => scroller.scrollTo(0, 0));
      await panel.show(name);
      await workbench.page.waitForTimeout(300);
      const { top } = await inSight('.matrix');
      assert.ok(top < 90, `${name} begins at ${top}`);
      await workbench.screenshot(`fits-400-${name.toLowerCase()}`);
    }
  });

  it('a ranking ends in the overview, sorted by effect, with the value on each thumbnail', async () => {
    await widen(620);
    await panel.show('Matrix');
    await panel.frame.getByRole('button', { name: 'Rank All Heads by Effect' }).click();
    await overview()
      .getByRole('rowheader', { name: /by effect/ })
      .first()
      .waitFor({ timeout: 60_000 });
    assert.ok(!(await isFolded('Heads')));
    const captions = await overview().locator('.caption').allInnerTexts();
    assert.equal(captions.length, 24);
    const values = captions.map(text => Number(text.split('\n')[1].replace('≈', '')));
    values.forEach((value, i) => assert.ok(i === 0 || value <= values[i - 1], captions.join(' ')));
    assert.equal(await overview().getByRole('combobox').inputValue(), 'effect');
    await workbench.screenshot('fits-ranking-dark');
    await workbench.chooseTheme('Light Modern');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('fits-ranking-light');
    await workbench.chooseTheme('Dark Modern');
    await overview().getByRole('combobox').selectOption('induction');
    await overview()
      .getByRole('rowheader', { name: /by induction/ })
      .first()
      .waitFor();
    assert.equal(await overview().locator('.caption').count(), 24);
    assert.deepEqual(await seriousViolations(workbench), []);
    await overview().getByRole('combobox').selectOption('layer');
    assert.equal(await overview().locator('.caption').count(), 0);
    assert.equal(await overview().getByRole('columnheader').count(), 6);
  });

  it('labels are whole, and the text stands in the Text tab once', async () => {
    await panel.show('Text');
    await panel.frame.locator('headlight-unit-text').waitFor();
    assert.equal(await panel.frame.locator('headlight-text').count(), 0);
    await workbench.screenshot('fits-text');
    await panel.show('Matrix');
    await panel.frame.getByRole('button', { name: 'Switch Off' }).click();
    await panel.frame.locator('headlight-effect table').waitFor();
    const cut = await panel.frame
      .locator('headlight-effect :is(caption, label, thead th), section.matrix .tools h2 span')
      .evaluateAll(all =>
        all.filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map(one => one.textContent),
      );
    assert.deepEqual(cut, []);
    await panel.frame.locator('headlight-effect').scrollIntoViewIfNeeded();
    await workbench.screenshot('fits-effect');
    await panel.frame.getByRole('button', { name: 'Switch On' }).click();
  });

  it('what was written stands beside its slider', async () => {
    await panel.frame.getByRole('button', { name: 'Continue the Text' }).click();
    const slider = panel.frame.locator('headlight-continue input[type=range]');
    await slider.waitFor();
    await slider.focus();
    await workbench.page.keyboard.press('End');
    const written = panel.frame.getByRole('region', { name: 'What was written' });
    const whole = await written.innerText();
    assert.ok(whole.length > 5, whole);
    await workbench.page.keyboard.press('ArrowLeft');
    await written.locator('.dim', { hasText: /./ }).waitFor();
    assert.equal((await written.innerText()).trim(), whole.trim());
    await written.scrollIntoViewIfNeeded();
    await workbench.screenshot('fits-generation');
  });

  it('the status bar says that the lens is on, and switches it off', async () => {
    const sign = workbench.statusBarItem(/^\s*Lens/);
    assert.equal(await sign.count(), 0);
    await workbench.runCommand('Headlight: Toggle Attention Lens');
    await sign.waitFor();
    await workbench.screenshot('fits-lens');
    await sign.click();
    await sign.waitFor({ state: 'detached' });
  });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});

/** Makes a laptop's window so wide that the panel has a width. */
async function widenPanel({ page }: Workbench, panel: AttentionPanel, width: number): Promise<void> {
  await page.setViewportSize({ ...page.viewportSize()!, height: laptop.height });
  await panel.widen(width);
}

/** Writes a graph of so many layers and heads, whose weights are those of its input alone, and that input. */
async function writeDeepGraph(
  session: Session,
  { layers, heads, width, positions }: { layers: number; heads: number; width: number; positions: number },
): Promise<void> {
  const through = Array.from({ length: layers }, (_, i) => i);
  const model = modelBytes({
    inputs: { x: [1, 'positions', width] },
    outputs: [`x${layers}`],
    nodes: through.flatMap(i => {
      const from = i === 0 ? 'x' : `x${i}`;
      return [
        {
          type: 'MultiHeadAttention',
          domain: 'com.microsoft',
          inputs: [from, from, from],
          outputs: [`y${i}`],
          attributes: { num_heads: { int: heads } },
        },
        { type: 'Add', inputs: [from, `y${i}`], outputs: [`x${i + 1}`] },
      ];
    }),
  });
  await writeFile(session.inWorkspace('deep.onnx'), model);
  const x = [
    Array.from({ length: positions }, (_, i) =>
      Array.from({ length: width }, (_, j) => Math.sin(i * (j + 1) * 0.7) / 2),
    ),
  ];
  await writeFile(
    session.inWorkspace('deep.inputs.json'),
    JSON.stringify({ x, labels: Array.from({ length: positions }, (_, i) => `t${i}`) }),
  );
}

/** A window in which such a graph is explained, in a panel of 620 pixels. */
function useDeepGraph(shape: Parameters<typeof writeDeepGraph>[1]): SuiteWorkbench {
  const suite = useWorkbench(session => writeDeepGraph(session, shape));
  const { workbench, panel } = suite;
  before(async () => {
    await workbench.showExplorer();
    await workbench.chooseFromMenu(workbench.explorerEntry('deep.onnx'), 'Explain Attention with Inputs…');
    await panel.find();
    await panel.picture();
    await widenPanel(workbench, panel, 620);
  });
  return suite;
}

/** 32 layers of 32 heads, as models of 7 billion parameters have. */
describe('the overview of 32 × 32 heads', () => {
  const { workbench, panel } = useDeepGraph({ layers: 32, heads: 32, width: 64, positions: 12 });

  it('has names on every part, thumbnails of 24 pixels and more, and is sorted', async () => {
    const overview = panel.frame.locator('headlight-overview');
    await workbench.screenshot('heads-1024-folded-dark');
    await panel.frame.getByRole('button', { name: 'Heads', exact: true }).click();
    await panel.frame.getByRole('button', { name: 'Select all heads' }).waitFor();
    const sizes = await overview
      .getByRole('gridcell')
      .evaluateAll(cells => cells.map(cell => cell.getBoundingClientRect()));
    assert.equal(sizes.length, 1024);
    const { width: least } = sizes.reduce((one, other) => (other.width < one.width ? other : one));
    assert.ok(least >= 24, `${least}`);
    assert.ok(sizes.every(({ right }) => right < 620 + sizes[0].left));
    assert.equal(await overview.getByRole('columnheader').count(), 32);
    assert.equal(await overview.getByRole('rowheader').count(), 64);
    await workbench.screenshot('heads-1024-open-dark');
    await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('previous');
    await panel.frame.getByRole('rowheader', { name: /^Heads 1 to / }).waitFor();
    assert.equal(await overview.locator('.caption').count(), 1024);
    await workbench.screenshot('heads-1024-sorted-dark');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});

/** 30 layers of 9 heads. */
describe('the overview of 270 heads', () => {
  const [layers, heads] = [30, 9];
  const { workbench, panel } = useDeepGraph({ layers, heads, width: 36, positions: 24 });

  const scrolling = () =>
    panel.frame.locator('headlight-overview').evaluate(overview => {
      const grid = overview.shadowRoot!.querySelector('headlight-heads')!;
      return [overview, grid]
        .filter(part => part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).overflowY !== 'visible')
        .map(part => part.localName);
    });

  const overview = () => panel.frame.locator('headlight-overview');

  /** How wide thumbnails are, and how far they and their names reach over the panel's side. */
  const thumbnails = () =>
    overview().evaluate(part => {
      const cells = [...part.shadowRoot!.querySelectorAll('headlight-heads:not(.places)')].flatMap(grid => [
        ...grid.shadowRoot!.querySelectorAll('[role=gridcell]'),
      ]);
      const boxes = cells.map(cell => cell.getBoundingClientRect());
      return {
        least: Math.min(...boxes.map(({ width: wide }) => wide)),
        most: Math.max(...boxes.map(({ width: wide }) => wide)),
        right: Math.max(...boxes.map(({ right }) => right)),
        room: part.getBoundingClientRect().right,
      };
    });

  it('has names on rows and columns, folded and open, and does not scroll in itself', async () => {
    const names = (role: 'rowheader' | 'columnheader') => overview().getByRole(role);
    for (const theme of ['dark', 'light'] as const) {
      await workbench.chooseTheme(theme === 'dark' ? 'Dark Modern' : 'Light Modern');
      await workbench.page.waitForTimeout(500);
      await workbench.screenshot(`heads-270-folded-${theme}`);
    }
    assert.equal(await names('rowheader').count(), heads);
    assert.equal(await names('columnheader').count(), layers);
    assert.equal(await panel.frame.getByRole('gridcell').count(), layers * heads);
    const stage = await panel.frame
      .locator('.stage')
      .evaluate(part => part.getBoundingClientRect().bottom - innerHeight);
    assert.ok(stage <= 1, `${stage}`);
    await panel.frame.getByRole('button', { name: 'Heads', exact: true }).click();
    await panel.frame.getByRole('button', { name: 'Select all heads' }).waitFor();
    assert.equal(await names('columnheader').count(), layers);
    assert.equal((await names('rowheader').count()) % heads, 0);
    assert.deepEqual(await scrolling(), []);
    const { least, right, room } = await thumbnails();
    assert.ok(least >= 24, `${least}`);
    assert.ok(right <= room && right > room - 40, `${right} of ${room}`);
    await workbench.screenshot('heads-270-open-light');
    await workbench.chooseTheme('Dark Modern');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('heads-270-open-dark');
  });

  it('has names in sight while the panel is scrolled', async () => {
    const name = overview().getByRole('columnheader', { name: 'Layer 20: select all of it' });
    await overview().getByRole('gridcell', { name: 'Head 20.8', exact: true }).scrollIntoViewIfNeeded();
    const tabs = await panel.frame.locator('headlight-tabs').boundingBox();
    await panel.frame.locator('.panel').evaluate(() => {
      document.scrollingElement!.scrollTop = 10_000;
    });
    const cell = overview().getByRole('gridcell', { name: 'Head 20.8', exact: true });
    await cell.evaluate(one => {
      document.scrollingElement!.scrollTop += one.getBoundingClientRect().top - 120;
    });
    const [named, lead] = [(await name.boundingBox())!, (await cell.boundingBox())!];
    assert.ok(
      named.y > tabs!.y && named.y < lead.y && Math.abs(named.x - lead.x) < 20,
      JSON.stringify({ named, lead }),
    );
    await workbench.screenshot('heads-270-scrolled-dark');
    await panel.frame.locator('.panel').evaluate(() => {
      document.scrollingElement!.scrollTop = 0;
    });
  });

  it('its thumbnails are larger and smaller by buttons and keys, and as large as the room lets them be', async () => {
    const usual = (await thumbnails()).least;
    await panel.frame.getByRole('button', { name: 'Larger thumbnails' }).click();
    await panel.frame.getByRole('button', { name: 'Larger thumbnails' }).click();
    const larger = await thumbnails();
    assert.ok(larger.least > usual && larger.right <= larger.room, JSON.stringify(larger));
    await workbench.screenshot('heads-270-larger-dark');
    await overview().locator('[role=gridcell][tabindex="0"]').focus();
    for (let presses = 0; presses < 7; presses++) await workbench.page.keyboard.press('-');
    await panel.frame
      .getByRole('button', { name: 'Smaller thumbnails' })
      .and(panel.frame.locator(':disabled'))
      .waitFor();
    assert.ok((await thumbnails()).least < 20);
    await workbench.page.keyboard.press('0');
    await panel.frame
      .getByRole('button', { name: /^Thumbnails of/ })
      .and(panel.frame.locator(':disabled'))
      .waitFor();
    assert.equal((await thumbnails()).least, usual);
  });

  it('sorted, has those above chance first and larger, names and values under each, and a strip of where they lie', async () => {
    await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('first');
    await panel.frame.getByRole('rowheader', { name: /^Heads 1 to / }).waitFor();
    const captions = await overview().locator('.caption').allInnerTexts();
    assert.equal(captions.length, layers * heads);
    assert.match(captions[0], /^\d+\.\d\s[\d.≈]+$/);
    const above = Number(/^(\d+) above chance/.exec(await overview().locator('.heading').first().innerText())?.[1]);
    const below = Number(/^(\d+) not above chance/.exec(await overview().locator('.heading').nth(1).innerText())?.[1]);
    assert.ok(above > 0 && above + below === layers * heads, `${above} ${below}`);
    const { least, most } = await thumbnails();
    assert.ok(least >= 28 && most >= 1.3 * least, `${least} ${most}`);
    const strip = panel.frame.getByRole('grid', { name: 'Where the heads lie' });
    assert.equal(await strip.getByRole('gridcell').count(), layers * heads);
    assert.equal(await strip.getByRole('columnheader').count(), layers);
    assert.deepEqual(await scrolling(), []);
    assert.deepEqual(await seriousViolations(workbench), []);
    await workbench.screenshot('heads-270-sorted-dark');
    await strip.getByRole('gridcell', { name: 'Head 5.3', exact: true }).click();
    await panel.frame.locator('section.matrix h2', { hasText: /head 5\.3/i }).waitFor();
    const chosen = panel.frame.getByRole('grid', { name: 'Heads', exact: true }).locator('[aria-selected=true]');
    assert.equal(await chosen.getAttribute('data-head'), '5.3');
    await chosen.focus();
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ArrowRight');
    assert.equal(
      await strip.locator('[aria-selected=true]').getAttribute('data-head'),
      await chosen.getAttribute('data-head'),
    );
    await workbench.chooseTheme('Light Modern');
    await workbench.page.setViewportSize(laptop);
    await workbench.page.waitForTimeout(700);
    await workbench.screenshot('heads-270-sorted-laptop-light');
    await panel.frame.getByRole('combobox', { name: 'Sort heads by' }).selectOption('layer');
    await workbench.page.waitForTimeout(300);
    assert.ok((await thumbnails()).least >= 24);
    await workbench.screenshot('heads-270-laptop-light');
  });

  it('on the map, layers have a legend, and names do not overlap; zoomed by buttons, keys and wheel, more have room', async () => {
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    const map = panel.frame.locator('headlight-head-map');
    await map.locator('circle').first().waitFor();
    assert.equal(await map.locator('circle').count(), layers * heads);
    await panel.frame.getByRole('img', { name: /^Colours and sizes: small and blue is layer 0/ }).waitFor();
    const apart = async () => {
      const boxes = await map
        .locator('text')
        .evaluateAll(names => names.map(name => (name as SVGTextElement).getBBox()));
      boxes.forEach((one, i) =>
        boxes.slice(i + 1).forEach(other => {
          const over = (from: 'x' | 'y', long: 'width' | 'height', spare: number) =>
            one[from] + one[long] - spare > other[from] && other[from] + other[long] - spare > one[from];
          assert.ok(!(over('x', 'width', 1) && over('y', 'height', 3)), JSON.stringify([one, other]));
        }),
      );
      return boxes.length;
    };
    const whole = await apart();
    await workbench.screenshot('heads-270-map-light');
    await panel.frame.getByRole('button', { name: 'Zoom into the map' }).click();
    await map.locator('svg').focus();
    for (const key of ['+', '+']) await workbench.page.keyboard.press(key);
    await apart();
    await workbench.chooseTheme('Dark Modern');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('heads-270-map-zoomed-dark');
    const circle = map.locator('circle').first();
    const place = await circle.getAttribute('cx');
    await map.locator('svg').hover();
    await workbench.page.keyboard.down('Control');
    await workbench.page.mouse.wheel(0, -200);
    await workbench.page.keyboard.up('Control');
    assert.notEqual(await circle.getAttribute('cx'), place);
    await map.locator('svg').focus();
    await workbench.page.keyboard.press('ArrowRight');
    await map.locator('.note', { hasText: 'Head 0.0' }).waitFor();
    await workbench.page.keyboard.press('0');
    assert.equal(await apart(), whole);
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('the tree has names, is zoomed, and cut into groups that are listed and selected, by keys too', async () => {
    await panel.frame.getByRole('radio', { name: 'All distances, with the tree of clusters' }).click();
    const tree = panel.frame.locator('headlight-head-tree');
    const groups = tree.locator('ol button');
    await groups.first().waitFor();
    assert.equal(await groups.count(), 12);
    const sizes = (await groups.allInnerTexts()).map(words => Number(/(\d+) heads?/.exec(words)?.[1]));
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      layers * heads,
    );
    await workbench.screenshot('heads-270-tree-dark');
    const slider = tree.getByRole('slider', { name: 'Into how many groups the tree is cut' });
    await slider.focus();
    await workbench.page.keyboard.press('ArrowLeft');
    await tree.getByText('11 groups', { exact: true }).waitFor();
    assert.equal(await groups.count(), 11);
    await tree.locator('svg').focus();
    const named = () => tree.locator('.names span:not(.group)').allInnerTexts();
    assert.deepEqual(await named(), []);
    for (let presses = 0; presses < 7; presses++) await workbench.page.keyboard.press('+');
    const names = await named();
    assert.ok(names.length > 5 && names.every(name => /^\d+\.\d+$/.test(name)), names.join());
    await workbench.screenshot('heads-270-tree-zoomed-dark');
    await workbench.page.keyboard.press('0');
    assert.deepEqual(await named(), []);
    const last = (await groups.allInnerTexts()).map(words => Number(/(\d+) heads?/.exec(words)?.[1]));
    const several = last.findIndex(size => size > 1);
    await groups.nth(several).press('Enter');
    const rows = panel.frame.locator('headlight-heads-table tbody tr');
    for (let i = 0; i < 100 && (await rows.count()) !== last[several]; i++) await workbench.page.waitForTimeout(100);
    assert.equal(await rows.count(), last[several]);
    assert.deepEqual(await seriousViolations(workbench), []);
    await workbench.chooseTheme('Light Modern');
    await workbench.page.setViewportSize({ width: 1366, height: 768 });
    await workbench.page.waitForTimeout(700);
    await workbench.screenshot('heads-270-tree-light');
  });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
