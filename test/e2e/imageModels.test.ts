import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import sharp from 'sharp';
import type { ImageJson } from '../../core/export/imageNumbers';
import { elements, parseXml } from '../unit/export/xml';
import { imageReference } from '../unit/support/imageModel';
import { seriousViolations } from './support/axe';
import { openedOffline, openedSvg } from './support/openedOffline';
import type { Session } from './support/session';
import { type SuiteWorkbench, useWorkbench } from './support/useWorkbench';
import { themes, type Workbench } from './support/workbench';
import { inWords } from './support/inWords';

/** Saves what the image panel shows below the workspace, and reads what was saved. */
async function save(
  session: Session,
  workbench: Workbench,
  frame: Frame,
  entry: RegExp,
  name: string,
): Promise<Buffer> {
  const file = session.inWorkspace(name);
  assert.ok(!existsSync(file), file);
  await frame.getByRole('button', { name: 'Export' }).click();
  await frame.getByRole('menuitem', { name: entry }).click();
  await workbench.answer(file);
  for (const end = Date.now() + 15_000; !(existsSync(file) && statSync(file).size > 0) && Date.now() < end;) {
    await workbench.page.waitForTimeout(100);
  }
  await frame
    .getByRole('status')
    .filter({ hasText: inWords(/saved$/) })
    .first()
    .waitFor({ state: 'attached' });
  return readFile(file);
}

/** Saves a CSV, and reads its lines without the header. */
async function saveRows(...saved: Parameters<typeof save>): Promise<string[]> {
  return (await save(...saved)).toString('utf8').trimEnd().split('\r\n').slice(1);
}

const words = (svg: string) => elements(parseXml(svg), 'text').map(({ text }) => text);

