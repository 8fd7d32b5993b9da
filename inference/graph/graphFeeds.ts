import type { Tensor } from 'onnxruntime-node';
import { parseInputs, type GivenInputs } from '../../core/graph/graphInputs';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { sentenceOf } from '../../core/text/reasonOf';
import { InferenceFault } from '../models/inferenceFault';
import { declaredInputs } from './declaredInputs';
import type { GraphModel } from './graphModel';
import { inputTensor } from './inputTensor';
import { npyBeside } from './npyBeside';
import { pictureInputs, pictureName, type PictureInputs } from './pictureInputs';
import { runFailure } from './runFailure';

/** Why a graph failed on inputs, in one sentence. */
export function graphFailure(open: GraphModel, { arrays }: GivenInputs, error: unknown): InferenceFault {
  const inputs = declaredInputs(open.sessions.model);
  const otherwise = 'see the log for the reason (“Headlight: Show Log”), or begin with Write Example Inputs';
  return new InferenceFault(
    InferenceErrorCode.run,
    runFailure({ id: open.info.id, inputs, arrays, otherwise }, error),
    error,
  );
}

/** What a graph is run on: the arrays and the picture that a file of inputs gives. */
export interface GraphFeeds {
  readonly given: GivenInputs;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly picture?: PictureInputs;
}

/** Reads a file of inputs as a graph takes them. @throws {InferenceFault} where they do not fit. */
export async function graphFeeds(open: GraphModel, json: string): Promise<GraphFeeds> {
  const inputs = declaredInputs(open.sessions.model);
  const { folder, graph } = open.reference;
  try {
    const picture = await pictureInputs(json, inputs, graph?.inputsFolder ?? folder, folder);
    const given = await parseInputs(picture?.rest ?? json, inputs, name =>
      picture && name === pictureName ? Promise.resolve(picture.pixels) : npyBeside(graph?.inputsFolder, name),
    );
    const feeds: Record<string, Tensor> = {};
    for (const { name, type } of inputs) {
      const { shape, data } = given.arrays.get(name)!;
      const tensor = inputTensor(type, shape, data);
      if (!tensor) throw new Error(`“${name}” is of type ${type}, which cannot be given from a file.`);
      feeds[name] = tensor;
    }
    return { given, feeds, picture };
  } catch (error) {
    if (error instanceof InferenceFault) throw error;
    throw new InferenceFault(InferenceErrorCode.text, sentenceOf((error as Error).message), error);
  }
}
