import { WidthController } from './widthController';

/** How large an image is drawn in an element: as wide as the element, as high as it may be; small ones are enlarged. */
export class FittedSize extends WidthController {
  /** Width and height in CSS pixels, a border of one at each side not counted. */
  of({ width, height }: { readonly width: number; readonly height: number }, mostHeight: number): [number, number] {
    const scale = Math.min(Math.max(40, this.exact - 2) / width, mostHeight / height);
    return [Math.max(1, width * scale), Math.max(1, height * scale)];
  }
}
