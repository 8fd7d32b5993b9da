import { readFileSync } from 'node:fs';
import path from 'node:path';
import { captionConfidence } from '../../core/captions/captionConfidence';
import { captionVerdict, type CaptionVerdict } from '../../core/captions/captionVerdict';
import { captionText, prepareImage } from '../../inference/images/caption';
import { readImage } from '../../inference/images/decodeImage';
import type { TransformersModel } from '../../inference/models/openModel';
import { nounIsRight } from './nounIsRight';

/** A picture of the set with what a model said of it. */
export interface JudgedPicture {
  /** Its path below the set's folder. */
  readonly file: string;
  readonly kind: string;
  readonly caption: string;
  readonly confidence: number;
  readonly verdict: CaptionVerdict;
  /** Whether a detector took it for a photograph or a screenshot. */
  readonly detected?: 'photo' | 'screenshot';
  readonly right: boolean;
}

const folder = path.resolve('test/fixtures/captions');

/** Captions the sixty pictures of test/fixtures/captions and judges each by its noun. @param model the id by which it is calibrated. */
export async function judgedCaptions(open: TransformersModel, model: string): Promise<JudgedPicture[]> {
  const set = JSON.parse(readFileSync(path.join(folder, 'images.json'), 'utf8')) as {
    file: string;
    kind: string;
    nouns: string[];
  }[];
  const judged: JudgedPicture[] = [];
  for (const { file, kind, nouns } of set) {
    const source = { name: file, path: path.join(folder, file), background: [255, 255, 255] as const };
    const { words, text, photo, screenshot } = await captionText(
      open,
      await prepareImage(open, source, () => readImage(source)),
    );
    const confidence = captionConfidence(words).value;
    judged.push({
      file,
      kind,
      caption: text,
      confidence,
      verdict: captionVerdict({ model, confidence, photo, screenshot }),
      ...(photo ? { detected: 'photo' as const } : screenshot ? { detected: 'screenshot' as const } : {}),
      right: nounIsRight(text, nouns),
    });
  }
  return judged;
}
