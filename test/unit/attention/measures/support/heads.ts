import type { AttentionMatrix, LayerHeads } from '../../../../../core/attention/attentionMatrix';
import type { Token } from '../../../../../core/text/token';

/** One head from its rows; causal where they say so. */
export function matrixOf(rows: readonly (readonly number[])[], causal = true, sameSequence = true): AttentionMatrix {
  return { queries: rows.length, keys: rows[0].length, causal, sameSequence, data: Float32Array.from(rows.flat()) };
}

/** A head that puts all its weight on one key of each row. */
export function looksAt(keys: readonly number[], causal = true): AttentionMatrix {
  return matrixOf(
    keys.map(key => keys.map((_, k) => (k === key ? 1 : 0))),
    causal,
  );
}

/** A layer from its heads. */
export function layerOf(layer: number, ...heads: readonly AttentionMatrix[]): LayerHeads {
  const { queries, keys, causal, sameSequence } = heads[0];
  return {
    layer,
    heads: heads.length,
    queries,
    keys,
    causal,
    sameSequence,
    data: Float32Array.from(heads.flatMap(head => [...head.data])),
  };
}

/** Rows of a softmax over random numbers, the same each time. */
export function randomHead(n: number, seed: number, causal = true, spread = 2): AttentionMatrix {
  let state = seed * 7919 + 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return matrixOf(
    Array.from({ length: n }, (_, query) => {
      const row = Array.from({ length: n }, (_, key) =>
        causal && key > query ? 0 : Math.exp(spread * (random() - 0.5) * 4),
      );
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map(x => x / sum);
    }),
    causal,
  );
}

/** Tokens that make up a text, from its pieces; a piece in `⟨⟩` is a special token that stands for no text. Equal pieces are equal tokens. */
export function tokensOf(...pieces: readonly string[]): { text: string; tokens: Token[] } {
  const ids = [...new Set(pieces)];
  let text = '';
  const tokens = pieces.map(piece => {
    const special = piece.startsWith('⟨');
    const start = text.length;
    if (!special) text += piece;
    return { id: ids.indexOf(piece), text: piece, start, end: text.length, special };
  });
  return { text, tokens };
}

/** Whether two numbers are equal but for rounding. */
export function near(actual: number | undefined, expected: number, tolerance = 1e-6): boolean {
  return actual !== undefined && Math.abs(actual - expected) <= tolerance;
}
