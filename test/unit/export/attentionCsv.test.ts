import assert from 'node:assert/strict';
import { attentionCsv } from '../../../core/export/attentionCsv';
import { csvField } from '../../../core/tables/csv';
import { oddPieces, oddRun, referenceRun, textOf } from './exportedRuns';

/** Reads RFC 4180 strictly: CRLF between records, quotes only around whole fields. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    assert.ok(match, `broken at ${JSON.stringify(text.slice(at, at + 40))}`);
    record.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

describe('attentionCsv', () => {
  it('holds every weight of a real run, in order', async () => {
    const { run, layers } = referenceRun();
    const [header, ...rows] = parseCsv(await textOf(attentionCsv(run, layers)));
    assert.deepEqual(header, ['kind', 'layer', 'head', 'query', 'query_token', 'key', 'key_token', 'weight']);
    const n = run.tokens.length;
    assert.equal(rows.length, 4 * 6 * n * n);
    assert.deepEqual(
      Float32Array.from(rows, row => Number(row[7])),
      Float32Array.from(layers.flatMap(({ data }) => [...data])),
    );
    assert.deepEqual(rows[((2 * 6 + 5) * n + 7) * n + 3].slice(0, 7), [
      'self',
      '2',
      '5',
      '7',
      run.tokens[7].text,
      '3',
      run.tokens[3].text,
    ]);
  });

  it('keeps quotes, commas and line breaks of tokens, and shows controls', async () => {
    const { run, layers } = oddRun();
    const rows = parseCsv(await textOf(attentionCsv(run, layers))).slice(1);
    const named: Record<string, string> = {
      '\0\u0007\u001b': '␀␇␛',
      '\ud800': '⟨U+D800⟩',
      '\u0085': '⟨U+0085⟩',
    };
    const tokens = new Map(rows.filter(([kind]) => kind === 'encoder').map(row => [Number(row[5]), row[6]]));
    assert.deepEqual(
      [...tokens.values()],
      [...oddPieces.map(piece => named[piece] ?? piece), '1/2 of 😀', '2/2 of 😀'],
    );
    assert.deepEqual([...new Set(rows.map(([kind]) => kind))], ['encoder', 'decoder', 'cross']);
    assert.equal(rows.find(([kind]) => kind === 'cross')?.[4], 'a');
  });

  it('comes in pieces, from layers that are fetched one by one', async () => {
    const { run, layers } = referenceRun();
    async function* fetched() {
      for (const layer of layers) yield await Promise.resolve(layer);
    }
    const chunks: string[] = [];
    for await (const chunk of attentionCsv(run, fetched())) chunks.push(chunk);
    assert.ok(chunks.length > 5);
    assert.ok(chunks.every(({ length }) => length < 80_000));
    assert.equal(chunks.join(''), await textOf(attentionCsv(run, layers)));
  });

  it('leaves out what is below a threshold', async () => {
    const { run, layers } = referenceRun();
    const rows = parseCsv(await textOf(attentionCsv(run, layers, { threshold: 0.1 }))).slice(1);
    assert.equal(
      rows.length,
      layers.reduce((sum, { data }) => sum + data.filter(weight => weight >= 0.1).length, 0),
    );
    assert.ok(rows.length > 0);
  });

  it('refuses weights that are not the run’s', async () => {
    const { run, layers } = referenceRun();
    await assert.rejects(textOf(attentionCsv(run, [{ ...layers[0], kind: 'cross' }])), /no cross attention/);
    await assert.rejects(textOf(attentionCsv(run, [{ ...layers[0], queries: 3 }])), RangeError);
    await assert.rejects(textOf(attentionCsv(run, [{ ...layers[0], heads: [0] }])), RangeError);
  });
});

describe('csvField', () => {
  it('quotes only what needs it', () => {
    assert.deepEqual(['a', 'a b', ' a', 'a,b', 'say "x"', '\n', ''].map(csvField), [
      'a',
      'a b',
      '" a"',
      '"a,b"',
      '"say ""x"""',
      '"\n"',
      '',
    ]);
  });
});
