import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeAudio, modelRate } from '../../../inference/speech/decodeAudio';
import { wavFile } from '../../support/spokenTones';

/** How much of a frequency a signal holds: its amplitude there, the ends left out. */
function amplitude(samples: Float32Array, frequency: number, rate = modelRate): number {
  const [from, to] = [Math.round(samples.length * 0.2), Math.round(samples.length * 0.8)];
  let [real, imaginary] = [0, 0];
  for (let i = from; i < to; i++) {
    real += samples[i] * Math.cos((2 * Math.PI * frequency * i) / rate);
    imaginary += samples[i] * Math.sin((2 * Math.PI * frequency * i) / rate);
  }
  return (2 * Math.hypot(real, imaginary)) / (to - from);
}

const sine = (frequency: number, rate: number, loud = 0.5, seconds = 0.5) =>
  Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => loud * Math.sin((2 * Math.PI * frequency * i) / rate),
  );
const decode = (bytes: Uint8Array, name = 'a.wav') => decodeAudio({ name, bytes });

describe('decoding audio', () => {
  for (const bits of [8, 16, 24, 32, 'float'] as const) {
    for (const rate of [8000, 16000, 22050, 44100, 48000]) {
      it(`WAV of ${bits === 'float' ? 'float' : `${bits} bits`}, ${rate} Hz, mono and stereo`, async () => {
        const mono = await decode(wavFile([sine(440, rate)], rate, bits));
        assert.deepEqual([mono.format, mono.sampleRate, mono.channels], ['WAV', rate, 1]);
        assert.ok(Math.abs(mono.samples.length - modelRate / 2) <= 1);
        assert.ok(Math.abs(amplitude(mono.samples, 440) - 0.5) < 0.01, String(amplitude(mono.samples, 440)));
        const stereo = await decode(wavFile([sine(440, rate), sine(660, rate, 0.25)], rate, bits));
        assert.equal(stereo.channels, 2);
        assert.ok(Math.abs(amplitude(stereo.samples, 440) - 0.25) < 0.01);
        assert.ok(Math.abs(amplitude(stereo.samples, 660) - 0.125) < 0.01);
      });
    }
  }

  it('what lies above the model’s band does not come back below it', async () => {
    const { samples } = await decode(wavFile([sine(11_000, 44_100)], 44_100));
    assert.ok(Math.max(...samples.subarray(400, -400).map(Math.abs)) < 0.005);
  });

  for (const [file, format, rate] of [
    ['tone.mp3', 'MP3', 44100],
    ['tone.flac', 'FLAC', 44100],
    ['tone.ogg', 'Ogg Vorbis', 44100],
    ['tone.opus', 'Ogg Opus', 48000],
  ] as const) {
    it(format, async () => {
      const audio = await decode(readFileSync(`test/fixtures/speech/formats/${file}`), file);
      assert.deepEqual([audio.format, audio.sampleRate, audio.channels], [format, rate, 2]);
      assert.ok(Math.abs(audio.samples.length / modelRate - 0.5) < 0.08, `${audio.samples.length / modelRate} s`);
      assert.ok(Math.abs(amplitude(audio.samples, 440) - 0.25) < 0.02);
      assert.ok(Math.abs(amplitude(audio.samples, 660) - 0.125) < 0.02);
    });
  }

  it('says in one sentence what is wrong', async () => {
    const ten = wavFile([sine(440, 8000)], 8000);
    await assert.rejects(decode(new Uint8Array(0)), /^Error: a\.wav is empty; record or save it again\.$/);
    await assert.rejects(decode(Buffer.from('This is no sound.')), /a\.wav is not an audio file that can be read/);
    await assert.rejects(decode(Buffer.from('This is no sound.'), 'notes.txt'), /notes\.txt is not an audio file\./);
    await assert.rejects(decode(ten.subarray(0, 44)), /damaged or holds no sound/);
    await assert.rejects(decode(ten.subarray(0, 30)), /damaged/);
    await assert.rejects(
      decode(Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('ftypM4A ')]), 'a.m4a'),
      /a\.m4a is AAC \(M4A, MP4\), which cannot be decoded here \(its free decoders are under the GPL, .+\); save it as WAV, MP3, FLAC or Ogg, such as with “ffmpeg -i a\.m4a a\.wav”\./,
    );
    await assert.rejects(decode(wavFile([new Float32Array(8000)], 8000)), /is silent from beginning to end/);
    await assert.rejects(
      decode(wavFile([new Float32Array(100 * 7300).fill(0.1)], 100, 8)),
      /lasts 122 minutes, and 120 are read at most/,
    );
    await assert.rejects(
      decodeAudio({ name: 'gone.wav', path: '/nowhere/gone.wav' }),
      /gone\.wav cannot be read; check that it is still there/,
    );
    for (const file of ['tone.mp3', 'tone.flac', 'tone.ogg', 'tone.opus']) {
      const whole = readFileSync(`test/fixtures/speech/formats/${file}`);
      await assert.rejects(decode(whole.subarray(0, 120), file), /damaged/, file);
    }
  });

  it('a file that is cut short gives what is there', async () => {
    const whole = wavFile([sine(440, 16000)], 16000);
    const { samples } = await decode(whole.subarray(0, whole.length / 2));
    assert.ok(samples.length > 3900 && samples.length < 4000);
  });
});
