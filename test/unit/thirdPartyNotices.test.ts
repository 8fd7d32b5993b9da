import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Package {
  readonly name: string;
  readonly version: string;
}

/** The packages below `node_modules` that a build's source maps name: another witness than esbuild's metafile, which wrote the notices. */
function packagesInBundles(): Map<string, Package> {
  const found = new Map<string, Package>();
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js.map')) continue;
    const { sources } = JSON.parse(readFileSync(path.join(entry.parentPath, entry.name), 'utf8')) as {
      sources: readonly string[];
    };
    for (const source of sources) {
      const [place, name] =
        /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.join(entry.parentPath, source).replaceAll(path.sep, '/')) ??
        [];
      // What a package carries in its own file lies where that was made.
      const folder = place && name && !existsSync(path.join(place, 'package.json')) ? `node_modules/${name}` : place;
      if (folder && !found.has(folder)) {
        found.set(folder, JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Package);
      }
    }
  }
  return found;
}

describe('the notices of third parties', () => {
  const notices = readFileSync('dist/ThirdPartyNotices.txt', 'utf8').split(`\n${'='.repeat(100)}\n\n`);
  const noticeOf = ({ name, version }: Package) => notices.find(notice => notice.startsWith(`${name} ${version} (`));

  it('have each package that is in the bundles, with its licence’s text', () => {
    const packages = [...packagesInBundles().values()];
    assert.ok(packages.length > 20, `${packages.length}`);
    for (const each of packages) {
      const notice = noticeOf(each);
      assert.ok(notice, `${each.name} ${each.version} is bundled without a notice`);
      assert.match(
        notice,
        /permission is hereby granted|redistribution and use|apache license|permission to use|creative commons/i,
        each.name,
      );
    }
  });

  it('have what transformers.js carries inside itself, the native parts, and the font', () => {
    const natives = readdirSync('dist/sharp').map(part => path.join('node_modules/@img', part));
    for (const folder of [
      'node_modules/@huggingface/jinja',
      'node_modules/@huggingface/tokenizers',
      'node_modules/onnxruntime-node',
      'node_modules/@vscode/codicons',
      ...natives,
    ]) {
      const each = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Package;
      assert.ok((noticeOf(each)?.length ?? 0) > 500, each.name);
    }
  });

  it('name whose drawings the captioner learned from, where their licence wants it', () => {
    const notice = notices.find(each => each.startsWith('Drawings that tiny-captioner was trained on'))!;
    assert.match(notice, /Attribution 4\.0 International[\s\S]*You must:[\s\S]*creativecommons\.org\.\s*$/i);
    for (const [set, author, address] of [
      ['Codicons', 'Microsoft Corporation', 'https://github.com/microsoft/vscode-codicons'],
      ['Font Awesome 6 Solid', 'Dave Gandy', 'https://github.com/FortAwesome/Font-Awesome'],
      ['Font Awesome 6 Regular', 'Dave Gandy', 'https://github.com/FortAwesome/Font-Awesome'],
      ['Solar', '480 Design', 'https://www.figma.com/community/file/1166831539721848736'],
      ['Basil', 'Craftwork', 'https://www.figma.com/community/file/931906394678748246'],
      ['IconaMoon', 'Dariush Habibpour', 'https://github.com/dariushhpg1/IconaMoon'],
      ['Lets Icons', 'Leonid Tsvetkov', 'https://www.figma.com/community/file/886554014393250663'],
      ['Pepicons Pop!', 'CyCraft', 'https://github.com/CyCraft/pepicons'],
      ['coolicons', 'Kryston Schwarze', 'https://github.com/krystonschwarze/coolicons'],
      ['CoreUI Free', 'creativeLabs Łukasz Holeczek', 'https://github.com/coreui/coreui-icons'],
      ['Twitter Emoji', 'Twitter', 'https://github.com/jdecked/twemoji'],
      ['Emoji One (Colored)', 'Emoji One', 'https://github.com/EmojiTwo/emojitwo'],
    ]) {
      const line = notice.split('\n').find(each => each.startsWith(`${set} `));
      assert.ok(line?.includes(`(${author}, ${address})`), `${set}: ${line}`);
    }
    assert.ok(!notice.includes('Tabler'));
  });

  it('have the whole text of each LGPL that something is under, and what is inside libvips and ONNX Runtime', () => {
    const withText = (text: RegExp) =>
      notices.filter(notice => text.test(notice)).map(notice => notice.split(' ', 1)[0]);
    assert.deepEqual(withText(/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/), ['@audio/decode-mp3']);
    assert.match(withText(/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/).join(), /^@img\/sharp-libvips-/);
    assert.match(withText(/\| librsvg +\| LGPLv3/).join(), /^@img\/sharp-libvips-/);
    assert.deepEqual(withText(/google\/protobuf|protocolbuffers\/protobuf/), ['onnxruntime-node']);
  });
});
