/** A query and a key, by their places in their sequences. */
export interface TokenLinkPlace {
  readonly query: number;
  readonly key: number;
}

/** A head and how much it looks from some queries to some keys: the mean of those weights. */
export interface HeadLink {
  readonly layer: number;
  readonly head: number;
  readonly weight: number;
}
