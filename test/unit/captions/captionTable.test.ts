import assert from 'node:assert/strict';
import { captionsCsv, captionsJson, captionsMarkdown } from '../../../core/captions/captionTable';

const rows = [
  { path: 'a (1).png', caption: 'a "big", red | [lamp]\nand <b>', state: 'done', model: 'tiny-captioner' },
  { path: '=cmd.png', caption: '', state: 'failed', model: '', reason: 'it is empty' },
];

describe('a table of captions', () => {
  it('as CSV: quotes, commas and line breaks survive, and nothing begins a formula', () => {
    assert.equal(
      captionsCsv(rows),
      [
        'path,caption,state,model,reason',
        'a (1).png,"a ""big"", red | [lamp]\nand <b>",done,tiny-captioner,',
        `'=cmd.png,,failed,,it is empty`,
        '',
      ].join('\r\n'),
    );
  });

  it('as JSON', () => {
    assert.deepEqual(JSON.parse(captionsJson(rows)), rows);
  });

  it('as Markdown: no cell breaks the table, and the paths are links', () => {
    assert.equal(
      captionsMarkdown(rows),
      [
        '| Image | Caption | State |',
        '| --- | --- | --- |',
        String.raw`| [a (1).png](a%20%281%29.png) | a "big", red \| \[lamp\] and \<b\> | done |`,
        '| [=cmd.png](=cmd.png) |  | failed: it is empty |',
        '',
      ].join('\n'),
    );
  });
});
