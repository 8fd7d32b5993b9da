import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { decode as decodeBmp } from 'bmp-ts';
import sharp from 'sharp';
import { ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import { promisedFormat } from '../../core/images/imageKinds';
import { readIcon } from '../../core/images/readIcon';
import { apngFrames, isHeic, sniffImage, type SniffedFormat } from '../../core/images/sniffImage';
import { isLfsPointer, lfsPointerWords } from '../../core/models/gitLfs';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ImageFacts, ImageSource } from '../../core/images/image';
import { InferenceFault } from '../models/inferenceFault';
import { render, type Rendered, type Rendering } from './render';
import { DrawingGivenUp, longestDrawing, SvgDrawing } from './svgDrawing';

/** A larger file is not read. */
const mostBytes = 512 * 2 ** 20;
/** More pixels are not decoded: 30,000 × 30,000. What is decoded at reduced size streams through; a BMP does not. */
const mostPixels = 900e6;
const mostPixelsOfBmp = 100e6;
/** A vector image is drawn so large that its longer side has at least so many pixels. */
const svgSide = 1024;

const drawing = new SvgDrawing();

/** An image that was read: ready to be decoded at any size. */
export interface ReadImage {
  readonly facts: ImageFacts;
  /** Upright, in 8 bits of sRGB, with transparency; decoded anew each time. */
  render(wanted: Rendering): Promise<Rendered>;
}

/**
 * Reads an image's bytes and header. SVG is drawn from memory, without an address: librsvg then loads nothing that it
 * refers to but `data:` addresses, and it knows no scripts; it is drawn in a process that is ended where it takes too long.
 * @param cancelled ends the reading and the rendering of a drawing.
 * @param by draws drawings.
 * @throws {InferenceFault} with one sentence: what is wrong with the file.
 */
export async function readImage(
  source: ImageSource,
  cancelled?: CancellationToken,
  by: SvgDrawing = drawing,
): Promise<ReadImage> {
  const bytes = await bytesOf(source);
  const format = sniffImage(bytes);
  if (!format) throw fault(source, notAnImage(source, bytes));
  const hash = createHash('sha256').update(bytes).digest('hex');
  try {
    if (format === 'svg') return await readSvg(source, bytes, hash, by, cancelled);
    if (format === 'ico') return await readIco(source, bytes, hash);
    return format === 'bmp' ? readBmp(source, bytes, hash) : await readWithSharp(source, bytes, hash, format);
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    if (error instanceof DrawingGivenUp) throw givenUp(source, error);
    throw fault(source, `is damaged and cannot be read as ${format.toUpperCase()}; save it again`, error);
  }
}

/** Does something with an image's pixels, and turns what the decoder says of damage into one sentence. */
export async function decoding<Result>(source: ImageSource, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    if (error instanceof DrawingGivenUp) throw givenUp(source, error);
    throw fault(source, 'is damaged or cut short and cannot be decoded; save it again', error);
  }
}

async function bytesOf(source: ImageSource): Promise<Uint8Array> {
  if (source.bytes) return source.bytes;
  try {
    const { size } = await stat(source.path!);
    if (size > mostBytes) {
      throw fault(source, `has ${Math.round(size / 2 ** 20)} MB, more than is read; make it smaller`);
    }
    return await readFile(source.path!);
  } catch (error) {
    if (error instanceof InferenceFault) throw error;
    throw fault(source, 'cannot be read; check that it is still there and may be read', error);
  }
}

async function readWithSharp(
  source: ImageSource,
  bytes: Uint8Array,
  hash: string,
  format: SniffedFormat,
): Promise<ReadImage> {
  const options = { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true, pages: 1 } as const;
  const meta = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  const { width, height } = meta.autoOrient;
  checkSize(source, width, height);
  const frames = format === 'png' ? apngFrames(bytes) : (meta.pages ?? 1);
  return {
    facts: { hash, format, width, height, frames },
    render: wanted => render(sharp(bytes, options), atMost(wanted, width, height)),
  };
}

