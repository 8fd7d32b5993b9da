import type { Tensor } from 'onnxruntime-node';
import { parseInputs, type DeclaredInput, type GivenInputs } from '../../core/graph/graphInputs';
import { pictureNameOf } from '../../core/graph/pictureName';
import { inputTensor } from './inputTensor';
import { npyBeside } from './npyBeside';
import type { PictureInputs } from './pictureInputs';

/** What a graph is run on: the arrays and the picture that a file of inputs gives. */
export interface GraphFeeds {
  readonly given: GivenInputs;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly picture?: PictureInputs;
}

/** Where what a file of inputs names is looked for. */
export interface InputsPlace {
  /** The folder of the inputs; undefined where they are in no file, so that none can lie beside it. */
  readonly home?: string;
  readonly graphFolder: string;
}

/**
 * Reads a file of inputs, with the picture and the NPY files that it names, as tensors of a graph.
 * @param whole see {@link parseInputs}.
 * @throws Error with one sentence that names what does not fit.
 */
export async function readFeeds(
  json: string,
  inputs: readonly DeclaredInput[],
  { home, graphFolder }: InputsPlace,
  whole = false,
): Promise<GraphFeeds> {
  // What decodes pictures is loaded where one is named.
  const pictures = pictureNameOf(json) === undefined ? undefined : await import('./pictureInputs');
  const picture = await pictures?.pictureInputs(json, inputs, home ?? graphFolder, graphFolder);
  const given = await parseInputs(
    picture?.rest ?? json,
    inputs,
    name => (picture && name === pictures?.pictureName ? Promise.resolve(picture.pixels) : npyBeside(home, name)),
    whole,
  );
  const feeds: Record<string, Tensor> = {};
  for (const { name, type } of inputs) {
    const { shape, data } = given.arrays.get(name)!;
    const tensor = inputTensor(type, shape, data);
    if (!tensor) throw new Error(`“${name}” is of type ${type}, which cannot be given from a file.`);
    feeds[name] = tensor;
  }
  return { given, feeds, picture };
}
