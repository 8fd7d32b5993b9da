import type { ParameterValues } from '../attention/mechanisms/mechanism';
import type { MechanismId } from '../attention/mechanisms/mechanisms';
import type { Effect, HeadAddress } from './explanation';

/** Which heads are computed by the mechanism: one, all of its layer, or all of its kind of attention. */
export type PutBackScope = 'head' | 'layer' | 'all';

/** What is put back into a model. */
export interface PutBackWish {
  readonly address: HeadAddress;
  readonly mechanism: MechanismId;
  /** What is not said is as it is to begin with. */
  readonly parameters?: ParameterValues;
  /** What scores are divided by before a softmax. */
  readonly temperature?: number;
  readonly scope: PutBackScope;
  /** Where one looks at what the model says. */
  readonly position: number;
}

/** What becomes of a model whose heads compute their attention by another mechanism. */
export interface PutBack {
  /** How many heads were replaced. */
  readonly heads: number;
  /** At the position asked for. */
  readonly effect: Effect;
  /** D(before‖after) in bits, the mean over the positions looked at. */
  readonly divergence: number;
  /** How many positions were looked at: all, or of a long text the last ones that fit. */
  readonly positions: number;
  /** 2 to the mean of −log₂ p of the tokens that really follow; where the model says what follows. */
  readonly perplexity?: { readonly before: number; readonly after: number; readonly tokens: number };
  /** Whether activations are rounded to 8 bits as the model runs, so that small changes mean little. */
  readonly rounds: boolean;
  /** Whether it was computed in float32 though the model's file rounds as it runs. */
  readonly inFloat32: boolean;
}

/** One part of the work was done: the question is to be asked again for the next. */
export interface PutBackPart {
  readonly done: number;
  readonly of: number;
}
