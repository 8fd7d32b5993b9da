/** How a vision encoder holds its patches. */
export interface PatchLayout {
  /** Token by token (Qwen2-VL's 2 × 2 blocks), and not row by row. */
  readonly blocks: boolean;
  /** Rows and columns of tokens in a window, where the tokens are held window by window (Qwen2.5-VL). */
  readonly window?: number;
}

/** The patches of a part of a picture. */
export interface PatchOrder {
  readonly rows: number;
  readonly columns: number;
  /** The patches that a picture token is made of, as the encoder counts them. */
  ofToken(token: number): number[];
  /** Where a patch lies, counted row by row. */
  at(patch: number): number;
}

/**
 * The patches of a vision encoder that picture tokens are made of, and where each lies.
 * @param tokens rows and columns of picture tokens of one part.
 * @param patches how many patches the encoder has of that part, without class tokens.
 * @returns undefined where the patches form no grid over the tokens.
 */
export function patchOrder(
  tokens: { readonly rows: number; readonly columns: number },
  patches: number,
  { blocks, window }: PatchLayout,
): PatchOrder | undefined {
  const side = Math.sqrt(patches / (tokens.rows * tokens.columns));
  if (!Number.isInteger(side) || side < 1) return undefined;
  const [each, columns] = [side ** 2, tokens.columns * side];
  const order = tokensInOrder(tokens, window);
  const held = new Map(order.map((token, i) => [token, i]));
  const within = (token: number, i: number) =>
    (Math.floor(token / tokens.columns) * side + Math.floor(i / side)) * columns +
    (token % tokens.columns) * side +
    (i % side);
  return {
    rows: tokens.rows * side,
    columns,
    ofToken: token => Array.from({ length: each }, (_, i) => (blocks ? held.get(token)! * each + i : within(token, i))),
    at: patch => (blocks ? within(order[Math.floor(patch / each)], patch % each) : patch),
  };
}

/** Tokens row by row, or window by window and row by row within each; windows at the edges are cut. */
function tokensInOrder(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  window: number | undefined,
): number[] {
  const all = Array.from({ length: rows * columns }, (_, token) => token);
  if (window === undefined) return all;
  const windowOf = (token: number) =>
    Math.floor(Math.floor(token / columns) / window) * Math.ceil(columns / window) +
    Math.floor((token % columns) / window);
  return all.sort((a, b) => windowOf(a) - windowOf(b) || a - b);
}
