/** What a model does. Names are those of Hugging Face's pipelines. */
export type ModelTask =
  | 'text-generation'
  | 'text2text-generation'
  | 'text-classification'
  | 'token-classification'
  | 'question-answering'
  | 'fill-mask'
  | 'feature-extraction'
  | 'image-to-text'
  | 'image-text-to-text'
  | 'image-classification'
  | 'image-feature-extraction'
  | 'object-detection'
  | 'automatic-speech-recognition'
  | 'audio-feature-extraction';

/** What a model is given. */
export type ModelInput = 'text' | 'image' | 'speech';

const imageEncoders =
  /^(vit|deit|beit|dino|dinov2.*|swin.*|clip.*|siglip.*|data2vec-vision|ijepa|vit_.*|hiera|dpt|mobilevit.*|segformer|pvt)$/;
const detectors = /^(detr|yolos|rt_detr.*|d_fine|table-transformer|conditional_detr|deformable_detr|deta)$/;
/** Whose encoder looks at all cells of a picture before its decoder's queries look at points. */
const hybrid = /^(rt_detr.*|d_fine)$/;
const deformable = /^(deformable_detr|deta)$/;
/** Whose classes share one softmax with “nothing”. */
const oneOfClasses = /^(detr|yolos|table-transformer)$/;
/** Models whose decoder reads the tokens of a picture among those of a text. */
const visionLanguage =
  /^(idefics3|smolvlm|llava|llava_onevision|llava_qwen2|moondream1|qwen2_vl|qwen2_5_vl|paligemma|gemma3)$/;
/** Encoders of sound: of its waveform, of a spectrogram, or of codes. */
const soundEncoders =
  /^(wav2vec2.*|hubert|wavlm|unispeech.*|data2vec-audio|sew|sew-d|mctct|parakeet.*|audio-spectrogram-transformer|clap|encodec|dac|mimi|snac|wespeaker.*|pyannote)$/;
const speech = /^(whisper|moonshine|lite-whisper|speech_to_text)$/;

/**
 * What a model does, by its config.json: by its architecture's class where that is named, else by its type.
 */
export function modelTask(config: Readonly<Record<string, unknown>>): ModelTask {
  const type = typeof config.model_type === 'string' ? config.model_type : '';
  const architecture = Array.isArray(config.architectures) ? String(config.architectures[0]) : '';
  if (type === 'vision-encoder-decoder' || type === 'florence2') return 'image-to-text';
  if (visionLanguage.test(type)) return 'image-text-to-text';
  if (speech.test(type)) return 'automatic-speech-recognition';
  if (readsSoundAlone(config)) {
    return architecture.endsWith('ForCTC') ? 'automatic-speech-recognition' : 'audio-feature-extraction';
  }
  if (detectors.test(type) || architecture.endsWith('ForObjectDetection')) return 'object-detection';
  if (architecture.endsWith('ForImageClassification')) return 'image-classification';
  if (imageEncoders.test(type)) return 'image-feature-extraction';
  if (isEncoderAlone(config)) return 'feature-extraction';
  if (config.is_encoder_decoder === true && !/ForSequenceClassification$/.test(architecture)) {
    return 'text2text-generation';
  }
  if (/ForCausalLM$|LMHeadModel$/.test(architecture)) return 'text-generation';
  if (architecture.endsWith('ForSequenceClassification')) return 'text-classification';
  if (architecture.endsWith('ForTokenClassification')) return 'token-classification';
  if (/ForQuestionAnswering(Simple)?$/.test(architecture)) return 'question-answering';
  if (/ForMaskedLM$/.test(architecture)) return 'fill-mask';
  return 'feature-extraction';
}

/** Whether a model is the encoder alone of an encoder-decoder (T5EncoderModel: sentence-t5, gtr, ProtT5). */
export function isEncoderAlone({ architectures }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(architectures) && /EncoderModel$/.test(String(architectures[0]));
}

/**
 * Whether a detector looks at a few points that it chooses itself (deformable attention, Zhu et al. 2021), in its encoder as in
 * its decoder: there are no weights over cells then.
 */
export function looksAtPoints(config: Readonly<Record<string, unknown>>): boolean {
  return deformable.test(String(config.model_type));
}

/**
 * How many layers of self-attention over all cells a detector's encoder has before its decoder's queries look at points
 * (RT-DETR, Zhao et al. 2024); undefined of another.
 */
export function layersOverCells({
  model_type: type,
  encoder_layers: layers = 1,
  encode_proj_layers: levels = [2],
}: Readonly<Record<string, unknown>>): number | undefined {
  return hybrid.test(String(type)) ? Number(layers) * (Array.isArray(levels) ? levels.length : 1) : undefined;
}

/**
 * Whether each class of a detector's query holds by itself; else they share one softmax with “nothing”.
 * @param columns how many logits a query has: one more than there are labels where one is “nothing”.
 */
export function scoresEach(
  { model_type: type, id2label: labels }: Readonly<Record<string, unknown>>,
  columns: number,
): boolean {
  if (oneOfClasses.test(String(type))) return false;
  if (detectors.test(String(type)) || typeof labels !== 'object' || labels === null) return true;
  return Object.keys(labels).length === columns;
}

/** Whether a model is an encoder of sound, with or without a transcript by CTC, and no Whisper. */
export function readsSoundAlone({ model_type: type, architectures }: Readonly<Record<string, unknown>>): boolean {
  if (soundEncoders.test(String(type))) return true;
  return (
    Array.isArray(architectures) &&
    /For(CTC|XVector|AudioFrameClassification|AudioClassification)$/.test(String(architectures[0]))
  );
}

/** What a model of a task is given. */
export function inputOf(task: ModelTask): ModelInput {
  if (task === 'automatic-speech-recognition' || task === 'audio-feature-extraction') return 'speech';
  return task.startsWith('image-') || task === 'object-detection' ? 'image' : 'text';
}

/** Whether a model writes about images: a captioner, or one that answers questions. */
export function writesAboutImages(task: ModelTask): boolean {
  return task === 'image-to-text' || task === 'image-text-to-text';
}

/** A task in words. */
export const taskWords: Readonly<Record<ModelTask, string>> = {
  'text-generation': 'writes text',
  'text2text-generation': 'turns text into text',
  'text-classification': 'classifies text',
  'token-classification': 'classifies tokens',
  'question-answering': 'finds answers in text',
  'fill-mask': 'fills masks',
  'feature-extraction': 'encodes text',
  'image-to-text': 'captions images',
  'image-text-to-text': 'answers questions about images',
  'image-classification': 'classifies images',
  'image-feature-extraction': 'encodes images',
  'object-detection': 'finds objects',
  'automatic-speech-recognition': 'transcribes speech',
  'audio-feature-extraction': 'encodes sound',
};
