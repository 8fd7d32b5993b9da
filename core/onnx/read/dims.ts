/**
 * A size in a shape: a number, or a symbolic product such as `batch` or `8*batch*sequence` (coefficient first, then the
 * factors in order). Each size that is not known has a symbol of its own, so equal symbols mean equal sizes.
 */
export type Dim = number | string;

let fresh = 0;

/** A size of which nothing is known. */
export function unknownDim(): Dim {
  return `?${++fresh}`;
}

/** Sums of sizes that are not known, each with a symbol of its own: the same sizes give the same sum. */
export class Sums {
  private readonly known = new Map<string, Dim>();

  of(sizes: readonly Dim[]): Dim {
    const number = sizes.reduce<number>((sum, size) => (typeof size === 'number' ? sum + size : sum), 0);
    const symbols = sizes.filter(size => typeof size === 'string').sort();
    if (symbols.length === 0) return number;
    if (symbols.length === 1 && number === 0) return symbols[0];
    const key = [number, ...symbols].join('+');
    const sum = this.known.get(key) ?? unknownDim();
    this.known.set(key, sum);
    return sum;
  }
}

/** The product of sizes. */
export function product(dims: readonly Dim[]): Dim {
  let coefficient = 1;
  const factors: string[] = [];
  for (const dim of dims) {
    const [k, ...rest] = parts(dim);
    coefficient *= k as number;
    factors.push(...(rest as string[]));
  }
  return join(coefficient, factors);
}

/** a / b where it comes out even, symbols cancelled; undefined where it does not. */
export function quotient(a: Dim, b: Dim): Dim | undefined {
  const [k, ...factors] = parts(a);
  const [l, ...divisors] = parts(b);
  if (l === 0 || (k as number) % (l as number) !== 0) return undefined;
  for (const divisor of divisors) {
    const at = factors.indexOf(divisor);
    if (at < 0) return undefined;
    factors.splice(at, 1);
  }
  return join((k as number) / (l as number), factors as string[]);
}

/** The number in a symbolic product: 8 of `8*batch`. */
export function coefficient(dim: Dim): number {
  return parts(dim)[0] as number;
}

function parts(dim: Dim): Dim[] {
  if (typeof dim === 'number') return [dim];
  const factors = dim.split('*');
  const k = Number(factors[0]);
  return Number.isInteger(k) ? [k, ...factors.slice(1)] : [1, ...factors];
}

function join(k: number, factors: string[]): Dim {
  if (factors.length === 0 || k === 0) return k;
  // A product of very many symbols is of no use to anyone and would grow with each reshape.
  if (factors.length > 12) return unknownDim();
  factors.sort();
  return k === 1 ? factors.join('*') : [k, ...factors].join('*');
}
