import { readFile, stat } from 'node:fs/promises';
import { isLfsPointer, lfsPointerWords } from '../../core/models/gitLfs';
import { audioFormatName, promisesAudio, sniffAudio, type AudioFormat } from '../../core/speech/audioKinds';
import { audioLength, largestFlacFrame } from '../../core/speech/audioLength';
import { joined, mixDown, Resampler } from '../../core/speech/resampler';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AudioSource } from '../../core/protocol/speechProtocol';
import { InferenceFault } from '../models/inferenceFault';

/** What speech models read. */
export const modelRate = 16_000;

/** What may be changed for tests. */
export interface AudioLimits {
  /** A larger file is not read: it is held as a whole while it is decoded. */
  readonly bytes: number;
  /**
   * Longer audio is not decoded, neither by what its header says nor by what comes out of it: as the model reads it, an hour
   * takes 230 MB, and ten hours of silence are a file of 2 MB.
   */
  readonly seconds: number;
}

const usualLimits: AudioLimits = { bytes: 2 ** 30, seconds: 2 * 3600 };
/** Bytes that are decoded at once: what comes out of them is let go, but for what the model reads, before the next. */
const pieceBytes = 2 ** 16;
/** Samples a second beyond any recording's: the filter that brings them down would take hundreds of megabytes. */
const highestRate = 768_000;
/** What is quieter than this throughout is silence. */
const silence = 1e-4;

/** Audio as a speech model reads it: 16,000 samples a second, one channel. */
export interface DecodedAudio {
  readonly format: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: Float32Array;
}

/** What a decoder makes of a piece. */
interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

interface StreamDecoder {
  decode(piece: Uint8Array): Decoded;
  flush?(): Decoded;
  free(): void;
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
 * Decodes an audio file: WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus; any rate, any number of channels. Its length is read from its
 * header first; of what is decoded only what the model reads is held.
 * @param turn called between pieces, where others get their turn; what it throws ends the work.
 * @throws {InferenceFault} with one sentence: what is wrong with the file.
 */
export async function decodeAudio(
  source: AudioSource,
  turn: () => void = () => undefined,
  limits: AudioLimits = usualLimits,
): Promise<DecodedAudio> {
  const bytes = await bytesOf(source, limits);
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
  const told = audioLength(bytes, format);
  if (told === undefined) throw damaged(source, format);
  if (told > limits.seconds) throw tooLong(source, told, limits);
  const { sampleRate, channels, samples } = await decode(source, bytes, format, turn, limits);
  if (samples.length === 0) {
    throw fault(
      source,
      `is damaged or holds no sound: no sample of it can be decoded as ${audioFormatName[format]}; save it again`,
    );
  }
  if (!samples.some(sample => Math.abs(sample) > silence)) {
    throw fault(source, 'is silent from beginning to end; choose a recording with speech');
  }
  return { format: audioFormatName[format], sampleRate, channels, samples };
}

/** Decodes piece by piece to what the model reads. */
async function decode(
  source: AudioSource,
  bytes: Uint8Array,
  format: AudioFormat,
  turn: () => void,
  limits: AudioLimits,
): Promise<Pick<DecodedAudio, 'sampleRate' | 'channels' | 'samples'>> {
  // The parser of FLAC loses frames that are longer than what it is given.
  const size = Math.max(pieceBytes, format === 'flac' ? 4 * (largestFlacFrame(bytes) ?? pieceBytes) : 0);
  const out: Float32Array[] = [];
  let [sampleRate, channels, read] = [0, 0, 0];
  let resampler: Resampler | undefined;
  const take = ({ channelData, sampleRate: rate }: Decoded): void => {
    const length = channelData[0]?.length ?? 0;
    if (length === 0 || !(rate > 0)) return;
    if (rate > highestRate) {
      throw fault(
        source,
        `has ${rate.toLocaleString('en')} samples a second, more than can be read; save it at 48,000`,
      );
    }
    resampler ??= new Resampler(rate, modelRate);
    if (sampleRate === 0) [sampleRate, channels] = [rate, channelData.length];
    read += length;
    if (read / sampleRate > limits.seconds) throw tooLong(source, read / sampleRate, limits);
    out.push(resampler.add(mixDown(channelData)));
  };
  const decoder: StreamDecoder = await decoders[format]()
    .then(({ decoder }) => decoder() as StreamDecoder | Promise<StreamDecoder>)
    .catch((error: unknown) => {
      throw damaged(source, format, error);
    });
  const attempt = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw damaged(source, format, error);
    }
  };
  try {
    for (let at = 0; at < bytes.length; at += size) {
      take(attempt(() => decoder.decode(bytes.subarray(at, at + size))));
      await new Promise(resolve => setImmediate(resolve));
      turn();
    }
    if (decoder.flush) take(attempt(() => decoder.flush!()));
  } finally {
    decoder.free();
  }
  if (resampler) out.push(resampler.end());
  return { sampleRate, channels, samples: joined(out) };
}

async function bytesOf(source: AudioSource, { bytes: most }: AudioLimits): Promise<Uint8Array> {
  if (source.bytes) return source.bytes;
  try {
    const { size } = await stat(source.path!);
    if (size > most) {
      throw fault(source, `has ${Math.round(size / 2 ** 20)} MB, more than is read; cut it into parts`);
    }
    return await readFile(source.path!);
  } catch (error) {
    if (error instanceof InferenceFault) throw error;
    throw fault(source, 'cannot be read; check that it is still there and may be read', error);
  }
}

function damaged(source: AudioSource, format: AudioFormat, cause?: unknown): InferenceFault {
  return fault(
    source,
    `is damaged or cut short and cannot be decoded as ${audioFormatName[format]}; save it again`,
    cause,
  );
}

function tooLong(source: AudioSource, seconds: number, limits: AudioLimits): InferenceFault {
  const minutes = (count: number) => Math.ceil(count / 60).toLocaleString('en');
  return fault(
    source,
    `lasts ${minutes(seconds)} minutes, and ${minutes(limits.seconds)} are read at most; cut it into parts`,
  );
}

function fault({ name }: AudioSource, what: string, cause?: unknown): InferenceFault {
  return new InferenceFault(InferenceErrorCode.audio, `${name} ${what}.`, cause);
}
