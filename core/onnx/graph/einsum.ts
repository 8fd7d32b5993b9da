import type { Dim } from '../read/dims';

/**
 * The terms of an equation, one letter an axis; undefined where it has no output, or an ellipsis for axes that are not known.
 * @param ranks how many axes each input has
 */
export function einsumTerms(
  equation: string,
  ranks: readonly (number | undefined)[],
): { inputs: string[]; output: string } | undefined {
  const [left, right] = equation.replaceAll(' ', '').split('->');
  if (right === undefined) return undefined;
  const inputs = left.split(',');
  if (!equation.includes('...')) return { inputs, output: right };
  const hidden = inputs.map((term, i) => (term.includes('...') ? (ranks[i] ?? NaN) - term.length + 3 : 0));
  const most = Math.max(...hidden);
  if (!(most <= spare.length) || hidden.some(count => count < 0)) return undefined;
  // Hidden axes are lined up from the right.
  const expand = (term: string, count: number): string => term.replace('...', spare.slice(most - count, most));
  return { inputs: inputs.map((term, i) => expand(term, hidden[i])), output: expand(right, most) };
}

/** Letters for the axes behind an ellipsis: none that an equation has. */
const spare = '①②③④⑤⑥⑦⑧';

/** The shape of an `Einsum`'s output, as far as the inputs' shapes tell. */
export function einsumShape(equation: string, shapes: readonly (readonly Dim[] | undefined)[]): Dim[] | undefined {
  const terms = einsumTerms(
    equation,
    shapes.map(shape => shape?.length),
  );
  if (!terms) return undefined;
  const sizes = new Map<string, Dim>();
  terms.inputs.forEach((term, i) => {
    if (shapes[i]?.length !== term.length) return;
    [...term].forEach((letter, axis) => {
      const known = sizes.get(letter);
      if (known === undefined || known === 1) sizes.set(letter, shapes[i]![axis]);
    });
  });
  const dims = [...terms.output].map(letter => sizes.get(letter));
  return dims.every(d => d !== undefined) ? dims : undefined;
}
