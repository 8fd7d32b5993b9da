import path from 'node:path';
import { fileLimits } from '../../core/files/fileLimits';
import { FileTooLarge } from '../../core/files/readWithin';
import { isObject } from '../../core/models/isObject';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { InferenceFault } from './inferenceFault';
import { readLimitedText } from './readLimited';

/**
 * A JSON file of a model's folder.
 * @throws {InferenceFault} where it is missing, broken or too large.
 */
export async function readJson(reference: ModelReference, file: string): Promise<Record<string, unknown>> {
  const name = path.join(reference.folder, file);
  let text: string;
  try {
    text = await readLimitedText(name, fileLimits.modelJson);
  } catch (error) {
    if (error instanceof FileTooLarge) {
      throw new InferenceFault(InferenceErrorCode.model, `${reference.id}: ${error.message}`, error);
    }
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${reference.id} has no ${file} in ${reference.folder}; put the file back or choose another model.`,
      error,
    );
  }
  let value: unknown;
  let cause: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    cause = error;
  }
  if (isObject(value)) return value;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${reference.id}: ${file} is not valid JSON${cause === undefined ? ', or no object' : ''}; put the original file back or choose another model.`,
    cause,
  );
}
