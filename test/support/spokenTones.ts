import { readFileSync } from 'node:fs';

/** An example of test/fixtures/speech/reference.json. */
export interface SpokenExample {
  readonly language: 'en' | 'de';
  readonly seconds: number;
  /** Number of the word, second it begins, seconds it lasts. */
  readonly words: readonly (readonly [number, number, number])[];
  readonly said: readonly string[];
  readonly tokens: readonly number[];
  readonly text: string;
  /** [layers, heads, tokens, frames]; `offset` in floats of reference.bin. */
  readonly shape: readonly [number, number, number, number];
  readonly offset: number;
}

/** What the tiny Whisper was tried on, and PyTorch's cross-attention. */
export function spokenReference(): {
  rate: number;
  pitches: readonly number[];
  examples: readonly SpokenExample[];
  cross(example: SpokenExample): Float32Array;
} {
  const reference = JSON.parse(readFileSync('test/fixtures/speech/reference.json', 'utf8')) as {
    rate: number;
    pitches: number[];
    examples: SpokenExample[];
  };
  const bytes = readFileSync('test/fixtures/speech/reference.bin');
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return {
    ...reference,
    cross: ({ shape, offset }) => floats.slice(offset, offset + shape.reduce((a, b) => a * b, 1)),
  };
}

/** Words as tones that rise and fall in 20 ms, German ones with overtones: what test/fixtures/speech/make.py trains on. */
export function spokenTones({
  language,
  words,
  seconds,
}: Pick<SpokenExample, 'language' | 'words' | 'seconds'>): Float32Array {
  const { rate, pitches } = spokenReference();
  const audio = new Float32Array(Math.round(seconds * rate));
  for (const [word, start, length] of words) {
    const from = Math.round(start * rate);
    for (let i = 0; i < Math.round(length * rate); i++) {
      const t = i / rate;
      const wave = (language === 'en' ? [1] : [1, 2, 3]).reduce(
        (sum, k) => sum + Math.sin(2 * Math.PI * pitches[word] * k * t) / k,
        0,
      );
      audio[from + i] += 0.3 * wave * Math.max(0, Math.min(1, Math.min(t, length - t) / 0.02));
    }
  }
  return audio;
}

/** A WAV file: PCM of 8, 16, 24 or 32 bits, or float of 32, channels interleaved. */
export function wavFile(
  channels: readonly Float32Array[],
  rate: number,
  bits: 8 | 16 | 24 | 32 | 'float' = 16,
): Buffer {
  const size = bits === 'float' ? 4 : bits / 8;
  const frames = channels[0].length;
  const file = Buffer.alloc(44 + frames * channels.length * size);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(bits === 'float' ? 3 : 1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * channels.length * size, 28);
  file.writeUInt16LE(channels.length * size, 32);
  file.writeUInt16LE(size * 8, 34);
  file.write('data', 36);
  file.writeUInt32LE(file.length - 44, 40);
  let at = 44;
  for (let i = 0; i < frames; i++) {
    for (const channel of channels) {
      const value = Math.max(-1, Math.min(1, channel[i]));
      if (bits === 'float') file.writeFloatLE(value, at);
      else if (bits === 8) file.writeUInt8(Math.round(value * 127) + 128, at);
      else file.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), at, size);
      at += size;
    }
  }
  return file;
}
