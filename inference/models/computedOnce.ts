/** Holds what is computed: a Map, or a WeakMap. */
interface Results<Key, Result> {
  get(key: Key): Promise<Result> | undefined;
  set(key: Key, result: Promise<Result>): unknown;
  delete(key: Key): unknown;
}

/**
 * Computes once what several ask for: they wait for the first. Where that gives up, the next one computes it.
 * @param results what was computed or is being computed, by key.
 */
export async function computedOnce<Key, Result>(
  results: Results<Key, Result>,
  key: Key,
  compute: () => Promise<Result>,
): Promise<Result> {
  for (let known = results.get(key); known; known = results.get(key)) {
    try {
      return await known;
    } catch {
      if (results.get(key) === known) results.delete(key);
    }
  }
  const result = compute();
  results.set(key, result);
  return result;
}
