/** A token by its number, or by what it reads: of several tokens the first. */
export interface AskedToken {
  readonly token?: number;
  readonly word?: string;
}

/**
 * What an effect is told by, in bits: the divergence of what the model says after from what it said before; or how much the
 * log-probability of a token falls, of the one that really follows or of one asked for, or its distance from another's.
 */
export type EffectMeasure = 'divergence' | 'follows' | { readonly of: AskedToken; readonly against?: AskedToken };
