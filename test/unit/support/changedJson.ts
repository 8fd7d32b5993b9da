type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What stands in damaged settings where something else belongs. */
const others: readonly (() => Json)[] = [
  () => null,
  () => -1,
  () => 0,
  () => 0.5,
  () => 7,
  () => 1e9,
  () => 1e300,
  () => '',
  () => 'toString',
  () => '<s>',
  () => [],
  () => [1, 2],
  () => ({}),
  () => ({ __proto__: 1, type: 'BPE' }),
  () => true,
  () => false,
];

/**
 * A model's settings with one value changed to something of any kind, or left out.
 * @param next gives whole numbers below a limit.
 * @returns them, and what was changed, in words.
 */
export function changedJson(original: unknown, next: (limit: number) => number): { json: unknown; what: string } {
  const json = structuredClone(original) as Json;
  let place = json;
  const path: string[] = [];
  for (;;) {
    const names = typeof place === 'object' && place !== null ? Object.keys(place) : [];
    if (names.length === 0) return { json, what: 'nothing' };
    const name = names[next(names.length)];
    path.push(name);
    const inside = (place as { [name: string]: Json })[name];
    // Further down half of the times, where there is something below.
    if (typeof inside === 'object' && inside !== null && Object.keys(inside).length > 0 && next(4) > 0) {
      place = inside;
      continue;
    }
    const choice = next(others.length + 1);
    if (choice === others.length) {
      if (Array.isArray(place)) place.splice(Number(name), 1);
      else delete (place as { [name: string]: Json })[name];
      return { json, what: `no ${path.join('.')}` };
    }
    const value = others[choice]();
    (place as { [name: string]: Json })[name] = value;
    return { json, what: `${path.join('.')}: ${JSON.stringify(value)}` };
  }
}
