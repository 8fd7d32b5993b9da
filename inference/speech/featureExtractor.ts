import { AutoFeatureExtractor } from '@huggingface/transformers';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';

/** What makes a model's inputs of samples. @throws {InferenceFault} where its settings are missing or broken. */
export async function featureExtractor({ info, reference }: Pick<OpenModel, 'info' | 'reference'>): Promise<unknown> {
  try {
    return await AutoFeatureExtractor.from_pretrained(reference.folder, { local_files_only: true });
  } catch (error) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${info.id} has no preprocessor_config.json that can be read in ${reference.folder}; put the model’s own file there.`,
      error,
    );
  }
}
