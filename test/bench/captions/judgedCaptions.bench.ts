/**
 * What the built-in captioner's confidence is worth: caption, confidence and verdict of the sixty pictures of
 * test/fixtures/captions, and for thresholds how many captions would be called sure and how many of those are right. The
 * threshold stands in core/captions/captionVerdict.ts. At least 8 of 10 of these have to be right from it on, and so (about)
 * has every kind of drawing that was held out, emoji aside, which is the stricter (media/models/MODELS.md).
 */
import path from 'node:path';
import { openModel } from '../../../inference/models/openModel';
import { judgedCaptions, type JudgedPicture } from '../../support/judgedCaptions';

const id = 'tiny-captioner';
const thresholds = [0, 0.3, 0.4, 0.45, 0.5, 0.525, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95];

async function main(): Promise<void> {
  const judged = await judgedCaptions(
    await openModel({ id, folder: path.resolve('media/models', id), dtype: 'q8' }),
    id,
  );
  const width = (of: (one: JudgedPicture) => string) => Math.max(...judged.map(one => of(one).length));
  const [files, captions] = [width(({ file }) => file), width(({ caption }) => caption)];
  for (const { file, caption, confidence, verdict, detected = '', right } of judged) {
    console.log(
      `${file.padEnd(files)}  ${caption.padEnd(captions)}  ${confidence.toFixed(2)}  ${verdict.padEnd(8)}  ${detected.padEnd(10)}  ${right ? 'right' : 'wrong'}`,
    );
  }
  const share = (some: readonly JudgedPicture[]) =>
    `${String(some.filter(({ right }) => right).length).padStart(2)} of ${String(some.length).padStart(2)} right`;
  console.log('\nby kind: all; those called sure');
  for (const kind of new Set(judged.map(one => one.kind))) {
    const its = judged.filter(one => one.kind === kind);
    console.log(`${kind.padEnd(12)} ${share(its)}; ${share(its.filter(({ verdict }) => verdict === 'sure'))}`);
  }
  console.log('\nby threshold, photos and screenshots left out as the detectors tell them');
  const undetected = judged.filter(({ detected }) => detected === undefined);
  for (const threshold of thresholds) {
    const sure = undetected.filter(({ confidence }) => confidence >= threshold);
    console.log(
      `${threshold.toFixed(3)}  ${share(sure)}, ${((sure.length / judged.length) * 100).toFixed(0)} % of all called sure`,
    );
  }
  const unsure = judged.filter(({ verdict }) => verdict !== 'sure');
  console.log(
    `\nall ${judged.length}: ${share(judged)}; sure: ${share(judged.filter(({ verdict }) => verdict === 'sure'))}; not sure: ${unsure.length}, of them ${judged.filter(({ detected }) => detected === 'photo').length} as photos, ${judged.filter(({ detected }) => detected === 'screenshot').length} as screenshots`,
  );
}

void main();
