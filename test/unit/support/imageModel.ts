import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readImage } from '../../../inference/images/decodeImage';
import { explainImage, type ImageRun } from '../../../inference/images/explainImage';
import { openModel } from '../../../inference/models/openModel';

const folder = 'test/fixtures/image-models';

/** What PyTorch computed of a picture, with a model of test/fixtures/image-models. */
export interface ImageReference {
  /** A detector's objects as transformers' own post-processing gives them: boxes as left, top, right, bottom in pixels. */
  readonly objects?: readonly {
    readonly label: string;
    readonly score: number;
    readonly box: readonly [number, number, number, number];
    readonly query: number;
  }[];
  /** What CLIP and SigLIP were given, as what tokens, and how likely each text is. */
  readonly texts?: readonly string[];
  readonly ids?: readonly (readonly number[])[];
  readonly probabilities?: readonly number[];
  /** A tensor by its name and, where there are several, its layer. */
  readonly tensor: (name: string, layer?: number) => { readonly shape: readonly number[]; readonly data: Float32Array };
}

/** Runs a model of test/fixtures/image-models on a picture that lies beside it, as its process does. */
export async function runImageModel(model: string, picture: string, texts: readonly string[] = []): Promise<ImageRun> {
  return runImageFolder(path.resolve(folder, model), model, picture, texts);
}

/** Runs a model of any folder, under a name, on such a picture. */
export async function runImageFolder(
  modelFolder: string,
  id: string,
  picture: string,
  texts: readonly string[] = [],
): Promise<ImageRun> {
  const source = { name: picture, path: path.resolve(folder, picture), background: [255, 255, 255] as const };
  const open = await openModel({ id, folder: modelFolder, dtype: 'fp32' });
  try {
    return await explainImage(open, source, await readImage(source), texts);
  } finally {
    await open.dispose();
  }
}

export function imageReference(model: string): ImageReference {
  const { tensors, ...known } = JSON.parse(readFileSync(path.join(folder, model, 'reference.json'), 'utf8')) as Omit<
    ImageReference,
    'tensor'
  > & { tensors: { name: string; layer?: number; shape: number[]; offset: number }[] };
  const numbers = new Float32Array(new Uint8Array(readFileSync(path.join(folder, model, 'reference.bin'))).buffer);
  return {
    ...known,
    tensor: (name, layer) => {
      const found = tensors.find(tensor => tensor.name === name && tensor.layer === layer);
      if (!found) throw new Error(`There is no ${name} ${layer ?? ''} of ${model}.`);
      return {
        shape: found.shape,
        data: numbers.subarray(found.offset, found.offset + found.shape.reduce((a, b) => a * b, 1)),
      };
    },
  };
}
