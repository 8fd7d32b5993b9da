import type { EncoderRow } from '../../core/vision/imageAnswer';
import { patchOrder, type PatchLayout } from '../../core/vision/patchOrder';
import type { PicturePart } from '../../core/vision/picturePart';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { methodsOf, type VisionModel } from './visionModel';
import { inputsOfTile, type VisionPicture } from './visionPicture';

/**
 * What the patches of a picture token look at in a layer of the vision encoder, within their part of the picture.
 * @throws {InferenceFault} where the encoder holds no such attention.
 */
export async function encoderRow(
  open: VisionModel,
  picture: VisionPicture,
  { token, layer, head }: { readonly token: number; readonly layer: number; readonly head: number | 'all' },
): Promise<EncoderRow> {
  const index = picture.parts.findLastIndex(({ from }) => from <= token);
  const part = picture.parts[index];
  const site = open.encoder.sites.filter(({ kind }) => kind !== 'cross').sort((a, b) => a.layer - b.layer)[layer];
  if (!part || !site) throw none(open);
  let rows: { dims: readonly number[]; data: Float32Array } | undefined;
  open.encoder.recording = {
    wants: (of, what) => of === site && what === 'probabilities',
    heads: head === 'all' ? undefined : () => [head],
    onRun: ({ added }) => {
      rows = added[0]?.tensor as typeof rows;
    },
  };
  try {
    await methodsOf(open.model).encode_image(inputsOfTile(picture.inputs, index));
  } finally {
    open.encoder.recording = undefined;
  }
  if (!rows) throw none(open);
  return meanRow(open, rows, part, token - part.from);
}

/** The mean over the token's patches and over heads. @param rows [batch, heads, patches, patches] */
function meanRow(
  open: VisionModel,
  { dims: [, heads, queries, keys], data }: { readonly dims: readonly number[]; readonly data: Float32Array },
  part: PicturePart,
  token: number,
): EncoderRow {
  // A class token and registers come first, where there are any.
  const order = [0, 1, 5].reduce<ReturnType<typeof patchOrder>>(
    (found, special) => found ?? patchOrder(part, keys - special, patchLayout(open)),
    undefined,
  );
  if (!order || queries !== keys) throw none(open);
  const special = keys - order.rows * order.columns;
  const weights = new Float32Array(order.rows * order.columns);
  const patches = order.ofToken(token);
  for (let head = 0; head < heads; head++) {
    for (const patch of patches) {
      const from = (head * queries + special + patch) * keys + special;
      for (let key = 0; key < weights.length; key++) {
        weights[order.at(key)] += data[from + key] / (heads * patches.length);
      }
    }
  }
  return { rows: order.rows, columns: order.columns, weights };
}

/** How the encoder holds its patches. */
export function patchLayout({
  config: { model_type: type, vision_config: { spatial_merge_size: merge = 2, patch_size: patch, window_size } = {} },
}: VisionModel): PatchLayout {
  const windows = type === 'qwen2_5_vl' && window_size !== undefined && patch !== undefined;
  return {
    blocks: /^qwen2/.test(type),
    window: windows ? Math.floor(window_size / merge / patch) : undefined,
  };
}

function none({ info }: VisionModel): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.model,
    `The vision encoder of ${info.id} holds no attention of patches to patches in this layer; look at the words of an answer instead.`,
  );
}
