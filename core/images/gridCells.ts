/** How a vision encoder's positions lie on the picture: a square of cells, row by row, after some that stand for none. */
export interface GridCells {
  readonly rows: number;
  readonly columns: number;
  /** Positions before the cells: ViT's class token, DeiT's second one. */
  readonly before: number;
}

/** The grid of so many positions: the largest square, at their end. */
export function gridCells(positions: number): GridCells {
  const side = Math.floor(Math.sqrt(positions));
  return { rows: side, columns: side, before: positions - side * side };
}
