import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { inWords } from './support/inWords';
import { useWorkbench } from './support/useWorkbench';

/** A small model in each layout of the hub's repositories, with how it reads a picture of 180 × 120 or 160 × 96 pixels. */
const layouts: Readonly<Record<string, string>> = {
  'tiny-smolvlm2': '28 picture tokens',
  'tiny-llava-onevision': '36 picture tokens',
  'tiny-moondream': '36 picture tokens',
  'tiny-qwen2-vl': '15 picture tokens',
  'tiny-qwen2-5-vl': '15 picture tokens',
  'tiny-paligemma': '36 picture tokens',
  'tiny-gemma3': '16 picture tokens',
};

describe('vision-language models of every layout', () => {
  const { session, workbench } = useWorkbench(
    async session => {
      for (const name of Object.keys(layouts)) {
        await cp(`test/fixtures/models/${name}`, session.inWorkspace(`models/${name}`), { recursive: true });
        const like = name === 'tiny-smolvlm2' ? 'tiny-smolvlm' : name;
        await cp(`test/fixtures/models/${like}/wide.png`, session.inWorkspace(`images/${name}.png`));
      }
      await mkdir(session.inWorkspace('.vscode'), { recursive: true });
    },
    { settings: { 'headlight.altText.prompt': 'Describe the picture.', 'headlight.altText.context': false } },
  );
  before(() => workbench.explorerEntry('images').click());

  for (const [name, tokens] of Object.entries(layouts)) {
    it(`${name} describes a picture, and shows where each word looked`, async () => {
      await writeFile(
        session.inWorkspace('.vscode/settings.json'),
        JSON.stringify({ 'headlight.imageModel': `./models/${name}` }),
      );
      await workbench.chooseFromMenu(workbench.explorerEntry(`${name}.png`), 'Ask about Image…');
      const frame = await workbench.headlightFrame('headlight-ask-image');
      await frame.getByText(inWords(new RegExp(`${name} \\d × \\d heads`))).waitFor({ timeout: 60_000 });
      await frame.getByText(inWords(new RegExp(`images/${name}\\.png · .* · ${tokens}`))).waitFor();
      const words = frame.getByRole('listbox', { name: /^Words of the alt text/ }).getByRole('option');
      assert.equal(
        (await words.allInnerTexts()).map(word => word.trim()).join(' '),
        'A red circle on the left and a blue square on the right.',
      );
      await words.filter({ hasText: 'circle' }).click();
      await frame.getByRole('heading', { name: inWords(/^“circle” looks at the picture/) }).waitFor();
      const strongest = () =>
        frame
          .locator('headlight-answer-picture canvas')
          .first()
          .evaluate((canvas: HTMLCanvasElement) => {
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            return Math.max(...data.filter((_, i) => i % 4 === 3));
          });
      // It is painted once the weights are there.
      for (const end = Date.now() + 30_000; (await strongest()) < 100 && Date.now() < end;) {
        await workbench.page.waitForTimeout(50);
      }
      assert.ok((await strongest()) > 100, `the strongest heat is painted with ${await strongest()} of 255`);
      await workbench.screenshot(`ask-image-${name}`);
    });
  }

  it('the alt text is the image’s caption from then on', async () => {
    await workbench.showSidebar();
    await workbench.runCommand('Headlight: Search Images…', false);
    await workbench.page
      .locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'images/tiny-gemma3.png' })
      .filter({ hasText: 'A red circle on the left and a blue square on the right.' })
      .waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('says nothing on the console', () => assert.deepEqual(workbench.consoleErrors, []));
});
