import { readableOn } from './contrast';
import { type HeatColors, heatScaleOf } from './heatScaleOf';
import { type StepsPicture, stepsSvg } from './stepsSvg';
import { type TextPicture, textSvg } from './textSvg';

/** A picture that is to be drawn, as data: it passes from a webview to the inference process. */
export type Picture =
  | ({ readonly kind: 'text' } & Omit<TextPicture, 'scale' | 'on'> & { readonly heat: HeatColors })
  | ({ readonly kind: 'steps' } & StepsPicture);

/** A picture as a self-contained SVG document. */
export function drawPicture(picture: Picture): string {
  switch (picture.kind) {
    case 'text':
      return textSvg({
        ...picture,
        scale: heatScaleOf(picture.heat),
        on: background => readableOn(background, picture.colors.foreground),
      });
    case 'steps':
      return stepsSvg(picture);
  }
}
