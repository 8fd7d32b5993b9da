/** A format that the first bytes of a file tell. */
export type SniffedFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'bmp' | 'tiff' | 'svg' | 'ico';

/** What a file is by its first bytes, whatever its name says; undefined where it is no image that can be read. */
export function sniffImage(bytes: Uint8Array): SniffedFormat | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(text(0, 6))) return 'gif';
  if (text(4, 8) === 'ftyp' && /avi[fs]/.test(text(8, 40))) return 'avif';
  if ((text(0, 4) === '\0\0\x01\0' || text(0, 4) === '\0\0\x02\0') && bytes.length > 22) return 'ico';
  if (text(0, 2) === 'BM' && bytes.length > 26) return 'bmp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'tiff';
  const head = new TextDecoder(
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8',
  ).decode(bytes.subarray(0, 64 * 1024));
  return /^\s*(<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE\s+svg(\[[\s\S]*?\]|[^>[])*>|\s)*<([\w-]+:)?svg[\s>]/i.test(head)
    ? 'svg'
    : undefined;
}

/** Whether a file is HEIC or HEIF, which holds HEVC. */
export function isHeic(bytes: Uint8Array): boolean {
  return /^ftyp(hei[cxms]|hev[cxms]|mif1|msf1)/.test(String.fromCharCode(...bytes.subarray(4, 12)));
}

/**
 * The frames of an animated PNG (its `acTL` chunk stands before the image's data); 1 for a still one.
 * Specification: https://wiki.mozilla.org/APNG_Specification
 */
export function apngFrames(png: Uint8Array): number {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 12 <= png.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type === 'acTL' && at + 12 <= png.length) return Math.max(1, view.getUint32(at + 8));
    if (type === 'IDAT') return 1;
    at += 12 + length;
  }
  return 1;
}
