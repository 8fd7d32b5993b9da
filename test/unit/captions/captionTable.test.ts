import assert from 'node:assert/strict';
import { captionsCsv, captionsJson, captionsMarkdown, type CaptionRow } from '../../../core/captions/captionTable';

const rows: CaptionRow[] = [
  {
    path: 'a (1).png',
    caption: 'a "big", red | [lamp]\nand <b>',
    state: 'done',
    model: 'tiny-captioner',
    confidence: 0.9376,
    verdict: 'sure',
  },
  {
    path: 'b.png',
    caption: '',
    state: 'done',
    model: 'tiny-captioner',
    confidence: 0.2199,
    verdict: 'not sure',
    guess: 'the flag of eccovia',
  },
  { path: '=cmd.png', caption: '', state: 'failed', model: '', reason: 'it is empty' },
];

describe('a table of captions', () => {
  it('as CSV: quotes, commas and line breaks survive, and nothing begins a formula', () => {
    assert.equal(
      captionsCsv(rows),
      [
        'path,caption,state,model,confidence,verdict,guess,reason',
        'a (1).png,"a ""big"", red | [lamp]\nand <b>",done,tiny-captioner,0.937,sure,,',
        'b.png,,done,tiny-captioner,0.219,not sure,the flag of eccovia,',
        `'=cmd.png,,failed,,,,,it is empty`,
        '',
      ].join('\r\n'),
    );
  });

  it('as JSON', () => {
    assert.deepEqual(JSON.parse(captionsJson(rows)), [
      { ...rows[0], confidence: 0.937 },
      { ...rows[1], confidence: 0.219 },
      rows[2],
    ]);
  });

  it('as Markdown: no cell breaks the table, the paths are links, and a guess is no caption', () => {
    assert.equal(
      captionsMarkdown(rows),
      [
        '| Image | Caption | Confidence | Model | State |',
        '| --- | --- | --- | --- | --- |',
        String.raw`| [a (1).png](a%20%281%29.png) | a "big", red \| \[lamp\] and \<b\> | sure, 0.937 | tiny-captioner | done |`,
        '| [b.png](b.png) |  | not sure, 0.219 | tiny-captioner | done |',
        '| [=cmd.png](=cmd.png) |  |  |  | failed: it is empty |',
        '',
      ].join('\n'),
    );
  });
});
