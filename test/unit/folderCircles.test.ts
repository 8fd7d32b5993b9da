import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { folderCircle } from './support/folderCircle';

/** All sources of a house, by their paths. */
function sourcesOf(house: string): Map<string, string> {
  const files = readdirSync(house, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return new Map(
    files.map(file => [`${house}/${file.split(path.sep).join('/')}`, readFileSync(path.join(house, file), 'utf8')]),
  );
}

describe('the folders of a house import no folder that imports them back', () => {
  for (const house of ['core', 'inference', 'extension', 'webview']) {
    it(house, () => {
      const sources = sourcesOf(house);
      assert.ok(sources.size > 10, `${house} was read`);
      const circle = folderCircle(sources);
      assert.equal(circle, undefined, circle);
    });
  }
});

describe('folderCircle', () => {
  const tree = {
    'house/main.ts': `import { a } from './a/one';`,
    'house/a/one.ts': `import {\n  b,\n} from '../b/two';`,
    'house/a/own.ts': `import { one } from './one';`,
    'house/b/two.ts': `import fs from 'node:fs';`,
    'house/b/c/index.ts': `import '../two';`,
  };
  const of = (changed: Readonly<Record<string, string>>) =>
    folderCircle(new Map(Object.entries({ ...tree, ...changed })));

  it('finds none where folders import one way only', () => assert.equal(of({}), undefined));

  for (const [what, line] of Object.entries({
    'an import': `import { one } from '../a/one';`,
    'a type': `import type { One } from '../a/one';`,
    'a re-export': `export { one } from '../a/one';`,
    'a late import': `const one = () => import('../a/one');`,
  })) {
    it(`finds the folder that is imported back by ${what}`, () =>
      assert.equal(
        of({ 'house/b/two.ts': line }),
        'house/a → house/b → house/a\nhouse/a/one.ts imports house/b/two.ts\nhouse/b/two.ts imports house/a/one.ts',
      ));
  }

  it('finds a circle over several folders, and counts a folder in a folder by itself', () => {
    assert.equal(
      of({ 'house/b/two.ts': `import { c } from './c';` }),
      'house/b → house/b/c → house/b\nhouse/b/two.ts imports house/b/c/index.ts\nhouse/b/c/index.ts imports house/b/two.ts',
    );
    assert.equal(
      of({ 'house/b/two.ts': `import { d } from '../d/four';`, 'house/d/four.ts': `import { own } from '../a/own';` }),
      'house/a → house/b → house/d → house/a\nhouse/a/one.ts imports house/b/two.ts\nhouse/b/two.ts imports house/d/four.ts\nhouse/d/four.ts imports house/a/own.ts',
    );
  });
});
