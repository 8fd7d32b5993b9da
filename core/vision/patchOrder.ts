/**
 * The patches of a vision encoder that a picture token is made of, and where each patch lies.
 * @param tokens rows and columns of picture tokens of one part.
 * @param patches how many patches the encoder has of that part, without class tokens.
 * @param blocks whether patches are ordered by token (Qwen2-VL's 2 × 2 blocks), and not row by row.
 * @returns undefined where the patches form no grid over the tokens.
 */
export function patchOrder(
  tokens: { readonly rows: number; readonly columns: number },
  patches: number,
  blocks: boolean,
):
  | { readonly rows: number; readonly columns: number; ofToken(token: number): number[]; at(patch: number): number }
  | undefined {
  const side = Math.sqrt(patches / (tokens.rows * tokens.columns));
  if (!Number.isInteger(side) || side < 1) return undefined;
  const columns = tokens.columns * side;
  const at = (patch: number): number => {
    if (!blocks) return patch;
    const [token, within] = [Math.floor(patch / side ** 2), patch % side ** 2];
    const row = Math.floor(token / tokens.columns) * side + Math.floor(within / side);
    return row * columns + (token % tokens.columns) * side + (within % side);
  };
  return {
    rows: tokens.rows * side,
    columns,
    ofToken: token =>
      Array.from({ length: side ** 2 }, (_, within) =>
        blocks
          ? token * side ** 2 + within
          : (Math.floor(token / tokens.columns) * side + Math.floor(within / side)) * columns +
            (token % tokens.columns) * side +
            (within % side),
      ),
    at,
  };
}