describe('an image classifier of the workspace', () => {
  let frame: Frame;

  const { session, workbench } = useImageModel('vit', async session => {
    const folder = session.inWorkspace('models/vit');
    const reference = 'test/fixtures/reference-models/vit';
    await mkdir(path.join(folder, 'onnx'), { recursive: true });
    const graph = await readFile(path.join(reference, 'model_eager.onnx'), 'latin1');
    await writeFile(path.join(folder, 'onnx/model.onnx'), graph.replaceAll('\x06output', '\x06logits'), 'latin1');
    const config = JSON.parse(await readFile(path.join(reference, 'config.json'), 'utf8')) as object;
    await writeFile(
      path.join(folder, 'config.json'),
      JSON.stringify({
        ...config,
        architectures: ['ViTForImageClassification'],
        id2label: { 0: 'disc', 1: 'square', 2: 'chart' },
      }),
    );
    await writeFile(
      path.join(folder, 'preprocessor_config.json'),
      JSON.stringify({
        image_processor_type: 'ViTImageProcessor',
        size: { height: 32, width: 32 },
        do_resize: true,
        do_normalize: true,
        image_mean: [0.5, 0.5, 0.5],
        image_std: [0.5, 0.5, 0.5],
      }),
    );
    await cp('media/icon.png', session.inWorkspace('images/icon.png'));
  });

  const entry = (name: string) => workbench.explorerEntry(name);
  const from = () => frame.locator('h2', { hasText: 'Looks at' });

  it('shows its classes, and heat from its class token, from the explorer’s menu', async () => {
    await entry('images').click();
    await workbench.chooseFromMenu(entry('icon.png'), 'Explain Attention of Image');
    frame = await workbench.headlightFrame('headlight-image');
    await frame.locator('headlight-heat-picture').waitFor();
    assert.match(await from().innerText(), /from the class token/i);
    await frame
      .getByText(inWords(/^row \d, column \d$/))
      .first()
      .waitFor();
    await frame.getByText('Reads as').waitFor();
    await workbench.screenshot('image-dark');
  });

  it('looks from a cell that is clicked or reached by the arrow keys', async () => {
    const picture = frame.locator('headlight-heat-picture .frame');
    await picture.click({ position: { x: 8, y: 8 } });
    await from().getByText('row 0, column 0').waitFor();
    await picture.press('ArrowRight');
    await from().getByText('row 0, column 1').waitFor();
    await frame.getByRole('button', { name: /Look from the class token/ }).click();
    await from().getByText('the class token').waitFor();
  });

  it('tells the number of the cell under the pointer', async () => {
    const picture = frame.locator('headlight-heat-picture .frame');
    const { width, height } = (await picture.boundingBox())!;
    await picture.hover({ position: { x: width * 0.9, y: height * 0.6 } });
    const tip = await frame.locator('headlight-hover-note .first').innerText();
    const [, number] = /^row 2, column 3\s+([\d.]+)$/.exec(tip)!;
    const listed = await frame
      .locator('aside section:last-of-type .bars li', { hasText: 'row 2, column 3' })
      .locator('.number')
      .innerText();
    assert.equal(number, listed);
  });

  it('shows its cells as a table by T, which chooses cells, too', async () => {
    await frame.locator('headlight-heat-picture .frame').press('t');
    const table = frame.locator('headlight-heat-table');
    await table.getByText('Layer 1, mean of its heads, from the class token').waitFor();
    assert.equal(await table.getByRole('cell').count(), 16);
    const strongest = await frame.locator('aside section:last-of-type .bars li').first().innerText();
    const [row, column] = /row (\d), column (\d)/.exec(strongest)!.slice(1).map(Number);
    const told = await table
      .getByRole('cell')
      .nth(row * 4 + column)
      .innerText();
    assert.equal(Number(told).toFixed(2), strongest.trim().split(/\s+/).at(-1));
    await table.press('ArrowRight');
    await table.press('ArrowDown');
    await from().getByText('row 1, column 0').waitFor();
    assert.equal(await table.locator('td[aria-current]').count(), 1);
    await frame
      .getByText(inWords(/^From row 1, column 0: looks most at row \d, column \d, [\d.]+$/))
      .waitFor({ state: 'attached' });
    assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
    await workbench.screenshot('image-table-dark');
    await table.press('t');
    await frame.locator('headlight-heat-picture').waitFor();
    await frame.getByRole('button', { name: /Look from the class token/ }).click();
  });

  it('is saved as numbers: cells and classes as CSV, JSON, NPY, safetensors', async () => {
    await frame.getByText(inWords(/^From the class token: looks most at/)).waitFor({ state: 'attached' });
    const listed = await Promise.all(
      (await frame.locator('aside section:last-of-type .bars li').all()).map(async line =>
        (await line.innerText()).trim().split(/\n+/),
      ),
    );
    const cells = (await saveRows(session, workbench, frame, /^CSV….*cell/, 'cells.csv')).map(row => row.split(','));
    assert.equal(cells.length, 16);
    const byName = new Map(
      cells.map(([, , , , row, column, , , , , attention]) => [`row ${row}, column ${column}`, Number(attention)]),
    );
    for (const [name, number] of listed) assert.equal(byName.get(name)!.toFixed(2), number);
    assert.deepEqual(cells[5].slice(0, 10), ['self', '1', 'mean', 'the class token', '1', '1', '64', '64', '64', '64']);
    const json = JSON.parse(
      (await save(session, workbench, frame, /^JSON/, 'image.json')).toString('utf8'),
    ) as ImageJson;
    assert.deepEqual(
      json.attention.flat(),
      cells.map(row => Number(row[10])),
    );
    assert.ok(Math.abs(json.elsewhere + json.attention.flat().reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
    const classes = await saveRows(session, workbench, frame, /CSV of Classes/, 'classes.csv');
    assert.deepEqual(
      classes.map(row => Number(row.split(',')[1]).toFixed(2)),
      await frame.locator('aside section:first-of-type .bars .number').allInnerTexts(),
    );
    const npy = await save(session, workbench, frame, /^NPY/, 'head.npy');
    assert.match(npy.toString('latin1', 10, 128), /'shape': \(17, 17\)/);
    assert.ok(Math.abs(npy.readFloatLE(128 + 4) - json.attention[0][0]) < 1e-6);
    const tensors = await save(session, workbench, frame, /^safetensors/, 'heads.safetensors');
    assert.match(
      tensors.toString('utf8', 8, 8 + Number(tensors.readBigUInt64LE(0))),
      /"self\.1":\{"dtype":"F32","shape":\[4,17,17\]/,
    );
  });

  it('is saved as a picture: SVG, PNG, copied, and one HTML file that works offline', async () => {
    const svg = (await save(session, workbench, frame, /^SVG/, 'image.svg')).toString('utf8');
    assert.deepEqual(words(svg).slice(0, 2), [
      'Layer 1, mean of its heads, from the class token',
      'vit, fp32 · images/icon.png',
    ]);
    assert.equal(elements(parseXml(svg), 'title').filter(({ text }) => /^row \d, column \d: /.test(text)).length, 16);
    await openedSvg(workbench, svg, 'exported-image-dark');
    const png = await save(session, workbench, frame, /^PNG/, 'image.png');
    const { attributes } = parseXml(svg);
    const { width, height } = await sharp(png).metadata();
    assert.deepEqual([width, height], [2 * Number(attributes.width), 2 * Number(attributes.height)]);
    const { page } = workbench;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await frame.getByRole('button', { name: 'Export' }).click();
    await frame.getByRole('menuitem', { name: 'Copy as Image' }).click();
    await frame.getByText('Picture copied').waitFor({ state: 'attached' });
    const copied = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const image = await createImageBitmap(await item.getType('image/png'));
      return [image.width, image.height];
    });
    assert.deepEqual(copied, [width, height]);
    const html = (await save(session, workbench, frame, /^HTML/, 'image.html')).toString('utf8');
    await openedOffline(workbench, html, 'exported-image-page', { width: 1200, height: 900 });
  });

  it('says in one sentence why nothing was exported', async () => {
    await frame.getByRole('button', { name: 'Export' }).click();
    await frame.getByRole('menuitem', { name: /^JSON/ }).click();
    // Nobody can make a file there.
    await workbench.answer('/proc/image.json');
    await frame
      .getByRole('alert')
      .filter({
        hasText: inWords(/Nothing was exported: \/proc\/image\.json cannot be written \(.+\); choose another place\.$/),
      })
      .waitFor();
  });

  for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
    if (theme === 'Dark Modern') continue;
    it(`can be read in ${theme}`, async () => {
      await workbench.chooseTheme(theme);
      await frame.locator(`body.${themes[theme]}`).waitFor();
      if (theme === 'Dark High Contrast') {
        await openedSvg(
          workbench,
          (await save(session, workbench, frame, /^SVG/, 'contrast.svg')).toString('utf8'),
          'exported-image-hc-dark',
        );
        await frame.getByRole('button', { name: 'Show the cells as a table' }).click();
        assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
        await workbench.screenshot('image-table-hc-dark');
        await frame.getByRole('button', { name: 'Show the cells as a table' }).click();
      }
      await workbench.screenshot(`image-${theme.toLowerCase().replaceAll(' ', '-')}`);
    });
  }

  it('has nothing in its console', () => assert.deepEqual(workbench.consoleErrors, []));
});

