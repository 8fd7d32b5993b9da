/**
 * Which attention of a model: `self` of a model with one stack, or the `encoder`'s, the `decoder`'s and the `cross`
 * attention (from the output to the input) of an encoder-decoder.
 */
export type AttentionKind = 'self' | 'encoder' | 'decoder' | 'cross';
