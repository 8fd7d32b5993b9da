import { readableOn } from './contrast';
import { type HeatColors, heatScaleOf } from './heatScaleOf';
import { linesSvg, type LinesPicture } from './linesSvg';
import { type MatrixPicture, matrixSvg } from './matrixSvg';
import { type StepsPicture, stepsSvg } from './stepsSvg';
import { type TextPicture, textSvg } from './textSvg';

/** A picture that is to be drawn, as data: it passes from a webview to the inference process. */
export type Picture =
  | { readonly kind: 'matrix' } & Omit<MatrixPicture, 'scale'> & { readonly heat: HeatColors }
  | { readonly kind: 'lines' } & Omit<LinesPicture, 'strength'>
  | { readonly kind: 'text' } & Omit<TextPicture, 'scale' | 'on'> & { readonly heat: HeatColors }
  | { readonly kind: 'steps' } & StepsPicture;

/** A picture as a self-contained SVG document. */
export async function drawPicture(picture: Picture): Promise<string> {
  switch (picture.kind) {
    case 'matrix': return matrixSvg({ ...picture, scale: heatScaleOf(picture.heat) });
    case 'lines': return linesSvg(picture);
    case 'text': return textSvg({ ...picture, scale: heatScaleOf(picture.heat), on: background => readableOn(background, picture.colors.foreground) });
    case 'steps': return stepsSvg(picture);
  }
}