for (const { model, encodes } of [
  { model: 'detr', encodes: true },
  { model: 'yolos', encodes: false },
]) {
  const objects = imageReference(model).objects!.map(({ label }) => label);
  describe(`${model}, a detector of the workspace`, () => {
    let frame: Frame;

    const { session, workbench } = useImageModel(model, async session => {
      await copyImageModel(session, model, 'wide.png');
      if (encodes) await copyImageModel(session, 'rt_detr', 'wide.png');
    });

    const entry = (name: string) => workbench.explorerEntry(name);
    const from = (name: string) => frame.locator('h2', { hasText: 'Looks at' }).getByText(name);
    const picture = () => frame.locator('headlight-heat-picture .frame');
    const looked = () => frame.locator('aside section:last-of-type .bars').innerText();

    it('shows its objects in boxes, and the cells that each one’s query looked at', async () => {
      await entry('images').click();
      await workbench.chooseFromMenu(entry('wide.png'), 'Explain Attention of Image');
      frame = await workbench.headlightFrame('headlight-image');
      await frame.locator('headlight-heat-picture').waitFor();
      const buttons = frame.locator('.objects button');
      assert.deepEqual(
        (await buttons.allInnerTexts()).map(text => text.split('\n')[0]),
        objects,
      );
      await from(`“${objects[0]}”`).waitFor();
      await frame
        .getByText(inWords(/^row \d, column \d$/))
        .first()
        .waitFor();
      const before = await looked();
      await buttons.nth(1).click();
      await from(`“${objects[1]}”`).waitFor();
      await frame.waitForFunction(
        text =>
          (
            document
              .querySelector('headlight-image')
              ?.shadowRoot?.querySelector('headlight-image-view')
              ?.shadowRoot?.querySelector('aside section:last-of-type .bars') as HTMLElement | null
          )?.innerText !== text,
        before,
      );
      await workbench.screenshot(`${model}-dark`);
    });

    it('looks from a cell, and from the object again', async () => {
      await picture().press('ArrowRight');
      await from('row 0, column 0').waitFor();
      await frame.getByRole('button', { name: `Look from “${objects[1]}”` }).click();
      await from(`“${objects[1]}”`).waitFor();
    });

    if (encodes) {
      it('says whether the encoder’s cells or the decoder’s queries look, each with layers and heads of its own', async () => {
        const radio = (name: string) => frame.getByRole('radio', { name });
        const [queries, cells] = ['What the objects’ queries looked at', 'What cells look at'];
        const layers = () => frame.getByRole('combobox', { name: 'layer' });
        const spoken = (text: RegExp) =>
          frame.locator('[aria-live=polite]').getByText(inWords(text)).waitFor({ state: 'attached' });
        await radio(queries).and(frame.locator('[aria-checked=true]')).waitFor();
        await layers().click();
        await frame.getByRole('option', { name: '1', exact: true }).click();
        await spoken(/^From “.+” in the decoder: looks most at row \d, column \d, /);
        await radio(cells).click();
        await from('in the encoder').waitFor();
        // The decoder's layer 1 is none of the encoder's one.
        await layers().filter({ hasText: '0' }).waitFor();
        await frame.getByRole('button', { name: `Look from “${objects[1]}”` }).click();
        await layers().filter({ hasText: '1' }).waitFor();
        await picture().press('End');
        await radio(cells).and(frame.locator('[aria-checked=true]')).waitFor();
        await frame.getByRole('combobox', { name: 'head' }).click();
        await frame.getByRole('option', { name: '2', exact: true }).click();
        await spoken(/^From row 2, column 3 in the encoder: looks most at row \d, column \d, /);
        assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
        await workbench.screenshot(`${model}-encoder-dark`);
        const { data } = imageReference(model).tensor('encoder', 0);
        const row = data.subarray((2 * 12 + 11) * 12, (2 * 12 + 12) * 12);
        const csv = await saveRows(session, workbench, frame, /^CSV…/, 'encoder.csv');
        csv.forEach((line, cell) => {
          assert.ok(line.startsWith('encoder,0,2,"row 2, column 3",'), line);
          assert.ok(Math.abs(Number(line.split(',').at(-1)) - row[cell]) < 1e-3, line);
        });
        const { page } = workbench;
        await picture().press('t');
        await frame.getByText('Encoder head 0.2, from row 2, column 3').waitFor();
        await frame.locator('headlight-heat-table').press('ArrowLeft');
        await frame.getByText('Encoder head 0.2, from row 2, column 2').waitFor();
        await page.keyboard.press('t');
        await picture().waitFor();
        await page.keyboard.press('Control+B');
        await page.setViewportSize({ width: 660, height: 1000 });
        await workbench.chooseTheme('Light Modern');
        await frame.locator(`body.${themes['Light Modern']}`).waitFor();
        assert.equal(await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
        await workbench.screenshot(`${model}-encoder-light-600`);
        await page.setViewportSize({ width: 1400, height: 900 });
        await page.keyboard.press('Control+B');
        await radio(queries).click();
        await from(`“${objects[1]}”`).waitFor();
      });
    }

    it('can be read in a light theme, and has nothing in its console', async () => {
      await workbench.chooseTheme('Light Modern');
      await frame.locator(`body.${themes['Light Modern']}`).waitFor();
      await workbench.screenshot(`${model}-light`);
      const svg = (await save(session, workbench, frame, /^SVG/, 'objects.svg')).toString('utf8');
      assert.ok(words(svg)[0].endsWith(`from “${objects[1]}”`), words(svg)[0]);
      for (const { label, score } of imageReference(model).objects!) {
        assert.ok(words(svg).includes(`${label} ${score.toFixed(2)}`), words(svg).join(' | '));
      }
      await openedSvg(workbench, svg, `exported-${model}-light`);
      const rows = await saveRows(session, workbench, frame, /CSV of Objects/, 'objects.csv');
      assert.deepEqual(
        rows.map(row => row.split(',')[0]),
        objects,
      );
      assert.deepEqual(workbench.consoleErrors, []);
    });

    if (encodes) {
      it('of RT-DETR shows the encoder’s cells, and says that its queries look at points', async () => {
        await workbench.runCommand('Headlight: Choose Model…', false);
        await workbench.pick('rt_detr', 'rt_detr');
        await workbench.chooseFromMenu(entry('wide.png'), 'Explain Attention of Image');
        frame = await workbench.headlightFrame('headlight-image-view');
        await frame.locator('.chip', { hasText: 'rt_detr' }).waitFor();
        await frame.getByRole('note').filter({ hasText: 'deformable attention' }).waitFor();
        const buttons = frame.locator('.objects button');
        const [first] = imageReference('rt_detr').objects!;
        await buttons.first().and(frame.locator('[aria-pressed=true]')).waitFor();
        const { box } = first;
        const [row, column] = [Math.floor((box[1] + box[3]) / 64), Math.floor((box[0] + box[2]) / 64)];
        await from(`from row ${row}, column ${column} in the encoder`).waitFor();
        await workbench.screenshot('rt-detr-light');
        await picture().press('ArrowLeft');
        await buttons.nth(1).click();
        await buttons.nth(1).and(frame.locator('[aria-pressed=true]')).waitFor();
        await workbench.chooseTheme('Dark Modern');
        await frame.locator(`body.${themes['Dark Modern']}`).waitFor();
        assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
        await workbench.screenshot('rt-detr-dark');
        assert.deepEqual(workbench.consoleErrors, []);
      });
    }
  });
}

describe('image encoders and windowed classifiers of the workspace', () => {
  let frame: Frame;
  const models = [
    { model: 'dinov2_with_registers', picture: 'square.png', from: 'the class token', last: 1 },
    { model: 'swin', picture: 'small.png', from: 'row 4, column 4', last: 2 },
    { model: 'swinv2', picture: 'forty.png', from: 'row 5, column 5', last: 2 },
  ] as const;

  const { workbench } = useImageModel(models[0].model, async session => {
    for (const { model, picture } of models) await copyImageModel(session, model, picture);
    await cp('test/fixtures/captioners/donut', session.inWorkspace('models/donut'), { recursive: true });
    await cp('test/fixtures/captioners/donut/pic.png', session.inWorkspace('images/oblong.png'));
  });
  before(() => entry('images').click());

  const entry = (name: string) => workbench.explorerEntry(name);
  const looksFrom = (name: string) => frame.locator('h2', { hasText: 'Looks at' }).getByText(name, { exact: true });

  for (const { model, picture, from, last } of models) {
    it(`${model} shows where it looks, layer by layer, in dark and light`, async () => {
      if (model !== 'dinov2_with_registers') {
        await workbench.chooseTheme('Dark Modern');
        await workbench.runCommand('Headlight: Choose Model…', false);
        await workbench.pick(`${model}`, model);
      }
      await workbench.chooseFromMenu(entry(picture), 'Explain Attention of Image');
      frame = await workbench.headlightFrame('headlight-image-view');
      await frame.locator('.chip', { hasText: model }).waitFor();
      await looksFrom(`from ${from}`).or(looksFrom(from)).first().waitFor();
      await frame
        .getByRole('combobox', { name: 'layer' })
        .filter({ hasText: String(last) })
        .waitFor();
      await frame
        .getByText(inWords(/^row \d, column \d$/))
        .first()
        .waitFor();
      assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
      await workbench.screenshot(`${model.replace('_with_registers', '')}-dark`);
      await frame.getByRole('combobox', { name: 'layer' }).click();
      await frame.getByRole('option', { name: '0', exact: true }).click();
      await frame.locator('headlight-heat-picture .frame').press('ArrowRight');
      await workbench.chooseTheme('Light Modern');
      await frame.locator(`body.${themes['Light Modern']}`).waitFor();
      await workbench.screenshot(`${model.replace('_with_registers', '')}-light`);
    });
  }

  it('comes back after a reload as it was', async () => {
    await workbench.reloadWindow();
    frame = await workbench.headlightFrame('headlight-image-view');
    await frame.locator('.chip', { hasText: 'swinv2' }).waitFor();
    await frame.getByRole('combobox', { name: 'layer' }).filter({ hasText: '0' }).waitFor();
    await looksFrom('from row 5, column 6').waitFor();
  });

  it('a captioner of oblong pictures (Donut) lays its rows and columns on them, in words and in the encoder’s windows', async () => {
    await workbench.chooseTheme('Dark Modern');
    await workbench.runCommand('Headlight: Choose Model…', false);
    await workbench.pick('donut', 'donut');
    await workbench.chooseFromMenu(entry('oblong.png'), 'Caption Image');
    frame = await workbench.headlightFrame('headlight-captions');
    await frame
      .getByRole('listbox', { name: 'Words of the caption' })
      .getByText(/^(li)+$/)
      .waitFor();
    await frame.getByText('Show as Table').click();
    const rows = frame.locator('table.cells tr');
    assert.deepEqual([await rows.count(), await rows.first().locator('td').count()], [8, 12]);
    await frame.getByText('Hide Table').click();
    await frame.getByRole('radio', { name: 'cells it looks at' }).click();
    await frame.locator('headlight-caption-picture .frame').press('ArrowRight');
    await workbench.screenshot('donut-dark');
  });

  it('has nothing in its console', () => assert.deepEqual(workbench.consoleErrors, []));
});

for (const model of ['clip', 'siglip'] as const) {
  describe(`${model}, which compares an image with texts`, () => {
    let frame: Frame;
    const { texts = [], probabilities = [] } = imageReference(model);

    const { session, workbench } = useImageModel(model, session => copyImageModel(session, model, 'disc.png'));
    before(() => entry('images').click());

    const entry = (name: string) => workbench.explorerEntry(name);
    const scores = async () =>
      (await frame.locator('.texts .number').allInnerTexts()).map(text => Number(text.replace('<', '')));
    const isAsReferred = async () => {
      const found = await scores();
      assert.ok(
        found.length === texts.length && found.every((score, i) => Math.abs(score - probabilities[i]) <= 0.005),
        `${found.join()} and ${probabilities.join()}`,
      );
    };

    it('asks for texts beside the image’s heat', async () => {
      await workbench.chooseFromMenu(entry('disc.png'), 'Explain Attention of Image');
      frame = await workbench.headlightFrame('headlight-image-view');
      await frame.getByText('Write what the image may show').waitFor();
      await frame
        .getByText(inWords(/^row \d, column \d$/))
        .first()
        .waitFor();
      assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
    });

    it('says how well each text fits, as PyTorch does', async () => {
      await frame.getByRole('textbox', { name: /Texts/ }).fill(texts.join('\n'));
      await frame.getByRole('button', { name: 'Compare with Image' }).click();
      await frame.locator('.texts button').nth(2).waitFor();
      await isAsReferred();
      await frame.getByText(inWords(/looks most at “.+The text is read from its last token\./)).waitFor();
      await workbench.screenshot(`${model}-texts-dark`);
    });

    it('another text, token and head is chosen by mouse and key', async () => {
      await frame.locator('.texts button').nth(1).click();
      await frame.getByText('The text is read from its last token.').waitFor();
      // Not the first: CLIP keeps a token from seeing those behind it, so that one sees itself alone whatever the head.
      await frame.locator('.tokens').getByRole('option', { selected: true }).press('ArrowLeft');
      await frame.getByText('The text is read from its last token.').waitFor({ state: 'detached' });
      await frame.getByText(inWords(/looks most at “/)).waitFor();
      const before = await frame.locator('.tokens').innerHTML();
      await frame.locator('headlight-image-texts').getByRole('combobox', { name: 'head' }).click();
      await frame.getByRole('option', { name: '2', exact: true }).click();
      await frame.waitForFunction(old => {
        const texts = document
          .querySelector('headlight-image')
          ?.shadowRoot?.querySelector('headlight-image-view')
          ?.shadowRoot?.querySelector('headlight-image-texts')?.shadowRoot;
        return texts?.querySelector('.tokens')?.innerHTML !== old;
      }, before);
      assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
    });

    it('is exported with its texts and what the chosen token looks at', async () => {
      const chosen = /^“(.+)” looks most at/.exec(
        await frame
          .getByText(inWords(/looks most at “/))
          .filter({ visible: true })
          .last()
          .innerText(),
      )![1];
      const svg = (await save(session, workbench, frame, /^SVG/, 'texts.svg')).toString('utf8');
      assert.ok(
        words(svg).includes(`“${chosen}” looks at`) && texts.every(text => words(svg).includes(text)),
        words(svg).join(' | '),
      );
      await openedSvg(workbench, svg, `exported-${model}-dark`);
      const rows = await saveRows(session, workbench, frame, /CSV of Texts/, 'texts.csv');
      assert.ok(
        rows.length === texts.length &&
          rows.every((row, i) => Math.abs(Number(row.slice(texts[i].length + 1)) - probabilities[i]) < 1e-4),
        rows.join(),
      );
    });

    it('comes back after a reload with its texts, in a light theme', async () => {
      await workbench.reloadWindow();
      frame = await workbench.headlightFrame('headlight-image-view');
      await frame.locator('.texts button').nth(2).waitFor();
      await isAsReferred();
      await frame.locator('.texts button').nth(1).and(frame.locator('[aria-pressed=true]')).waitFor();
      await frame
        .locator('headlight-image-texts')
        .getByRole('combobox', { name: 'head' })
        .filter({ hasText: '2' })
        .waitFor();
      await workbench.chooseTheme('Light Modern');
      await frame.locator(`body.${themes['Light Modern']}`).waitFor();
      await workbench.screenshot(`${model}-texts-light`);
      assert.deepEqual(workbench.consoleErrors, []);
    });

    it('fits a panel of 400 and of 1,800 pixels', async () => {
      const { page } = workbench;
      await page.keyboard.press('Control+B');
      for (const [width, height] of [
        [460, 1300],
        [1860, 1000],
      ]) {
        await page.setViewportSize({ width, height });
        await frame.waitForFunction(wide => innerWidth > 1000 === wide, width > 1000);
        const { picture, bars, inner, widest } = await frame.evaluate(() => {
          const view = document
            .querySelector('headlight-image')!
            .shadowRoot!.querySelector('headlight-image-view')!.shadowRoot!;
          const rectangle = (name: string) => {
            const { left, right, top, bottom } = view.querySelector(name)!.getBoundingClientRect();
            return { left, right, top, bottom };
          };
          return {
            picture: rectangle('headlight-heat-picture'),
            bars: rectangle('aside section:last-of-type .bars'),
            inner: innerWidth,
            widest: document.documentElement.scrollWidth,
          };
        });
        assert.equal(widest, inner);
        // Below the picture and as wide, or beside it and near.
        if (width < 1000) {
          assert.ok(
            bars.top > picture.bottom && Math.abs(bars.right - picture.right) < 20 && bars.right <= inner,
            JSON.stringify([picture, bars]),
          );
        } else assert.ok(bars.left > picture.right && bars.left - picture.right < 60, JSON.stringify([picture, bars]));
        await workbench.screenshot(`${model}-${width < 1000 ? 'narrow' : 'wide'}`);
      }
      await page.setViewportSize({ width: 1400, height: 900 });
      await page.keyboard.press('Control+B');
    });

    it('can be read in high contrast', async () => {
      for (const theme of ['Dark High Contrast', 'Light High Contrast'] as const) {
        await workbench.chooseTheme(theme);
        await frame.locator(`body.${themes[theme]}`).waitFor();
        assert.deepEqual(await seriousViolations(workbench, 'headlight-image'), []);
        await workbench.screenshot(`${model}-texts-${theme === 'Dark High Contrast' ? 'hc-dark' : 'hc-light'}`);
      }
    });
  });
}

/** The explorer of a window whose images a model of the workspace reads. */
function useImageModel(model: string, prepare: (session: Session) => Promise<void>): SuiteWorkbench {
  const suite = useWorkbench(prepare, { settings: { 'headlight.imageModel': `./models/${model}` } });
  before(() => suite.workbench.showExplorer());
  return suite;
}

/** Puts a model of test/fixtures/image-models and a picture that lies beside it into the workspace. */
async function copyImageModel(session: Session, model: string, picture: string): Promise<void> {
  await cp(`test/fixtures/image-models/${model}`, session.inWorkspace(`models/${model}`), { recursive: true });
  await cp(`test/fixtures/image-models/${picture}`, session.inWorkspace(`images/${picture}`));
}
