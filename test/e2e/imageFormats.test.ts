import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame } from 'playwright-core';
import sharp from 'sharp';
import { chart, sales, writeImagesOfAllKinds } from './support/imagesOfAllKinds';
import { useWorkbench } from './support/useWorkbench';

/** What the panel is to say of a file. */
interface Expected {
  /** As it is to be seen. */
  readonly size: string;
  /** Whether it shows the chart of sales. */
  readonly chart?: boolean;
  /** What lies behind it. */
  readonly background?: string;
  readonly notice?: string;
}

const white = 'rgb(255, 255, 255)';
const dark = 'rgb(31, 31, 31)';
const charted: Expected = { size: '480 × 360', chart: true, background: white };
const expected: Readonly<Record<string, Expected>> = {
  'charts/sales.png': charted,
  'charts/sales.jpg': charted,
  'charts/sales.webp': charted,
  'charts/sales.avif': charted,
  'charts/sales.bmp': charted,
  'charts/sales.tiff': charted,
  'charts/16-bit.png': charted,
  'charts/print-cmyk.jpg': charted,
  'charts/turned.jpg': charted,
  'charts/moving.gif': { size: '120 × 90', notice: 'Only the first of 3 frames or pages is read.' },
  'charts/moving.apng': { size: '120 × 90', notice: 'Only the first of 3 frames or pages is read.' },
  // Red lies on the dark theme; black could not be seen there.
  'icons/app.ico': { size: '64 × 64', background: dark },
  'flags/japan.svg': { size: '24 × 24', background: dark },
  'icons/up.svg': { size: '24 × 24', background: white },
  'icons/pixel.png': { size: '1 × 1' },
  'icons/tall.png': { size: '20 × 400', background: white },
  'evil.svg': { size: '100 × 100' },
  'huge.png': { size: '20,000 × 20,000' },
};

const failing: Readonly<Record<string, RegExp>> = {
  'broken.png': /broken\.png is not a PNG file, nor another image that can be read; save it again/,
  'cut.jpg': /cut\.jpg is damaged or cut short and cannot be decoded; save it again/,
  'empty.webp': /empty\.webp is empty; save it again/,
};

