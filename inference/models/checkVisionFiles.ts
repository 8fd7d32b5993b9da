import path from 'node:path';
import { precisionSuffixes, visionLanguageParts, type PrecisionName } from '../../core/models/precisions';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { InferenceFault } from './inferenceFault';
import { missingFileWords } from './missingFile';
import { readJson } from './readJson';

/** The models of which the processor's own configuration tells how long a picture is in tokens. */
const processorsOfTheirOwn = /^(idefics3|smolvlm|gemma3)$/;

/**
 * Says why a vision-language model cannot be opened, where that is since a file is missing or broken: a part in the
 * precision, or what tells how pictures are read.
 * @param graphs the names of the ONNX files that are there.
 * @param subfolder where those lie.
 * @throws {InferenceFault} where it is so.
 */
export async function checkVisionFiles(
  reference: ModelReference,
  modelType: unknown,
  graphs: readonly string[],
  subfolder: string,
): Promise<void> {
  const { dtype } = reference;
  const missing = visionLanguageParts
    .map(part => `${part}${precisionSuffixes[dtype as PrecisionName] ?? ''}.onnx`)
    .find(name => !graphs.includes(name));
  if (missing !== undefined) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      missingFileWords(reference, path.posix.join(subfolder, missing), graphs),
    );
  }
  await readJson(reference, 'preprocessor_config.json');
  if (processorsOfTheirOwn.test(String(modelType))) await readJson(reference, 'processor_config.json');
}
