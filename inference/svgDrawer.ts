/** Entry point of the process that draws SVG: one drawing at a time, for the inference process, which ends it where one takes too long. */
import sharp from 'sharp';
import { endWithHost } from './endWithHost';
import { render } from './images/render';
import type { DrawingAnswer, DrawingRequest } from './images/svgProtocol';

process.title = 'headlight-drawing';
endWithHost();
process.on('disconnect', () => process.exit(0));
process.on('message', (request: DrawingRequest) => {
  void answer(request)
    .catch((error: unknown): DrawingAnswer => ({ failure: error instanceof Error ? error.message : String(error) }))
    .then(answered => process.send?.(answered));
});

async function answer({ bytes, draw }: DrawingRequest): Promise<DrawingAnswer> {
  const options = { failOn: 'error', sequentialRead: true, pages: 1 } as const;
  if (!draw) {
    const { autoOrient } = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
    return { size: autoOrient };
  }
  const image = sharp(bytes, { ...options, limitInputPixels: 900e6, density: draw.density });
  return { drawn: await render(image, draw.rendering) };
}
