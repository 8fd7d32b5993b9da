import { readFile, stat } from 'node:fs/promises';
import { isLfsPointer, lfsPointerWords } from '../../core/models/gitLfs';
import { audioFormatName, promisesAudio, sniffAudio, type AudioFormat } from '../../core/speech/audioKinds';
import { mixDown, resample } from '../../core/speech/resample';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AudioSource } from '../../core/protocol/speechProtocol';
import { InferenceFault } from '../models/inferenceFault';

/** What speech models read. */
export const modelRate = 16_000;

const mostBytes = 2 ** 30;
/** Longer audio is not decoded: as the model reads it, an hour takes 230 MB. */
const mostSeconds = 2 * 3600;
/** What is quieter than this throughout is silence. */
const silence = 1e-4;

/** Audio as a speech model reads it: 16,000 samples a second, one channel. */
export interface DecodedAudio {
  readonly format: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: Float32Array;
}

/** The decoders, each loaded when a file needs it. All are WebAssembly or JavaScript: nothing native. */
const decoders = {
  wav: () => import('@audio/decode-wav'),
  mp3: () => import('@audio/decode-mp3'),
  flac: () => import('@audio/decode-flac'),
  vorbis: () => import('@audio/decode-vorbis'),
  opus: () => import('@audio/decode-opus'),
} as const satisfies Record<AudioFormat, unknown>;

/**
 * Decodes an audio file: WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus; any rate, any number of channels.
 * @throws {InferenceFault} with one sentence: what is wrong with the file.
 */
export async function decodeAudio(source: AudioSource): Promise<DecodedAudio> {
  const bytes = await bytesOf(source);
  const format = sniffAudio(bytes);
  if (bytes.length === 0) throw fault(source, 'is empty; record or save it again');
  if (isLfsPointer(bytes)) throw fault(source, lfsPointerWords);
  if (format === undefined) {
    throw fault(
      source,
      promisesAudio(source.name)
        ? 'is not an audio file that can be read; save it again as WAV, MP3, FLAC or Ogg'
        : 'is not an audio file',
    );
  }
  if (typeof format === 'object') {
    throw fault(
      source,
      `is ${format.other}, which cannot be decoded here${format.why ? ` (${format.why})` : ''}; save it as WAV, MP3, FLAC or Ogg${format.why ? `, such as with “ffmpeg -i ${source.name} ${source.name.replace(/\.[^.]*$/, '')}.wav”` : ''}`,
    );
  }
  const { channelData, sampleRate } = await decode(source, bytes, format);
  const length = channelData[0]?.length ?? 0;
  if (length === 0 || !(sampleRate > 0)) {
    throw fault(
      source,
      `is damaged or holds no sound: no sample of it can be decoded as ${audioFormatName[format]}; save it again`,
    );
  }
  const seconds = length / sampleRate;
  if (seconds > mostSeconds) {
    throw fault(
      source,
      `lasts ${Math.round(seconds / 60)} minutes, and ${mostSeconds / 60} are read at most; cut it into parts`,
    );
  }
  const samples = resample(mixDown(channelData), sampleRate, modelRate);
  if (!samples.some(sample => Math.abs(sample) > silence)) {
    throw fault(source, 'is silent from beginning to end; choose a recording with speech');
  }
  return { format: audioFormatName[format], sampleRate, channels: channelData.length, samples };
}

async function decode(
  source: AudioSource,
  bytes: Uint8Array,
  format: AudioFormat,
): Promise<{ channelData: Float32Array[]; sampleRate: number }> {
  try {
    const { default: decoder } = await decoders[format]();
    return await decoder(bytes);
  } catch (error) {
    throw fault(
      source,
      `is damaged or cut short and cannot be decoded as ${audioFormatName[format]}; save it again`,
      error,
    );
  }
}

async function bytesOf(source: AudioSource): Promise<Uint8Array> {
  if (source.bytes) return source.bytes;
  try {
    const { size } = await stat(source.path!);
    if (size > mostBytes) {
      throw fault(source, `has ${Math.round(size / 2 ** 20)} MB, more than is read; cut it into parts`);
    }
    return await readFile(source.path!);
  } catch (error) {
    if (error instanceof InferenceFault) throw error;
    throw fault(source, 'cannot be read; check that it is still there and may be read', error);
  }
}

function fault({ name }: AudioSource, what: string, cause?: unknown): InferenceFault {
  return new InferenceFault(InferenceErrorCode.audio, `${name} ${what}.`, cause);
}
