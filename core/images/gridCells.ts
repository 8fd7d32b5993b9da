import type { PixelSize } from './pixelSize';

/** How a vision encoder's positions lie on the picture: rows of cells, after some positions that stand for none. */
export interface GridCells {
  readonly rows: number;
  readonly columns: number;
  /** Positions before the cells: ViT's class token, DeiT's second one, registers. */
  readonly before: number;
  /** A cell in pixels, where the size of a patch is known: cells reach beyond the picture where they do not divide it. */
  readonly cell?: PixelSize;
}

/** More positions before the cells have no meaning that is known; fewer where the cells are guessed by their number. */
const mostBefore = { ofPatches: 64, guessed: 16 };
/** Stages of a hierarchical encoder, each of which halves the rows and columns. */
const mostStages = 6;
/** By how much a cell's height and width may differ where the size of a patch is not known. */
const mostUneven = 0.1;

/**
 * The grid of so many positions on a picture of so many pixels, at the end of the positions: of patches whose size is known,
 * or of cells that hierarchical encoders (Swin, Liu et al. 2021) make by joining four and four of them; else of even cells.
 * @returns undefined where they make none.
 */
export function gridCells(positions: number, pixels: PixelSize, patch?: PixelSize): GridCells | undefined {
  if (patch) {
    for (let stage = 0; stage < mostStages; stage++) {
      const cell = { width: patch.width * 2 ** stage, height: patch.height * 2 ** stage };
      // Patches that do not fit whole are left out; where they are joined, the picture is filled up.
      const round = stage === 0 ? Math.floor : Math.ceil;
      const [rows, columns] = [round(pixels.height / cell.height), round(pixels.width / cell.width)];
      const before = positions - rows * columns;
      if (rows > 0 && columns > 0 && before >= 0 && before < mostBefore.ofPatches) {
        return { rows, columns, before, cell };
      }
    }
  }
  for (const uneven of [1e-9, mostUneven]) {
    for (let before = 0; before < Math.min(mostBefore.guessed, positions); before++) {
      const cells = positions - before;
      const rows = Math.round(Math.sqrt((cells * pixels.height) / pixels.width));
      const columns = cells / rows;
      if (rows < 1 || !Number.isInteger(columns)) continue;
      if (Math.abs(pixels.height / rows / (pixels.width / columns) - 1) <= uneven) return { rows, columns, before };
    }
  }
  return undefined;
}
