/** The formats that are decoded. */
export type AudioFormat = 'wav' | 'mp3' | 'flac' | 'vorbis' | 'opus';

/** Why AAC is not decoded: what there is for it is under a licence that Headlight's does not go with. */
const aacWhy = 'its free decoders are under the GPL, which Headlight’s licence cannot include';

/** What file names promise, whether it can be decoded or not: those get a sentence of their own. */
const promised = /\.(wave?|mp3|flac|ogg|oga|opus|m4a|aac|mp4|webm|aiff?|wma)$/i;

/** Whether a file's name promises audio. */
export function promisesAudio(path: string): boolean {
  return promised.test(path);
}

/** A format's name in messages. */
export const audioFormatName: Readonly<Record<AudioFormat, string>> = {
  wav: 'WAV',
  mp3: 'MP3',
  flac: 'FLAC',
  vorbis: 'Ogg Vorbis',
  opus: 'Ogg Opus',
};

/** What a file's first bytes say it is: a format that is decoded, the name of one that is not, or undefined. */
export function sniffAudio(
  bytes: Uint8Array,
): AudioFormat | { readonly other: string; readonly why?: string } | undefined {
  const at = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
  if ((at(0, 4) === 'RIFF' && at(8, 4) === 'WAVE') || at(0, 4) === 'RF64') return 'wav';
  if (at(0, 4) === 'fLaC') return 'flac';
  if (at(0, 4) === 'OggS') {
    const head = at(0, 80);
    if (head.includes('OpusHead')) return 'opus';
    if (head.includes('vorbis')) return 'vorbis';
    return { other: 'Ogg with another codec than Vorbis or Opus' };
  }
  if (at(4, 4) === 'ftyp') return { other: 'AAC (M4A, MP4)', why: aacWhy };
  if (at(0, 4) === '\x1aE\xdf\xa3') return { other: 'WebM or Matroska' };
  if (at(0, 4) === 'FORM') return { other: 'AIFF' };
  if (at(0, 4) === '0&\xb2u') return { other: 'WMA' };
  if (at(0, 3) === 'ID3') return 'mp3';
  if (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0) {
    return (bytes[1] & 0x06) === 0 ? { other: 'AAC', why: aacWhy } : 'mp3';
  }
  return undefined;
}
