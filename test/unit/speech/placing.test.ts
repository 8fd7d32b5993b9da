import assert from 'node:assert/strict';
import { alignmentMatrix, medianFilter } from '../../../core/speech/alignmentMatrix';
import { audioWindows, peaksOf } from '../../../core/speech/audioWindows';
import { formatTime, subtitleTime } from '../../../core/speech/formatTime';
import { speechWords } from '../../../core/speech/speechWords';
import { srt, subtitleCues, webVtt, wordCues } from '../../../core/speech/subtitles';
import { timeWarp } from '../../../core/speech/timeWarp';
import { wordLabels } from '../../../core/speech/wordLabels';
import { waveformPicture } from '../../../core/speech/waveformPicture';
import { waveformSvg } from '../../../core/speech/waveformSvg';

describe('placing words in time', () => {
  it('the way through a matrix enters each row where its weight begins', () => {
    assert.deepEqual(
      timeWarp(Float32Array.from([1, 1, -1, -1, -1, -1, -1, -1, 1, 1, 1, -1, -1, -1, -1, -1, -1, 1]), 3, 6),
      [0, 2, 5],
    );
    assert.deepEqual(timeWarp(Float32Array.from([1, -1, -1, 1]), 2, 2), [0, 1]);
    assert.deepEqual(timeWarp(Float32Array.from([3, 2, 1]), 3, 1), [0, 0, 0], 'more tokens than frames');
    assert.deepEqual(timeWarp(Float32Array.from([1, 2, 3]), 1, 3), [0], 'one token');
  });

  it('finds the best of all ways, as trying each says', () => {
    const value = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;
    for (let trial = 0; trial < 20; trial++) {
      const [rows, columns] = [2 + (trial % 3), 3 + (trial % 4)];
      const matrix = Float32Array.from({ length: rows * columns }, (_, i) => value(trial * 100 + i));
      const best = (row: number, column: number): number => {
        const here = matrix[row * columns + column];
        if (row === 0 && column === 0) return here;
        return (
          here +
          Math.max(
            row > 0 && column > 0 ? best(row - 1, column - 1) : -Infinity,
            row > 0 ? best(row - 1, column) : -Infinity,
            column > 0 ? best(row, column - 1) : -Infinity,
          )
        );
      };
      const enters = timeWarp(matrix, rows, columns);
      // Along the way found: from where each row is entered to where the next is, the step between them either straight down or aslant.
      const along = (row: number, column: number): number => {
        if (row === rows - 1) {
          return Array.from({ length: columns - column }, (_, i) => matrix[row * columns + column + i]).reduce(
            (a, b) => a + b,
          );
        }
        const next = enters[row + 1];
        let sum = 0;
        for (let c = column; c < next; c++) sum += matrix[row * columns + c];
        const aslant = next > column ? sum + along(row + 1, next) : -Infinity;
        return Math.max(aslant, sum + matrix[row * columns + next] + along(row + 1, next));
      };
      assert.ok(Math.abs(along(0, enters[0]) - best(rows - 1, columns - 1)) < 1e-5, `trial ${trial}`);
    }
  });

  it('the median keeps edges and drops spikes', () => {
    assert.deepEqual(
      [...medianFilter(Float32Array.from([0, 0, 9, 0, 0, 0, 5, 5, 5, 5, 5]), 3)],
      [0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5],
    );
    assert.deepEqual([...medianFilter(Float32Array.from([3]), 7)], [3]);
  });

  it('tokens are standardised over each frame, heads that are not chosen left out', () => {
    const data = new Float32Array(2 * 3 * 10);
    // Head 1: the token of row 1 looks at the first four frames, that of row 2 at the next four; two frames hold no audio.
    for (let frame = 0; frame < 4; frame++) [data[30 + 10 + frame], data[30 + 20 + 4 + frame]] = [0.25, 0.25];
    const matrix = alignmentMatrix([{ layer: 0, heads: 2, queries: 3, keys: 10, data }], [[0, 1]], 1, 2, 8);
    assert.deepEqual([...matrix].map(Math.round), [1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1]);
    assert.deepEqual(timeWarp(matrix, 2, 8), [0, 4]);
  });

  const tokens = (texts: readonly string[], language?: string) => {
    const bytes = texts.map(text => (typeof text === 'string' ? new TextEncoder().encode(text) : text));
    return speechWords(
      texts.map((_, i) => i),
      ids => new TextDecoder().decode(Buffer.concat(ids.map(i => bytes[i]))),
      language,
    ).map(({ text, from, to }) => [text, from, to]);
  };

  it('words are joined at spaces, punctuation stays with the word before', () => {
    assert.deepEqual(tokens([' Hel', 'lo', ',', ' wor', 'ld', '!']), [
      ['Hello,', 0, 3],
      ['world!', 3, 6],
    ]);
    assert.deepEqual(tokens(['¿', 'Que', ' tal', '?']), [
      ['¿Que', 0, 2],
      ['tal?', 2, 4],
    ]);
    assert.deepEqual(tokens([' don', "'", 't']), [["don't", 0, 3]]);
    assert.deepEqual(
      tokens([' ', 'al', 'pha', ' ', 'go', 'lf', ' -']),
      [
        ['alpha', 0, 3],
        ['golf -', 3, 7],
      ],
      'a space may be a token',
    );
    assert.deepEqual(tokens([]), []);
  });

  it('punctuation takes no time', () => {
    const texts = [' (', 'Hel', 'lo', ',', ' "', 'you', '!"', ' ...'];
    const words = speechWords(
      texts.map((_, i) => i),
      ids => ids.map(i => texts[i]).join(''),
    );
    assert.deepEqual(
      words.map(({ text, sounds }) => [text, sounds.from, sounds.to]),
      [
        ['(Hello,', 1, 3],
        ['"you!" ...', 5, 6],
      ],
    );
    assert.deepEqual(
      speechWords([0], () => ' ...').map(({ sounds }) => sounds),
      [{ from: 0, to: 1 }],
      'where there is nothing else',
    );
  });

  it('a character of several tokens is one', () => {
    const bytes = [...new TextEncoder().encode(' Übel')];
    const words = speechWords(
      bytes.map((_, i) => i),
      ids => new TextDecoder().decode(Uint8Array.from(ids, i => bytes[i])),
    );
    assert.deepEqual(words, [{ text: 'Übel', from: 0, to: 6, sounds: { from: 1, to: 6 } }]);
  });

  it('a language without spaces gives its characters', () => {
    assert.deepEqual(tokens(['今', '日', 'は', '。', '雨'], 'ja'), [
      ['今', 0, 1],
      ['日', 1, 2],
      ['は。', 2, 4],
      ['雨', 4, 5],
    ]);
  });

  it('windows are cut where it is quiet, and follow each other without a gap', () => {
    const rate = 100;
    const samples = Float32Array.from({ length: 95 * rate }, (_, i) => ((i / rate) % 27 > 26 ? 0 : 0.5));
    const windows = audioWindows(samples, rate, 30 * rate);
    assert.deepEqual(
      windows.map(({ start }) => start),
      [0, ...windows.slice(0, -1).map(({ end }) => end)],
    );
    assert.equal(windows.at(-1)!.end, samples.length);
    assert.ok(windows.every(({ start, end }) => end - start <= 30 * rate));
    for (const { end } of windows.slice(0, -1)) {
      assert.ok((end / rate) % 27 > 26 || (end / rate) % 27 < 0.01, `cut at ${end / rate} s`);
    }
    assert.deepEqual(audioWindows(samples.subarray(0, 30 * rate), rate, 30 * rate), [{ start: 0, end: 30 * rate }]);
    assert.deepEqual([...peaksOf(Float32Array.from([0.1, -0.5, 0.2, 0]), 2, 1)], [0.5, Math.fround(0.2)]);
  });

  const word = (text: string, start: number, end: number) => ({
    text,
    start,
    end,
    probability: 1,
    window: 0,
    index: 0,
  });

  it('subtitles break at sentences and pauses', () => {
    const cues = subtitleCues([word('One', 0, 0.5), word('two.', 0.5, 1), word('Three', 1, 1.5), word('four', 3, 3.5)]);
    assert.deepEqual(cues, [
      { start: 0, end: 1, text: 'One two.' },
      { start: 1, end: 1.5, text: 'Three' },
      { start: 3, end: 3.5, text: 'four' },
    ]);
    assert.equal(srt(cues.slice(0, 1)), '1\n00:00:00,000 --> 00:00:01,000\nOne two.\n');
    assert.equal(
      webVtt([{ start: 3661.5, end: 3662, text: 'a < b' }]),
      'WEBVTT\n\n01:01:01.500 --> 01:01:02.000\na &lt; b\n',
    );
    assert.equal(
      srt(wordCues([word('One', 0, 0.5), word('two.', 0.5, 1)])),
      '1\n00:00:00,000 --> 00:00:00,500\nOne\n\n2\n00:00:00,500 --> 00:00:01,000\ntwo.\n',
    );
    assert.deepEqual(
      [formatTime(75.25, 2), formatTime(59.96), formatTime(3600, 0), formatTime(-0.02, 2), subtitleTime(0.0004, '.')],
      ['1:15.25', '1:00.0', '1:00:00', '0:00.00', '00:00:00.000'],
    );
  });

  it('a word too short for its label has it below, as long as there is room', () => {
    const box = (x: number, width: number, textWidth: number, first = false) => ({ x, width, textWidth, first });
    assert.deepEqual(wordLabels([box(0, 50, 40), box(50, 8, 30), box(58, 8, 30), box(90, 60, 40)], 200, 4, 2), [
      { row: 0, x: 4 },
      { row: 1, x: 50 },
      { row: 2, x: 58 },
      { row: 0, x: 94 },
    ]);
    // At the edge it is moved left; the chosen word goes first where not all have room.
    assert.deepEqual(wordLabels([box(170, 8, 40), box(180, 8, 40), box(190, 8, 40, true)], 200, 4, 1), [
      undefined,
      undefined,
      { row: 1, x: 160 },
    ]);
    const short = {
      view: { start: 0, end: 60 },
      peaks: new Float32Array(12_000),
      words: [word('abracadabra', 1, 1.3)],
    };
    const colors = { background: [0, 0, 0], foreground: [1, 1, 1], dim: [2, 2, 2], line: [3, 3, 3] } as const;
    const svg = waveformSvg(short, { title: 't', subtitle: 's', description: 'd' }, { ...colors, heat: [4, 5, 6] });
    assert.match(svg, />abracadabra</);
  });

  it('the picture shows what is in sight, heat where the frames are', () => {
    const [one, two] = [word('one', 1, 2), word('two', 5, 6)];
    const content = {
      view: { start: 0, end: 4 },
      peaks: new Float32Array(1200).fill(0.5),
      words: [one, two],
      chosen: one,
      heat: { start: 0, framesPerSecond: 1, values: Float32Array.from([0, 2, 1, 0, 0, 9]) },
    };
    const { words, heat, bars } = waveformPicture(content, 400);
    assert.deepEqual(words, [{ x: 100, width: 100, word: one }]);
    assert.deepEqual(
      heat.map(({ x, width }) => [x, width]),
      [
        [100, 100],
        [200, 100],
      ],
    );
    assert.ok(bars.every(({ height, x, width }) => height === 1 && x >= 0 && x + width <= 402));
    const svg = waveformSvg(
      content,
      { title: 'a & b', subtitle: 'm', description: 'd' },
      { background: [0, 0, 0], foreground: [1, 1, 1], dim: [2, 2, 2], line: [3, 3, 3], heat: [4, 5, 6] },
    );
    assert.match(svg, /a &amp; b/);
    assert.match(svg, /fill="#040506"/);
    assert.match(svg, />one</);
    assert.doesNotMatch(svg, />two</);
  });
});
