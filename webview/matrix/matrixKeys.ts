import { arrowStep } from '../common/arrowStep';

const page = 10;

/** The cell that a key leads to from another; undefined where the key is none of the matrix. */
export function matrixKey(
  key: string,
  control: boolean,
  { query, key: column }: { query: number; key: number },
  { queries, keys }: { queries: number; keys: number },
): { query: number; key: number } | undefined {
  const to = (row: number, col: number) => ({
    query: Math.min(queries - 1, Math.max(0, row)),
    key: Math.min(keys - 1, Math.max(0, col)),
  });
  const step = arrowStep(key);
  if (step) return to(query + step[1], column + step[0]);
  switch (key) {
    case 'PageUp':
      return to(query - page, column);
    case 'PageDown':
      return to(query + page, column);
    case 'Home':
      return control ? to(0, 0) : to(query, 0);
    case 'End':
      return control ? to(queries - 1, keys - 1) : to(query, keys - 1);
    default:
      return undefined;
  }
}
