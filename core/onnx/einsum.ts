import type { Dim } from './dims';

/** The terms of an equation, one letter an axis; undefined where it uses an ellipsis or has no output. */
export function einsumTerms(equation: string): { inputs: string[]; output: string } | undefined {
  const [left, output] = equation.replaceAll(' ', '').split('->');
  if (output === undefined || equation.includes('.')) return undefined;
  return { inputs: left.split(','), output };
}

/** The shape of an `Einsum`'s output, as far as the inputs' shapes tell. */
export function einsumShape(equation: string, shapes: readonly (readonly Dim[] | undefined)[]): Dim[] | undefined {
  const terms = einsumTerms(equation);
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
