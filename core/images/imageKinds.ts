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
};

/** All extensions, lower case, without the dot. */
export const imageExtensions: readonly string[] = Object.values(extensions).flat();

/** What the extension of a file's name promises: "PNG"; undefined for no image. */
export function promisedFormat(name: string): string | undefined {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1].toLowerCase();
  return Object.keys(extensions).find(format => extension !== undefined && extensions[format].includes(extension));
}
