/** What a model's confidence was found to be worth. */
interface Calibration {
  /** From this confidence on its captions are called sure. */
  readonly sure: number;
  /** Whether it was taught photographs and screenshots; else its captions of such are never sure. */
  readonly photos: boolean;
  readonly screenshots: boolean;
}

/** By model id. A model that is not here claims nothing of its captions. */
const calibrations: Readonly<Record<string, Calibration>> = {
  // Of the sixty pictures of test/fixtures/captions 25 are called sure, all of those right (40 of 60 are right in all), as
  // `npm run bench -- captions` prints; of the drawings held out of its training 60 % are, 91 of 100 of those right
  // (media/models/MODELS.md).
  'tiny-captioner': { sure: 0.6, photos: false, screenshots: false },
};

/**
 * What is to be thought of a caption: `sure`; `not sure`; `photo`, a photograph by a model that was not taught any, which
 * is not sure either; or `not calibrated`, where nobody measured how often this model is right.
 */
export type CaptionVerdict = 'sure' | 'not sure' | 'photo' | 'not calibrated';

/** What a verdict rests on. */
export interface JudgedCaption {
  /** The id of the model that wrote it. */
  readonly model: string;
  /** See {@link captionConfidence}; absent where it was not kept: nothing says that the model was sure. */
  readonly confidence?: number;
  /** Whether the picture looks like a photograph, and like a screenshot. */
  readonly photo?: boolean;
  readonly screenshot?: boolean;
}

/** Whether a caption is to be trusted, by how the model that wrote it was calibrated. */
export function captionVerdict({ model, confidence, photo, screenshot }: JudgedCaption): CaptionVerdict {
  if (!isCalibrated(model)) return 'not calibrated';
  const { sure, photos, screenshots } = calibrations[model];
  if (photo && !photos) return 'photo';
  return (screenshot && !screenshots) || confidence === undefined || confidence < sure ? 'not sure' : 'sure';
}

/** Whether it was measured how often a model is right where it is confident. */
export function isCalibrated(model: string): boolean {
  return Object.hasOwn(calibrations, model);
}

/** Whether a caption is not to be shown, nor written, as if it were known to be right. */
export function isUnsure(verdict: CaptionVerdict): boolean {
  return verdict === 'not sure' || verdict === 'photo';
}
