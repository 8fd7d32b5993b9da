import { additive } from './additive';
import { alibi } from './alibi';
import { attentionSinks } from './attentionSinks';
import { blockSparse } from './blockSparse';
import { dilated } from './dilated';
import { linearAttention } from './linearAttention';
import { lowRank } from './lowRank';
import type { Mechanism } from './mechanism';
import { performer } from './performer';
import { scaledDotProduct } from './scaledDotProduct';
import { slidingWindow } from './slidingWindow';
import { topK } from './topK';
import { unscaled } from './unscaled';

const all = [
  scaledDotProduct,
  unscaled,
  additive,
  slidingWindow,
  dilated,
  blockSparse,
  topK,
  linearAttention,
  performer,
  alibi,
  attentionSinks,
  lowRank,
] as const;

/** Names a mechanism. */
export type MechanismId = (typeof all)[number]['id'];

/** The ways to compute a head's attention, in the order to show them; the first is the model's own. */
export const mechanisms: readonly Mechanism<MechanismId>[] = all;