async function readSvg(
  source: ImageSource,
  bytes: Uint8Array,
  hash: string,
  by: SvgDrawing,
  cancelled: CancellationToken | undefined,
): Promise<ReadImage> {
  const { width, height } = await by.size(bytes, cancelled);
  checkSize(source, width, height);
  // A drawing without much size of its own is drawn larger, not blown up afterwards.
  const density = Math.min(2400, Math.max(72, (72 * svgSide) / Math.max(width, height)));
  return {
    facts: { hash, format: 'svg', width, height, frames: 1 },
    render: wanted => by.draw(bytes, density, wanted, cancelled),
  };
}

/** What is wanted, but no larger than the image where it is not to be made so. */
function atMost(wanted: Rendering, width: number, height: number): Rendering {
  return wanted.enlarged ? wanted : { ...wanted, side: Math.min(wanted.side, Math.max(width, height)) };
}

function checkSize(source: ImageSource, width: number, height: number): void {
  if (!(width > 0 && height > 0)) throw fault(source, 'has no width or height; give it a size');
  if (width * height > mostPixels) {
    throw fault(source, `has ${pixels(width, height)}, more than can be decoded; make it smaller`);
  }
}

function readBmp(source: ImageSource, bytes: Uint8Array, hash: string): ReadImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const old = view.getUint32(14, true) === 12;
  const [width, height] = old
    ? [view.getUint16(18, true), view.getUint16(20, true)]
    : [view.getInt32(18, true), Math.abs(view.getInt32(22, true))];
  if (!(width > 0 && height > 0)) throw fault(source, 'has no width or height; save it again');
  if (width * height > mostPixelsOfBmp) {
    throw fault(source, `has ${pixels(width, height)}, more than is decoded of a BMP; save it as PNG`);
  }
  const { data } = decodeBmp(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { toRGBA: true });
  // Most programs leave the fourth byte 0 and mean opaque.
  if (data.every((value, i) => i % 4 !== 3 || value === 0)) for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return {
    facts: { hash, format: 'bmp', width, height, frames: 1 },
    render: wanted =>
      render(
        sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: mostPixelsOfBmp }),
        atMost(wanted, width, height),
      ),
  };
}

async function readIco(source: ImageSource, bytes: Uint8Array, hash: string): Promise<ReadImage> {
  const picture = readIcon(bytes);
  if ('png' in picture) {
    const read = await readWithSharp(source, picture.png, hash, 'png');
    return { ...read, facts: { ...read.facts, format: 'ico' } };
  }
  const { width, height, rgba } = picture;
  if (!(width > 0 && height > 0)) throw fault(source, 'has no width or height; save it again');
  return {
    facts: { hash, format: 'ico', width, height, frames: 1 },
    render: wanted => render(sharp(rgba, { raw: { width, height, channels: 4 } }), atMost(wanted, width, height)),
  };
}

function notAnImage(source: ImageSource, bytes: Uint8Array): string {
  const promised = promisedFormat(source.name);
  if (bytes.length === 0) return 'is empty; save it again';
  if (isLfsPointer(bytes)) return lfsPointerWords;
  if (isHeic(bytes)) {
    return 'is HEIC, whose compression (HEVC) is patented and cannot be decoded here; save it as JPEG or PNG, as every photo program does';
  }
  return promised
    ? `is not a ${promised} file, nor another image that can be read; save it again`
    : 'is not an image that can be read';
}

function pixels(width: number, height: number): string {
  return `${width.toLocaleString('en')} × ${height.toLocaleString('en')} pixels`;
}

function givenUp(source: ImageSource, cause: DrawingGivenUp): InferenceFault {
  return fault(
    source,
    `takes more than ${longestDrawing / 1000} seconds or more memory than there is to be drawn; simplify the drawing or save it as PNG`,
    cause,
  );
}

function fault({ name }: ImageSource, what: string, cause?: unknown): InferenceFault {
  return new InferenceFault(InferenceErrorCode.image, `${name} ${what}.`, cause);
}
