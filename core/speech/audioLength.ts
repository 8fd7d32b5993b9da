import type { AudioFormat } from './audioKinds';

/** More channels than any recording has, so that a header that lies takes no memory for them. */
const mostChannels = 64;

/**
 * How long audio is by its headers, without decoding any of it: of WAV by its data chunk, of FLAC by its stream's description and the
 * headers of its frames, of MP3 by the headers of its frames, of Ogg by the last page of each stream. A header may lie: what is decoded is counted, too.
 * @returns seconds; 0 where nothing is told; undefined where what is told cannot be.
 */
export function audioLength(bytes: Uint8Array, format: AudioFormat): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'wav':
      return wavLength(view);
    case 'flac':
      return flacLength(view);
    case 'mp3':
      return mp3Length(view);
    default:
      return oggLength(view);
  }
}

/** The largest frame of a FLAC file in bytes; undefined where its header does not say. */
export function largestFlacFrame(bytes: Uint8Array): number | undefined {
  const at = bytes.length < 18 ? 0 : (bytes[15] << 16) | (bytes[16] << 8) | bytes[17];
  return at || undefined;
}

function wavLength(view: DataView): number | undefined {
  let format: { rate: number; bytes: number; samples: number } | undefined;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const name = textAt(view, at, 4);
    const size = view.getUint32(at + 4, true);
    if (name === 'fmt ' && at + 24 <= view.byteLength) {
      const channels = view.getUint16(at + 10, true);
      const [rate, bytes] = [view.getUint32(at + 12, true), view.getUint16(at + 20, true)];
      // ADPCM counts its samples by blocks, and no sample takes less than 4 bits.
      const isAdpcm = [2, 0x11].includes(view.getUint16(at + 8, true)) && at + 28 <= view.byteLength;
      const samples = (isAdpcm && view.getUint16(at + 26, true)) || 1;
      if (!(channels > 0 && channels <= mostChannels && rate > 0 && bytes > 0) || samples > 2 * bytes) return undefined;
      format = { rate, bytes, samples };
    } else if (name === 'data' && format) {
      // 0 and 0xFFFFFFFF are written where the length is not known yet: the data goes on to the end.
      const data = Math.min(size || Infinity, view.byteLength - at - 8);
      return (Math.floor(data / format.bytes) * format.samples) / format.rate;
    }
    at += 8 + size + (size % 2);
  }
  return 0;
}

function flacLength(view: DataView): number {
  if (view.byteLength < 26) return 0;
  const rate = view.getUint32(18) >>> 12;
  const samples = (view.getUint8(21) % 16) * 2 ** 32 + view.getUint32(22);
  return rate === 0 ? 0 : Math.max(samples, flacFrameSamples(view)) / rate;
}

/** Samples of all frames, by what their headers say: few bytes of silence decode to very many. */
function flacFrameSamples(view: DataView): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let samples = 0;
  for (let at = bytes.indexOf(0xff, 42); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (at + 8 > bytes.length || (bytes[at + 1] & 0xfe) !== 0xf8) continue;
    const [size, rate, number] = [bytes[at + 2] >> 4, bytes[at + 2] & 15, bytes[at + 4]];
    if (size === 0 || rate === 15 || bytes[at + 3] >> 4 > 10) continue;
    // The frame's number takes as many bytes as UTF-8 would.
    const end = at + 5 + (number < 0xc0 ? 0 : Math.clz32(~(number << 24)) - 1);
    const sizeBytes = size === 6 ? 1 : size === 7 ? 2 : 0;
    const check = end + sizeBytes + (rate === 12 ? 1 : rate > 12 ? 2 : 0);
    if (check >= bytes.length || crc8(bytes, at, check) !== bytes[check]) continue;
    samples +=
      size === 1
        ? 192
        : size < 6
          ? 144 << size
          : size > 7
            ? 1 << size
            : size === 6
              ? bytes[end] + 1
              : view.getUint16(end) + 1;
  }
  return samples;
}

function crc8(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum ^= bytes[i];
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & 128 ? 7 : 0)) & 255;
  }
  return sum;
}

/** Kilobits a second by version (1, then 2 and 2.5), layer (I, II, III) and the header's four bits. */
const bitRates: readonly (readonly (readonly number[])[])[] = [
  [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
];

function mp3Length(view: DataView): number {
  let seconds = 0;
  let at = 0;
  if (view.byteLength > 10 && textAt(view, 0, 3) === 'ID3') {
    at = 10 + [6, 7, 8, 9].reduce((size, byte) => size * 128 + (view.getUint8(byte) & 127), 0);
  }
  while (at + 4 <= view.byteLength) {
    const frame = mpegFrame(view.getUint32(at));
    if (frame) seconds += frame.samples / frame.rate;
    at += frame?.bytes ?? 1;
  }
  return seconds;
}

/** What the header of an MPEG frame says; undefined where it is none, or says no bit rate. */
function mpegFrame(header: number): { rate: number; samples: number; bytes: number } | undefined {
  if (header >>> 21 !== 0x7ff) return undefined;
  const [version, layer] = [(header >>> 19) & 3, 4 - ((header >>> 17) & 3)];
  const [bits, rateBits, padding] = [(header >>> 12) & 15, (header >>> 10) & 3, (header >>> 9) & 1];
  if (version === 1 || layer === 4 || bits === 0 || bits === 15 || rateBits === 3) return undefined;
  const isFirst = version === 3;
  const rate = [44_100, 48_000, 32_000][rateBits] / (isFirst ? 1 : version === 2 ? 2 : 4);
  const bitRate = bitRates[isFirst ? 0 : 1][layer - 1][bits] * 1000;
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152;
  const slot = layer === 1 ? 4 : 1;
  return { rate, samples, bytes: (Math.floor((samples * bitRate) / (8 * slot * rate)) + padding) * slot };
}

function oggLength(view: DataView): number {
  const streams = new Map<number, { readonly rate: number; last: number }>();
  let ended = 0;
  for (let at = 0; at + 27 <= view.byteLength;) {
    if (view.getUint32(at) !== 0x4f67_6753) {
      at++;
      continue;
    }
    const body = at + 27 + view.getUint8(at + 26);
    if (body > view.byteLength) break;
    const serial = view.getUint32(at + 14, true);
    const known = streams.get(serial);
    if ((view.getUint8(at + 5) & 2) !== 0) {
      const rate = oggRate(view, body);
      // A stream that follows may have the number of the one before it.
      ended += secondsOf(known);
      if (rate > 0) streams.set(serial, { rate, last: 0 });
      else streams.delete(serial);
    } else if (known) {
      known.last = Math.max(known.last, Number(view.getBigInt64(at + 6, true)));
    }
    let size = 0;
    for (let i = at + 27; i < body; i++) size += view.getUint8(i);
    at = body + size;
  }
  return [...streams.values()].reduce((sum, stream) => sum + secondsOf(stream), ended);
}

/** Samples a second of a stream that begins here; 0 where it is neither Vorbis nor Opus. */
function oggRate(view: DataView, at: number): number {
  // Opus counts at 48,000 whatever it was recorded at.
  if (textAt(view, at, 8) === 'OpusHead') return 48_000;
  return textAt(view, at + 1, 6) === 'vorbis' && at + 16 <= view.byteLength ? view.getUint32(at + 12, true) : 0;
}

function secondsOf(stream: { readonly rate: number; readonly last: number } | undefined): number {
  return stream ? stream.last / stream.rate : 0;
}

function textAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let i = at; i < Math.min(view.byteLength, at + length); i++) text += String.fromCharCode(view.getUint8(i));
  return text;
}