describe('formats of images', () => {
  let frame: Frame;
  let asked = 0;
  const outside = http.createServer((_, response) => {
    asked++;
    response.end();
  });

  const { session, workbench } = useWorkbench(async session => {
    outside.listen(0, '127.0.0.1');
    await new Promise(resolve => outside.once('listening', resolve));
    const address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
    const images = await writeImagesOfAllKinds(session.inWorkspace('pictures'));
    writeFileSync(
      session.inWorkspace('pictures/evil.svg'),
      `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" onload="fetch('${address}/load')">
      <style>@import url(${address}/style.css);</style><script href="${address}/a.js">fetch('${address}/script')</script>
      <circle cx="50" cy="50" r="40" fill="lime"/><image width="10" height="10" href="${address}/a.png"/></svg>`,
    );
    // What phones write: the box that such a file begins with.
    writeFileSync(session.inWorkspace('phone.heic'), Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
    writeFileSync(
      session.inWorkspace('pictures/huge.png'),
      await sharp({
        create: { width: 20_000, height: 20_000, channels: 3, background: '#3366cc' },
        limitInputPixels: false,
      })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    );
    assert.deepEqual(
      [...Object.keys(expected), ...Object.keys(failing)].sort(),
      [...images, 'evil.svg', 'huge.png'].sort(),
    );
  });
  // Its commands are there then.
  before(() => workbench.showSidebar());
  after(() => void outside.close());

  const caption = async (name: string) => {
    const tab = workbench.page.locator('.tab', { hasText: `Caption: ${name.split('/').at(-1)}` });
    // A panel that is still loading may take the focus, and the list is gone before its row is clicked: then once more.
    for (let tries = 0; tries < 3 && !(await tab.isVisible()); tries++) {
      await workbench.runCommand('Headlight: Search Images…', false);
      await workbench
        .pick(`pictures/${name}`, `pictures/${name}`)
        .then(() => tab.waitFor({ timeout: 10_000 }))
        .catch((error: unknown) => {
          if (tries === 2) throw error;
        });
    }
    frame = await workbench.headlightFrame('headlight-captions');
  };
  const picture = () => frame.locator('headlight-caption-picture img').first();

  for (const [name, { size, chart: isChart, background, notice }] of Object.entries(expected)) {
    it(`${name} is captioned, and shown with its heat`, async () => {
      await caption(name);
      await frame.getByText(`pictures/${name} · ${size}`).waitFor({ timeout: 60_000 });
      // Of some the model is sure.
      const guess = frame.getByText('Show Guess');
      if (await guess.isVisible()) await guess.click();
      assert.ok((await frame.getByRole('listbox', { name: 'Words of the caption' }).getByRole('option').count()) > 0);
      const shown = await picture().evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        const canvas = new OffscreenCanvas(16, 12);
        const context = canvas.getContext('2d')!;
        context.fillStyle = getComputedStyle(image).backgroundColor;
        context.fillRect(0, 0, 16, 12);
        context.drawImage(image, 0, 0, 16, 12);
        const heat = image.parentElement!.querySelector('canvas')!;
        const [on, over] = [image, heat].map(element => element.getBoundingClientRect());
        const painted = heat
          .getContext('2d')!
          .getImageData(0, 0, heat.width, heat.height)
          .data.some((value, i) => i % 4 === 3 && value > 0);
        return {
          pixels: [...context.getImageData(0, 0, 16, 12).data],
          background: getComputedStyle(image).backgroundColor,
          ratio: image.naturalWidth / image.naturalHeight,
          box: on.width / on.height,
          over: Math.abs(on.left - over.left) + Math.abs(on.width - over.width) + Math.abs(on.height - over.height),
          painted,
        };
      });
      const [width, height] = size.split(' × ').map(side => Number(side.replace(',', '')));
      assert.ok(Math.abs(shown.ratio / (width / height) - 1) < 0.06, `the picture has ${shown.ratio}`);
      assert.ok(Math.abs(shown.box / (width / height) - 1) < 0.06, `it is drawn with ${shown.box}`);
      assert.ok(shown.painted && shown.over < 4, `heat ${JSON.stringify(shown.painted)}, ${shown.over} pixels off`);
      if (background) assert.equal(shown.background, background);
      if (isChart) {
        assert.ok(
          (await differenceFromChart(shown.pixels)) < 12,
          `differs by ${await differenceFromChart(shown.pixels)}`,
        );
      }
      assert.deepEqual(
        await frame
          .getByRole('note')
          .allInnerTexts()
          .then(texts => texts.filter(text => /frames/.test(text)).map(text => text.slice(text.indexOf('Only')))),
        notice ? [notice] : [],
      );
      if (name === 'icons/up.svg') await workbench.screenshot('caption-transparent');
    });
  }

  for (const [name, says] of Object.entries(failing)) {
    it(`${name} is not, and the panel says why`, async () => {
      await caption(name);
      await frame.getByRole('alert').getByText(says).waitFor({ timeout: 60_000 });
    });
  }

  it('a picture of a phone (.heic) is told what to do about', async () => {
    await workbench.showExplorer();
    await workbench.chooseFromMenu(workbench.explorerEntry('phone.heic'), 'Caption Image');
    frame = await workbench.headlightFrame('headlight-captions');
    await frame
      .getByRole('alert')
      .getByText(/phone\.heic is HEIC, .+; save it as JPEG or PNG/)
      .waitFor({ timeout: 60_000 });
  });

  it('nothing was loaded from elsewhere, and the large image was never whole in memory', () => {
    assert.equal(asked, 0);
    const most =
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${session.inferenceProcess}/status`, 'utf8'))?.[1]) / 1024;
    // Its pixels have 1,144 MB.
    assert.ok(most < 900, `the process held ${most} MB`);
    assert.deepEqual(workbench.consoleErrors, []);
  });
});

/** Mean difference of 16 × 12 pixels (red, green, blue, alpha) from the chart of sales, upright, in 0 to 255. */
async function differenceFromChart(pixels: readonly number[]): Promise<number> {
  const upright = await sharp(Buffer.from(chart(sales)), { density: 300 })
    .resize(16, 12, { fit: 'fill' })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return pixels.reduce((sum, value, i) => sum + Math.abs(value - upright[i]), 0) / pixels.length;
}
