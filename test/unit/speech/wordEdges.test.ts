import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { alignmentMatrix } from '../../../core/speech/alignmentMatrix';
import { soundStretches } from '../../../core/speech/soundStretches';
import { speechWords } from '../../../core/speech/speechWords';
import { timeWarp } from '../../../core/speech/timeWarp';
import { wordEdges } from '../../../core/speech/wordEdges';
import { decodeAudio, modelRate } from '../../../inference/speech/decodeAudio';

const folder = path.resolve('test/fixtures/speech/espeak');
/** Seconds between two columns of Whisper's cross-attention. */
const frame = 0.02;

interface Spoken {
  /** Each word, and the seconds at which it begins and ends. */
  readonly words: readonly (readonly [string, number, number])[];
  readonly tokens: readonly string[];
  readonly firstRow: number;
  /** [heads, tokens, frames] of the heads that Whisper tiny.en names for placing words. */
  readonly shape: readonly [number, number, number];
  /** Where transformers says that each token ends. */
  readonly transformers: readonly number[];
}

describe('words end where they sound', () => {
  describe('espeak-ng’s speech with known pauses, as Whisper tiny.en listened to it', () => {
    const spoken = JSON.parse(readFileSync(path.join(folder, 'pauses.json'), 'utf8')) as Spoken;
    const { tokens, firstRow, shape } = spoken;
    const [heads, queries, keys] = shape;
    const halves = readFileSync(path.join(folder, 'pauses.bin'));
    const data = Float32Array.from({ length: heads * queries * keys }, (_, i) => half(halves.readUInt16LE(2 * i)));
    const rows = tokens.length + 1;
    const enters = timeWarp(
      alignmentMatrix(
        [{ layer: 0, heads, queries, keys, data }],
        Array.from({ length: heads }, (_, head) => [0, head] as const),
        firstRow,
        rows,
        keys,
      ),
      rows,
      keys,
    ).map(column => column * frame);
    const words = speechWords(
      tokens.map((_, i) => i),
      ids => ids.map(i => tokens[i]).join(''),
    );
    let sounds: ReturnType<typeof soundStretches>;

    before(async () => {
      const { samples } = await decodeAudio({ name: 'pauses.flac', path: path.join(folder, 'pauses.flac') });
      sounds = soundStretches(samples, modelRate);
    });

    it('tokens are placed where transformers places them', () => {
      // Transformers leaves out the row that writes the first token, so that this one always ends at 0.
      for (let i = 1; i < tokens.length; i++) {
        const [here, there] = [enters[i + 1], spoken.transformers[i]];
        assert.ok(Math.abs(here - there) <= 0.1, `“${tokens[i]}” ends at ${here}, there at ${there}`);
      }
    });

    it('each edge lies within 0.15 s of where the word begins and ends', () => {
      const edges = wordEdges(
        words.map(({ text, sounds: { from, to } }) => ({ text, start: enters[from], end: enters[to] })),
        sounds,
      );
      const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
      assert.deepEqual(
        words.map(({ text }) => plain(text)),
        spoken.words.map(([text]) => plain(text)),
      );
      spoken.words.forEach(([text, start, end], i) => {
        assert.ok(Math.abs(edges[i].start - start) < 0.15, `“${text}” begins at ${start}, heard ${edges[i].start}`);
        assert.ok(Math.abs(edges[i].end - end) < 0.15, `“${text}” ends at ${end}, heard ${edges[i].end}`);
        assert.ok(edges[i].end > edges[i].start);
      });
    });
  });

  const word = (text: string, start: number, end: number) => ({ text, start, end });
  const range = (start: number, end: number) => ({ start, end });

  // Where there is no pause the next word begins a tenth of a second before attention goes over to it.
  it('a pause lies between the words whose border is nearest, and these end and begin with the sound', () => {
    assert.deepEqual(
      wordEdges([word('one', 0, 1.4), word('two', 1.4, 2.1), word('three', 2.1, 4)], [range(0.5, 1), range(1.6, 3)]),
      [range(0.5, 1), range(1.6, 2), range(2, 3)],
    );
    // The border was found 0.2 s within the second word.
    assert.deepEqual(wordEdges([word('one', 0, 1.8), word('two', 1.8, 3)], [range(0.5, 1), range(1.6, 3)]), [
      range(0.5, 1),
      range(1.6, 3),
    ]);
  });

  it('no word is empty or lies over a pause, wherever attention places it', () => {
    const sounds = [range(0.5, 1), range(1.6, 3), range(3.5, 4)];
    for (const placed of [
      [word('a', 0, 0), word('bee', 0, 0), word('cee', 0, 0), word('d', 0, 0)],
      [word('a', 5, 5), word('bee', 5, 5), word('cee', 5, 5), word('d', 5, 5)],
      [word('a', 0.7, 1.3), word('bee', 1.3, 1.3), word('cee', 1.3, 3.7), word('d', 3.7, 3.7)],
    ]) {
      const edges = wordEdges(placed, sounds);
      assert.equal(edges.length, 4);
      edges.forEach(({ start, end }, i) => {
        assert.ok(end - start > 0.02, JSON.stringify(edges));
        assert.ok(i === 0 || start >= edges[i - 1].end, JSON.stringify(edges));
        assert.ok(
          sounds.some(sound => start >= sound.start && end <= sound.end),
          JSON.stringify(edges),
        );
      });
    }
    assert.deepEqual(wordEdges([], sounds), []);
    assert.deepEqual(wordEdges([word('a', 1, 2)], []), [range(1, 2)]);
  });

  it('a short silence, as before a “t”, may lie within a word', () => {
    assert.deepEqual(wordEdges([word('hotel', 0.2, 1.1)], [range(0.2, 0.6), range(0.72, 1.1)]), [range(0.2, 1.1)]);
    assert.deepEqual(
      wordEdges([word('hotel', 0.2, 1.1), word('echo', 1.1, 1.6)], [range(0.2, 0.6), range(0.72, 1.6)]),
      [range(0.2, 1), range(1, 1.6)],
    );
  });

  it('sound is told from the recording’s own silence', () => {
    const rate = 8000;
    const tone = (at: number) => (at >= 1 && at < 1.5) || (at >= 2 && at < 3);
    for (const noise of [0, 0.003]) {
      const samples = Float32Array.from({ length: 4 * rate }, (_, i) => {
        const random = (Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1) - 0.5;
        return (tone(i / rate) ? 0.3 * Math.sin((2 * Math.PI * 300 * i) / rate) : 0) + noise * random;
      });
      const found = soundStretches(samples, rate);
      assert.equal(found.length, 2, JSON.stringify(found));
      [1, 1.5, 2, 3].forEach((edge, i) => {
        const at = i % 2 === 0 ? found[i >> 1].start : found[i >> 1].end;
        assert.ok(Math.abs(at - edge) < 0.03, `${at}, not ${edge}`);
      });
    }
    assert.deepEqual(soundStretches(new Float32Array(rate).fill(0.1), rate), [{ start: 0, end: 1 }], 'no silence');
  });
});

/** A number of half precision (IEEE 754 binary16). */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const value = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 === 1 ? -value : value;
}
