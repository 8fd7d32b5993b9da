import assert from 'node:assert/strict';
import { innermostBlock, type BlockSymbol } from '../../../extension/lens/innermostBlock';
import { lensWindow, type Lines, type LensWindow, type Place } from '../../../extension/lens/lensWindow';

const code = `import a from 'a';
import b from 'b';

/** Adds. */
function add(x) {
  if (x) {

    return x + 1;
  }
}

const last = 1;
`.split('\n');

function lines(text: readonly string[]): Lines & { readonly looked: Set<number> } {
  const looked = new Set<number>();
  return {
    lineCount: text.length,
    looked,
    lineAt: line => {
      looked.add(line);
      return { text: text[line] };
    },
  };
}

/** The window's first and last line. */
function range(text: readonly string[], line: number, window: LensWindow, characters = 1000): [number, number] {
  const { start, end } = lensWindow(lines(text), { line, character: 0 }, window, characters);
  return [start.line, end.line];
}

describe('lensWindow', () => {
  it('takes the block by indentation: a function with what stands above it, a paragraph', () => {
    assert.deepEqual(range(code, 7, { kind: 'block' }), [3, 9]);
    assert.deepEqual(range(code, 6, { kind: 'block' }), [3, 9], 'in an empty line of the function');
    assert.deepEqual(range(code, 0, { kind: 'block' }), [0, 1]);
    assert.deepEqual(range(code, 10, { kind: 'block' }), [3, 10], 'in the empty line behind the function');
    assert.deepEqual(range(code, 12, { kind: 'block' }), [11, 12]);
    assert.deepEqual(
      range(['def f', '', 'end', '', 'g'], 0, { kind: 'block' }),
      [0, 2],
      'what only closes begins no block',
    );
  });

  it('takes the block that the language tells', () => {
    const { start, end } = lensWindow(lines(code), { line: 7, character: 3 }, { kind: 'block' }, 1000, {
      first: 5,
      last: 8,
    });
    assert.deepEqual(
      [start, end],
      [
        { line: 5, character: 0 },
        { line: 8, character: 3 },
      ],
    );
  });

  it('takes lines before the caret’s, or the document', () => {
    assert.deepEqual(range(code, 7, { kind: 'lines', before: 2 }), [5, 7]);
    assert.deepEqual(range(code, 1, { kind: 'lines', before: 20 }), [0, 1]);
    assert.deepEqual(range(code, 7, { kind: 'lines', before: 0 }), [7, 7]);
    assert.deepEqual(range(code, 7, { kind: 'document' }), [0, 12]);
  });

  it('keeps to whole lines within the room, most of it before the caret, and looks at no others', () => {
    const long = Array.from({ length: 100_000 }, () => '123456789');
    const text = lines(long);
    const { start, end } = lensWindow(text, { line: 50_000, character: 0 }, { kind: 'document' }, 1000);
    assert.equal((end.line - start.line + 1) * 10, 1000);
    assert.ok(50_000 - start.line >= 70 && end.line - 50_000 >= 20, `${start.line} to ${end.line}`);
    assert.ok(text.looked.size < 110);
    assert.deepEqual(range(long, 0, { kind: 'document' }, 1000), [0, 99], 'at the start, all room is behind');
    assert.deepEqual(range(long, 99_999, { kind: 'document' }, 1000), [99_900, 99_999], 'at the end, before');
    const block = lines(long.map(line => ` ${line}`));
    lensWindow(block, { line: 50_000, character: 0 }, { kind: 'block' }, 1000);
    assert.ok(block.looked.size < 400);
  });

  it('takes a part of a line that alone is too long, and no half characters', () => {
    const emoji = lines(['😀'.repeat(500)]);
    const part = (character: number): [Place, Place] => {
      const { start, end } = lensWindow(emoji, { line: 0, character }, { kind: 'block' }, 101);
      return [start, end];
    };
    const [start, end] = part(600);
    assert.ok(start.character <= 600 && end.character >= 600 && end.character - start.character <= 102);
    assert.equal((start.character % 2) + (end.character % 2), 0);
    assert.deepEqual(
      part(0).map(p => p.character),
      [0, 100],
    );
    assert.equal(part(1000)[1].character, 1000);
  });
});

describe('innermostBlock', () => {
  const symbol = (first: number, last: number, value = false, children: BlockSymbol[] = []): BlockSymbol => ({
    first,
    last,
    value,
    children,
  });
  const symbols = [
    symbol(0, 20, false, [symbol(2, 10, false, [symbol(3, 6, true), symbol(8, 8)]), symbol(12, 12)]),
    symbol(22, 30, true, [symbol(24, 26, true)]),
    symbol(32, 32),
  ];

  it('is the smallest of several lines, a function rather than a variable in it', () => {
    assert.deepEqual(innermostBlock(symbols, 4), { first: 2, last: 10 });
    assert.deepEqual(innermostBlock(symbols, 8), { first: 2, last: 10 });
    assert.deepEqual(innermostBlock(symbols, 12), { first: 0, last: 20 });
  });

  it('is a variable of several lines where there is nothing else', () => {
    assert.deepEqual(innermostBlock(symbols, 25), { first: 22, last: 30 });
  });

  it('is none elsewhere', () => {
    assert.equal(innermostBlock(symbols, 21), undefined);
    assert.equal(innermostBlock(symbols, 32), undefined);
    assert.equal(innermostBlock([], 0), undefined);
  });
});
