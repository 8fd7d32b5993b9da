import type { ImageRegion } from '../../core/images/image';
import { pixelSizeOf, type PixelSize } from '../../core/images/pixelSize';
import { paddedRegion, seenRegion, wholeImage, type CropRule } from '../../core/images/seenRegion';

/** The parts of preprocessor_config.json that are read. */
export interface Preprocessor extends CropRule {
  readonly image_processor_type?: string;
  readonly feature_extractor_type?: string;
  readonly do_pad?: boolean;
  readonly do_thumbnail?: boolean;
  readonly image_mean?: readonly number[];
  readonly image_std?: readonly number[];
  readonly task_prompts_without_inputs?: Readonly<Record<string, string>>;
}

/** The size that pictures are brought to, where it is the same for all. */
export function pictureSize({ size, crop_size, do_center_crop }: Preprocessor): PixelSize | undefined {
  const { shortest_edge, longest_edge } = (typeof size === 'object' ? size : {}) as Partial<Record<string, number>>;
  return (
    (do_center_crop === true ? pixelSizeOf(crop_size) : undefined) ??
    pixelSizeOf(size) ??
    pixelSizeOf(crop_size) ??
    pixelSizeOf(shortest_edge ?? longest_edge)
  );
}

/** What of an image is seen: all of it, stretched; all and padding around it; or what is left of it when it is cut. */
export function seenBy(rule: Preprocessor, image: PixelSize, frame: PixelSize): ImageRegion {
  const { do_pad, do_thumbnail, do_center_crop, crop_size, size } = rule;
  const fitted = typeof size === 'object' && 'longest_edge' in size && !('shortest_edge' in size);
  if (do_pad === true || do_thumbnail === true || fitted) return paddedRegion(image, frame);
  return do_center_crop === true && crop_size !== undefined ? seenRegion(rule, image.width, image.height) : wholeImage;
}
