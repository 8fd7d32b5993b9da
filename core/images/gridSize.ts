/** How many cells an image has. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}
