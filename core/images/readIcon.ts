/** An icon's picture: a PNG as it lies in the file, or pixels, four bytes each, from above. */
export type IconPicture =
  { readonly png: Uint8Array } | { readonly width: number; readonly height: number; readonly rgba: Uint8Array };

const directorySize = 6;
const entrySize = 16;
const headerSize = 40;

/**
 * The largest picture of a Windows icon or cursor (.ico, .cur), of the finest colours where several are as large.
 * Format: https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
 * @throws {RangeError} where the file ends before the picture does, or holds none that is known.
 */
export function readIcon(file: Uint8Array): IconPicture {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const entries = Array.from({ length: view.getUint16(4, true) }, (_, i) => {
    const at = directorySize + i * entrySize;
    // 0 stands for 256.
    const side = (offset: number) => view.getUint8(at + offset) || 256;
    return {
      area: side(0) * side(1),
      bits: view.getUint16(at + 6, true),
      size: view.getUint32(at + 8, true),
      from: view.getUint32(at + 12, true),
    };
  });
  const [largest] = entries.sort((a, b) => b.area - a.area || b.bits - a.bits);
  if (!largest || largest.from + largest.size > file.length) throw new RangeError('The icon is cut short.');
  const picture = file.subarray(largest.from, largest.from + largest.size);
  return picture[0] === 0x89 && picture[1] === 0x50 ? { png: picture } : readBitmap(picture);
}

/** A bitmap without a file header, its height doubled: the colours, and below them a mask of what is transparent. */
function readBitmap(bitmap: Uint8Array): Exclude<IconPicture, { png: unknown }> {
  const view = new DataView(bitmap.buffer, bitmap.byteOffset, bitmap.byteLength);
  const header = view.getUint32(0, true);
  const [width, height] = [view.getInt32(4, true), Math.floor(Math.abs(view.getInt32(8, true)) / 2)];
  const bits = view.getUint16(14, true);
  if (header < headerSize || ![1, 4, 8, 24, 32].includes(bits) || view.getUint32(16, true) !== 0) {
    throw new RangeError('The icon’s picture has a form that is not known.');
  }
  const colors = bits > 8 ? 0 : view.getUint32(32, true) || 2 ** bits;
  const pixelsFrom = header + colors * 4;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const maskFrom = pixelsFrom + rowBytes * height;
  const maskRow = Math.ceil(width / 32) * 4;
  const rgba = new Uint8Array(width * height * 4);
  const bit = (from: number, x: number, size: number) =>
    (view.getUint8(from + Math.floor((x * size) / 8)) >> (8 - size - ((x * size) % 8))) & (2 ** size - 1);
  for (let y = 0; y < height; y++) {
    // Rows lie from below.
    const row = pixelsFrom + (height - 1 - y) * rowBytes;
    const mask = maskFrom + (height - 1 - y) * maskRow;
    for (let x = 0; x < width; x++) {
      const at = bits > 8 ? row + (x * bits) / 8 : header + bit(row, x, bits) * 4;
      const masked = mask + maskRow <= bitmap.length && bit(mask, x, 1) === 1;
      rgba.set(
        [
          view.getUint8(at + 2),
          view.getUint8(at + 1),
          view.getUint8(at),
          bits === 32 ? view.getUint8(at + 3) : masked ? 0 : 255,
        ],
        (y * width + x) * 4,
      );
    }
  }
  // Some programs leave the fourth byte 0 and mean the mask.
  if (bits === 32 && rgba.every((value, i) => i % 4 !== 3 || value === 0)) {
    for (let y = 0; y < height; y++) {
      const mask = maskFrom + (height - 1 - y) * maskRow;
      for (let x = 0; x < width; x++) {
        const masked = mask + maskRow <= bitmap.length && bit(mask, x, 1) === 1;
        rgba[(y * width + x) * 4 + 3] = masked ? 0 : 255;
      }
    }
  }
  return { width, height, rgba };
}
