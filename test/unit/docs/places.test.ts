import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const houses = ['core', 'inference', 'extension', 'webview'];
/** What is made, not written. */
const made = ['node_modules', 'dist', 'out'];

const foldersOf = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);

/** The README's tree: what it says of each top folder, its lines joined. */
function readmeTree(): Map<string, string> {
  const block = /## Where things are\n+```\n(.*?)\n```/s.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
  const tree = new Map<string, string>();
  for (const entry of block.split(/\n(?=\S)/)) {
    const [, folder, about] = /^([\w-]+)\/\s+(.*)$/s.exec(entry) ?? [];
    assert.ok(folder, `not a folder and what it holds: ${entry}`);
    tree.set(folder, about.replace(/\s+/g, ' '));
  }
  return tree;
}

/** Folders and files that a text on a house names, those in brackets as parts of the folder before where it has them: `onnx/ (read/ graph/)`. */
function namedIn(house: string, about: string): string[] {
  const names: string[] = [];
  let before = '';
  for (const [, plain, bracketed] of about.matchAll(/([^()]+)|\(([^()]*)\)/g)) {
    const own = (plain ?? bracketed).match(/(?<![\w./])[\w-]+(?:\/(?!\w)|\.ts\b)/g) ?? [];
    const part = (name: string) => plain === undefined && existsSync(path.join(house, before, name));
    names.push(...own.map(name => (part(name) ? `${before}${name}` : name)));
    if (plain !== undefined) before = own.at(-1) ?? '';
  }
  return names;
}

describe('what the documents say where things are', () => {
  const tree = readmeTree();

  it('the README’s tree names every top folder, and none that is not there', () =>
    assert.deepEqual(
      [...tree.keys()].sort(),
      foldersOf('.')
        .filter(name => !made.includes(name))
        .sort(),
    ));

  for (const house of houses) {
    it(`the README’s tree names every folder of ${house}/, and none that is not there`, () => {
      const named = namedIn(house, tree.get(house) ?? '');
      assert.deepEqual(
        named.filter(name => !existsSync(path.join(house, name))),
        [],
      );
      assert.deepEqual(
        foldersOf(house).filter(name => !named.includes(`${name}/`)),
        [],
      );
    });
  }

  for (const document of [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/architecture.md',
    'docs/reliability.md',
  ]) {
    it(`${document} names and links only what is there`, () => {
      const text = readFileSync(document, 'utf8').replace(/```.*?```/gs, '');
      const named = [
        ...text.matchAll(/`((?:core|inference|extension|webview|test|docs|media|samples)\/[\w./-]*)`/g),
      ].map(([, name]) => name);
      const linked = [...text.matchAll(/\]\((?!\w+:)([^)#]+)[^)]*\)/g)].map(([, link]) =>
        path.join(path.dirname(document), link),
      );
      assert.ok(named.length + linked.length > 0);
      assert.deepEqual(
        [...named, ...linked].filter(name => !existsSync(name) && !existsSync(`${name}.ts`)),
        [],
      );
    });
  }
});
