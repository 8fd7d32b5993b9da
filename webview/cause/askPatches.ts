import { normalised, type PatchGrid } from '../../core/cause/patchMaps';
import type { PatchCell, PatchValues } from '../../core/run/patch';

/** So many cells are patched in one request, each by itself: between two of them the user can stop, and the map fills. */
const batch = 32;

/** What is known of a map. */
export interface KnownMap {
  readonly grid: PatchGrid;
  /** Normalised, row-major; NaN where unknown. */
  readonly values: Float32Array;
  /** The metric of the clean and of the corrupted run, once one cell is known. */
  ends?: Pick<PatchValues, 'clean' | 'corrupted'>;
}

/** A map of which nothing is known yet. */
export function emptyMap(grid: PatchGrid): KnownMap {
  return { grid, values: new Float32Array(grid.cells.length).fill(NaN) };
}

/** The cells of a map that are not known yet. */
export function openCells({ grid, values }: KnownMap): number[] {
  return grid.cells.flatMap((cells, i) => (cells.length > 0 && Number.isNaN(values[i]) ? [i] : []));
}

/**
 * Asks for all cells of maps that are not known, map by map from the lowest layer on.
 * @param tell is called after each answer, with how many cells are known now.
 * @throws what `ask` does, unless nobody wants it any longer.
 */
export async function askPatches(
  maps: readonly KnownMap[],
  ask: (patches: readonly (readonly PatchCell[])[]) => Promise<PatchValues>,
  signal: AbortSignal,
  tell: (known: number) => void,
): Promise<void> {
  const of = maps.flatMap(map => openCells(map).map(cell => ({ map, cell })));
  for (let from = 0; from < of.length; from += batch) {
    const asked = of.slice(from, from + batch);
    const answer = await ask(asked.map(({ map, cell }) => map.grid.cells[cell]));
    if (signal.aborted) return;
    asked.forEach(({ map, cell }, i) => {
      map.values[cell] = normalised(answer.patched[i], answer);
      map.ends = { clean: answer.clean, corrupted: answer.corrupted };
    });
    tell(from + asked.length);
  }
}
