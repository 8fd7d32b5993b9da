/** An image: a file of this machine, or the bytes of one that lies elsewhere. */
export interface ImageSource {
  /** What messages call it: the file's name. */
  readonly name: string;
  /** An absolute path; absent where `bytes` are given. */
  readonly path?: string;
  readonly bytes?: Uint8Array;
  /** The theme's background, which shows where the image is transparent: red, green, blue, 0 to 255. */
  readonly background: readonly [number, number, number];
}

/** What is known of an image before a model sees it. */
export interface ImageFacts {
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
  /** As sharp names it: `png`, `jpeg`, `svg`, … and `bmp`. */
  readonly format: string;
  /** Pixels, as the image is to be seen: turned as its EXIF data say. */
  readonly width: number;
  readonly height: number;
  /** Frames of an animation or pages of a document; the first is what is read. */
  readonly frames: number;
}

/** A rectangle on an image, in parts of its width and height: 0 to 1. */
export interface ImageRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
