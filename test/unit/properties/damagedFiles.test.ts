import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { readNpy } from '../../../core/graph/readNpy';
import { audioLength, largestFlacFrame } from '../../../core/speech/audioLength';
import { sniffAudio } from '../../../core/speech/audioKinds';
import { alignTokens } from '../../../core/text/alignTokens';
import { tokenizerFamily } from '../../../core/text/tokenizerFamily';
import { decoding, readImage } from '../../../inference/images/decodeImage';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { damaged } from '../support/damaged';
import { randomNumbers } from '../support/randomNumbers';
import { recordedFamilies } from '../text/tokenizerFixtures';

/** One line that a user can read: no word of the engine's. */
const sentence = /^[^\n]+[.:][^\n]*$/;
const engine = /undefined|is not a function|is not iterable|Cannot read|Invalid (typed )?array|out of bounds|\[object/;

function assertTold(error: unknown): void {
  const { message } = error as Error;
  assert.match(message, sentence);
  assert.doesNotMatch(message, engine);
}

/** Whether an image can be drawn; where it cannot, it is a sentence. */
async function draw(bytes: Uint8Array): Promise<boolean> {
  const source = { name: 'picture', bytes, background: [255, 255, 255] as const };
  try {
    const image = await readImage(source);
    await decoding(source, () => image.render({ side: 32, as: 'pixels' }));
    return true;
  } catch (error) {
    assert.ok(error instanceof InferenceFault, String(error));
    assertTold(error);
    return false;
  }
}

describe('damaged files', function () {
  this.timeout(200_000);

  it('of audio: 4,000 headers give a length that can be, or none', () => {
    const next = randomNumbers(1);
    const files = ['tone.mp3', 'tone.flac', 'tone.ogg', 'tone.opus'].map(
      name => new Uint8Array(readFileSync(`test/fixtures/speech/formats/${name}`)),
    );
    let told = 0;
    for (let i = 0; i < 4000; i++) {
      const bytes = damaged(files[i % files.length], next, 200);
      const format = sniffAudio(bytes);
      if (typeof format !== 'string') continue;
      const seconds = audioLength(bytes, format);
      assert.ok(seconds === undefined || (seconds >= 0 && Number.isFinite(seconds)), `${i}: ${seconds}`);
      if (format === 'flac') largestFlacFrame(bytes);
      told += seconds ? 1 : 0;
    }
    assert.ok(told > 1000, `${told}`);
  });

  it('of numbers: 2,500 arrays of NPY are read, or refused in a sentence', () => {
    const next = randomNumbers(2);
    const files = ['weights', 'vector'].map(name => new Uint8Array(readFileSync(`test/fixtures/export/${name}.npy`)));
    let read = 0;
    for (let i = 0; i < 2500; i++) {
      try {
        const { shape, data } = readNpy(damaged(files[i % files.length], next, 128), 'inputs.npy');
        assert.equal(
          data.length,
          shape.reduce((product, length) => product * length, 1),
        );
        read++;
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assertTold(error);
      }
    }
    assert.ok(read > 100 && read < 2400, `${read}`);
  });

  it('of numbers: a type that only JavaScript’s objects know is refused in a sentence', () => {
    const bytes = new Uint8Array(readFileSync('test/fixtures/export/vector.npy'));
    const text = new TextDecoder('latin1').decode(bytes).replace(/'[<|]f4'/, "'<toString'");
    assert.throws(
      () =>
        readNpy(
          Uint8Array.from(text, each => each.charCodeAt(0)),
          'inputs.npy',
        ),
      /type toString, which Headlight does not read/,
    );
  });

  it('of images: 1,500 pictures are drawn, or refused in a sentence', async () => {
    const next = randomNumbers(3);
    const picture = sharp(readFileSync('test/fixtures/image-models/disc.png'));
    const files = await Promise.all(
      (['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const).map(format =>
        picture.clone().toFormat(format).toBuffer(),
      ),
    );
    let drawn = 0;
    for (let i = 0; i < 1500; i++) {
      if (await draw(damaged(new Uint8Array(files[i % files.length]), next, 100))) drawn++;
    }
    assert.ok(drawn > 50 && drawn < 1450, `${drawn}`);
  });

  it('of icons: 500 are drawn, or refused in a sentence', async () => {
    const next = randomNumbers(4);
    const png = readFileSync('test/fixtures/image-models/small.png');
    const icon = new Uint8Array(22 + png.length);
    const view = new DataView(icon.buffer);
    view.setUint16(2, 1, true);
    view.setUint16(4, 1, true);
    view.setUint32(14, png.length, true);
    view.setUint32(18, 22, true);
    icon.set(png, 22);
    assert.ok(await draw(icon));
    for (let i = 0; i < 500; i++) await draw(damaged(icon, next, 22));
  });

  it('of tokenizers: 600 of other shapes are taken as far as they can be read', () => {
    const files = recordedFamilies.map(
      name => JSON.parse(readFileSync(`test/fixtures/tokenizers/${name}.json`, 'utf8')) as Record<string, unknown>,
    );
    const parts = ['model', 'pre_tokenizer', 'decoder', 'normalizer', 'added_tokens', 'post_processor'];
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.dictionary(fc.constantFrom(...parts), fc.oneof(fc.jsonValue(), steps)),
        fc.jsonValue(),
        (file, changed, config) => {
          const family = tokenizerFamily({ ...file, ...changed }, config);
          const tokens = alignTokens('a text of words', [{ id: 1, piece: 'text', special: false }], family);
          assert.equal(tokens.length, 1);
        },
      ),
      { numRuns: 600 },
    );
  });
});

/** Steps of a tokenizer as its file names them, with parameters that may be anything. */
const steps = fc.record({
  type: fc.constantFrom(
    'Sequence',
    'Replace',
    'Metaspace',
    'ByteLevel',
    'Split',
    'BPE',
    'WordPiece',
    'Strip',
    'Prepend',
  ),
  pattern: fc.oneof(
    fc.jsonValue(),
    fc.record({ Regex: fc.string({ maxLength: 6 }) }),
    fc.record({ String: fc.string() }),
  ),
  content: fc.oneof(fc.jsonValue(), fc.string()),
  pretokenizers: fc.array(fc.jsonValue()),
  normalizers: fc.array(fc.jsonValue()),
  vocab: fc.jsonValue(),
  replacement: fc.oneof(fc.jsonValue(), fc.constantFrom('▁', '')),
});
