import { AutoModelForImageFeatureExtraction } from '@huggingface/transformers';
import { modelTask } from '../../core/models/modelTask';

/**
 * Whether a model has a half for images beside one for texts (CLIP, SigLIP): model.onnx holds both, vision_model.onnx the
 * half for images alone, which is used where the whole is not there.
 */
export function readsAlsoTexts(config: object): boolean {
  const { model_type: type } = config as { model_type?: unknown };
  return (
    modelTask(config as Record<string, unknown>) === 'image-feature-extraction' &&
    AutoModelForImageFeatureExtraction.supports(String(type))
  );
}
