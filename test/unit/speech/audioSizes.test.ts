import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { audioLength } from '../../../core/speech/audioLength';
import { sniffAudio, type AudioFormat } from '../../../core/speech/audioKinds';
import { Resampler } from '../../../core/speech/resampler';
import { decodeAudio } from '../../../inference/speech/decodeAudio';
import { spokenTones, spokenReference, wavFile } from '../../support/spokenTones';
import { silentFlac } from './support/silentFlac';

const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/speech/formats/${name}`));
const limits = { bytes: 2 ** 30, seconds: 60 };
const tooLong = (minutes: number) =>
  new RegExp(`^Error: long lasts ${minutes.toLocaleString('en')} minutes, and 1 are read at most; cut it`);
/** Rejects with a sentence, and decodes nothing: no piece was asked for. */
async function refusedUnread(bytes: Uint8Array, sentence: RegExp): Promise<void> {
  let pieces = 0;
  await assert.rejects(
    decodeAudio({ name: 'long', bytes }, () => pieces++, limits),
    sentence,
  );
  assert.equal(pieces, 0);
}

describe('the length of audio is known before it is decoded', () => {
  for (const file of ['tone.mp3', 'tone.flac', 'tone.ogg', 'tone.opus']) {
    it(`${file}: its header and its frames agree`, async () => {
      const bytes = fixture(file);
      const told = audioLength(bytes, sniffAudio(bytes) as AudioFormat)!;
      const { samples } = await decodeAudio({ name: file, bytes });
      assert.ok(Math.abs(told - samples.length / 16_000) < 0.1, `${told} and ${samples.length / 16_000}`);
    });
  }

  it('of WAV, also of ADPCM, of unknown length and of headers that cannot be', () => {
    const wav = wavFile([new Float32Array(12_000)], 8000);
    assert.equal(audioLength(wav, 'wav'), 1.5);
    const open = Buffer.from(wav);
    open.writeUInt32LE(0xffffffff, 40);
    assert.equal(audioLength(open, 'wav'), 1.5);
    // 505 samples in each block of 256 bytes.
    const adpcm = Buffer.concat([wav.subarray(0, 36), Buffer.from([2, 0, 0xf9, 1]), wav.subarray(36)]);
    adpcm.writeUInt32LE(20, 16);
    adpcm.writeUInt16LE(0x11, 20);
    adpcm.writeUInt16LE(256, 32);
    assert.equal(audioLength(adpcm, 'wav'), (Math.floor(24_000 / 256) * 505) / 8000);
    adpcm.writeUInt16LE(65_535, 38);
    assert.equal(audioLength(adpcm, 'wav'), undefined, '65,535 samples in 256 bytes');
    const channels = Buffer.from(wav);
    channels.writeUInt16LE(65_535, 22);
    assert.equal(audioLength(channels, 'wav'), undefined, '65,535 channels');
  });

  it('too long audio is refused by its headers, of every format, and nothing of it is decoded', async () => {
    await refusedUnread(silentFlac(36_000, 1), tooLong(600));
    const wav = wavFile([new Float32Array(0)], 1);
    await refusedUnread(Buffer.concat([wav, new Uint8Array(72_000)]).fill(0xff, 40, 44), tooLong(600));
    const mp3 = Buffer.alloc(144 * 200);
    // 576 samples at 8,000 a second in each frame of 8 kbit/s: MPEG 2.5, layer III.
    for (let at = 0; at < mp3.length; at += 72) mp3.writeUInt32BE(0xffe31800, at);
    const frames = Buffer.concat(Array.from({ length: 5 }, () => mp3));
    await refusedUnread(frames, tooLong(3));
    for (const file of ['tone.ogg', 'tone.opus']) {
      const bytes = Buffer.from(fixture(file));
      const rate = file === 'tone.ogg' ? 44_100 : 48_000;
      bytes.writeBigInt64LE(BigInt(rate * 36_000), bytes.lastIndexOf('OggS') + 6);
      await refusedUnread(bytes, tooLong(600));
      await refusedUnread(Buffer.concat([bytes, bytes]), tooLong(1200));
    }
  });

  it('where the header says nothing or lies, frames are counted, and what comes out is', async () => {
    for (const told of [0, 16_000]) {
      const bytes = silentFlac(0, 1000, told);
      assert.equal(audioLength(bytes, 'flac'), (1000 * 4096) / 16_000);
      await refusedUnread(bytes, tooLong(5));
    }
    const opus = Buffer.from(fixture('tone.opus'));
    for (let at = opus.indexOf('OggS'); at >= 0; at = opus.indexOf('OggS', at + 4)) opus.writeBigInt64LE(0n, at + 6);
    assert.equal(audioLength(opus, 'opus'), 0);
    await assert.rejects(
      decodeAudio({ name: 'long', bytes: opus }, undefined, { ...limits, seconds: 0.2 }),
      /long lasts 1 minutes, and 1 are read at most/,
    );
  });

  it('a rate that no recording has is refused, and cancelling ends the work between two pieces', async () => {
    const wav = wavFile([new Float32Array(200_000).fill(0.1)], 2_000_000_001);
    await assert.rejects(decodeAudio({ name: 'a.wav', bytes: wav }), /a\.wav has 2,000,000,001 samples a second, more/);
    let pieces = 0;
    await assert.rejects(
      decodeAudio({ name: 'a.wav', bytes: wavFile([new Float32Array(200_000).fill(0.1)], 48_000) }, () => {
        if (++pieces === 2) throw new Error('Cancelled.');
      }),
      /Cancelled/,
    );
    assert.equal(pieces, 2);
  });

  it('a file that is larger than what is read is refused by its size', async () => {
    const file = 'test/fixtures/speech/formats/tone.flac';
    await assert.rejects(
      decodeAudio({ name: 'tone.flac', path: file }, undefined, { bytes: 1000, seconds: 60 }),
      /tone\.flac has .+, more than is read; cut it into parts/,
    );
  });

  it('what is resampled in pieces is what is resampled at once', () => {
    const { examples } = spokenReference();
    const samples = spokenTones(examples[0]);
    for (const [from, to] of [
      [44_100, 16_000],
      [8000, 16_000],
      [16_000, 16_000],
    ]) {
      const once = new Resampler(from, to);
      const whole = [...once.add(samples), ...once.end()];
      assert.equal(whole.length, Math.round((samples.length * to) / from));
      const often = new Resampler(from, to);
      const pieces: number[] = [];
      for (let at = 0, size = 1; at < samples.length; at += size, size = (size * 7) % 5003) {
        pieces.push(...often.add(samples.slice(at, at + size)));
      }
      pieces.push(...often.end());
      assert.deepEqual(pieces, whole);
    }
  });
});
