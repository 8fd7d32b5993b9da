import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

/** Each test that docs/reliability.md names: its file, and its words there. */
function namedTests(): { file: string; words: string }[] {
  const rows = readFileSync('docs/reliability.md', 'utf8').matchAll(/^\| .+ \| (`test\/.+) \|$/gm);
  return [...rows].flatMap(([, tests]) =>
    tests.split('; `').flatMap(part => {
      const file = /test\/[\w./]+\.test\.ts/.exec(part)?.[0] ?? part;
      return [...part.matchAll(/“(.+?)”/g)].map(([, words]) => ({ file, words }));
    }),
  );
}

describe('the promises of docs/reliability.md', () => {
  it('each name tests that are there', () => {
    const tests = namedTests();
    assert.ok(tests.length > 50, `${tests.length} tests`);
    const gone = tests.filter(({ file, words }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(words));
    assert.deepEqual(gone, []);
  });
});
