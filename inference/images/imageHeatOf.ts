import { imageHeat } from '../../core/images/imageHeat';
import { textHeat } from '../../core/images/textHeat';
import type { HeatWish, TextHeatWish } from '../../core/images/explained';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { ImageRun } from './explainImage';

/** A row of attention among an image's cells. @throws {InferenceFault} where there is none. */
export function heatOf({ explanation: { special, grid }, attention }: ImageRun, wish: HeatWish): Float32Array {
  const heat = imageHeat(
    attention.filter(({ kind }) => kind === wish.kind),
    wish,
    wish.kind === 'cross' ? 0 : special,
    grid,
  );
  if (!heat) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no row ${wish.query} of this head in this run.`);
  }
  return heat;
}

/** What a token of a text looks at. @throws {InferenceFault} where there is none. */
export function textHeatOf({ explanation: { compared }, textAttention }: ImageRun, wish: TextHeatWish): Float32Array {
  const length = typeof compared === 'object' ? compared.texts[wish.text]?.tokens.length : undefined;
  const heat = length === undefined ? undefined : textHeat(textAttention, wish, length);
  if (!heat) throw new InferenceFault(InferenceErrorCode.run, 'There is no such token of this text in this run.');
  return heat;
}
