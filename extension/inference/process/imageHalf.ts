import { AutoModelForImageFeatureExtraction } from '@huggingface/transformers';
import { modelTask } from '../../../core/models/modelTask';

/** Whether a model has a half for images beside one for texts (CLIP, SigLIP): then that half alone, vision_model.onnx, is used. */
export function readsAlsoTexts(config: object): boolean {
  const { model_type: type } = config as { model_type?: unknown };
  return modelTask(config as Record<string, unknown>) === 'image-feature-extraction' && AutoModelForImageFeatureExtraction.supports(String(type));
}
