/** File name extensions of the images that can be read, by what people call the format. */
const extensions: Readonly<Record<string, readonly string[]>> = {
  PNG: ['png', 'apng'],
  JPEG: ['jpg', 'jpeg', 'jpe', 'jfif'],
  WebP: ['webp'],
  GIF: ['gif'],
  AVIF: ['avif'],
  BMP: ['bmp', 'dib'],
  TIFF: ['tif', 'tiff'],
  SVG: ['svg'],
  ICO: ['ico', 'cur'],
};
/** Images that cannot be read, but told what to do about. */
const unread: Readonly<Record<string, readonly string[]>> = { HEIC: ['heic', 'heif'] };

/** All extensions of images that can be read, lower case, without the dot. */
export const imageExtensions: readonly string[] = Object.values(extensions).flat();

/** What the extension of a file's name promises: "PNG"; undefined for no image. */
export function promisedFormat(name: string): string | undefined {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1].toLowerCase();
  const known = { ...extensions, ...unread };
  return Object.keys(known).find(format => extension !== undefined && known[format].includes(extension));
}
