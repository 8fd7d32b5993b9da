import type { PictureLook } from '../../../core/export/pictureLook';

/** Black on white, weights from white to blue. */
export const blueLook: PictureLook = {
  colors: { background: [255, 255, 255], foreground: [0, 0, 0], dim: [90, 90, 90], line: [200, 200, 200] },
  heat: { colors: Array.from({ length: 256 }, (_, i) => [255 - i, 255 - i, 255] as const), scale: 'linear' },
  negative: [200, 100, 0],
  pens: [
    [0, 0, 255],
    [200, 200, 0],
  ],
  focus: [200, 100, 0],
};
