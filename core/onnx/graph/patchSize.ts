import type { OnnxGraph } from '../read/onnxModel';

/** A patch of a picture, in pixels. */
export interface PatchSize {
  readonly width: number;
  readonly height: number;
}

/** The patches that a vision encoder cuts a picture into: the first convolution whose steps are as large as what it sees at once. */
export function patchSize({ nodes }: Pick<OnnxGraph, 'nodes'>): PatchSize | undefined {
  for (const { type, attributes } of nodes) {
    if (type !== 'Conv') continue;
    const [kernel, steps] = ['kernel_shape', 'strides'].map(name => attributes.get(name)?.ints);
    // A convolution that sees more than it steps by makes no patches: neighbours share pixels.
    return kernel?.length === 2 && kernel[0] > 1 && kernel.every((side, i) => side === steps?.[i])
      ? { height: kernel[0], width: kernel[1] }
      : undefined;
  }
  return undefined;
}
