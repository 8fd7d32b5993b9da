import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LinksReader } from '../../../extension/links/linksReader';

describe('reading a document for images in a thread', () => {
  let folder: string;
  let reader: LinksReader;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-links-'));
    const file = path.join(folder, 'linksWorker.js');
    buildSync({
      entryPoints: ['extension/links/linksWorker.ts'],
      bundle: true,
      platform: 'node',
      outfile: file,
    });
    reader = new LinksReader(file);
  });
  after(() => {
    reader.dispose();
    rmSync(folder, { recursive: true });
  });

  const markdown = {
    key: 'a.md',
    text: 'One ![](a.png) and ![two][b].\n\n[b]: b.png\n',
    language: 'markdown',
  } as const;

  it('finds the images, and the change that describes one, escaped for the language', async () => {
    const links = await reader.links(markdown);
    assert.deepEqual(
      links.map(({ address, alt, describes }) => [address, alt, describes]),
      [
        ['a.png', 'missing', true],
        ['b.png', 'given', true],
      ],
    );
    assert.deepEqual(await reader.describe(markdown, 0, 'a [round] flag'), {
      from: 6,
      to: 6,
      text: 'a \\[round\\] flag',
    });
  });

  it('describes after the text changed, and after other documents were read', async () => {
    const changed = { ...markdown, text: `Before.\n\n${markdown.text}` };
    for (let i = 0; i < 10; i++) await reader.links({ key: `${i}.html`, text: '<img src="x.png">', language: 'html' });
    assert.equal((await reader.describe(changed, 0, 'x'))?.from, 15);
    assert.equal((await reader.describe(markdown, 0, 'x'))?.from, 6);
    assert.equal(await reader.describe(markdown, 7, 'x'), undefined);
  });

  it('says so where the thread cannot start, and tries again with the next question', async () => {
    const broken = new LinksReader(path.join(folder, 'nowhere.js'));
    await assert.rejects(broken.links(markdown), /^Error: The images of this document cannot be found: /);
    await assert.rejects(broken.links(markdown), /cannot be found/);
  });
});
