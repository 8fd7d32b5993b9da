import type { Tensor } from '@huggingface/transformers';
import type { ReadAudio } from '../../core/speech/transcript';
import { readsSoundAlone } from '../../core/models/modelTask';
import type { TransformersModel } from '../models/openModel';
import { soundModel, type SoundModel } from './soundModel';
import { speechModel, type SpeechModel } from './speechModel';

/** What models that read sound have in common. */
export interface HearsSound extends Pick<
  ReadAudio,
  'writes' | 'languages' | 'layers' | 'alignment' | 'framesPerSecond'
> {
  /** Samples that it takes at once. */
  readonly windowSamples: number;
  /** What its encoder is given of some samples, by its inputs' names. */
  encoderInputs(samples: Float32Array): Promise<Readonly<Record<string, Tensor>>>;
}

/** A Whisper, or an encoder of sound. @throws {InferenceFault} where it is neither, or a file is missing. */
export function hearingModel(open: TransformersModel): Promise<SpeechModel | SoundModel> {
  return readsSoundAlone(open.model.config as unknown as Record<string, unknown>)
    ? soundModel(open)
    : speechModel(open);
}
