import type { BlockStack } from './blocks';

/** Stacks that are the same in each branch of an `If`, together: the first of each group stands for it. */
export function stacksByBranch(stacks: readonly BlockStack[]): readonly (readonly [BlockStack, ...BlockStack[]])[] {
  const groups: [BlockStack, ...BlockStack[]][] = [];
  for (const stack of stacks) {
    const { owner } = stack.scope;
    const alike = groups.find(
      ([first, ...others]) =>
        owner !== undefined &&
        first.scope.owner?.op === owner.op &&
        [first, ...others].every(({ scope }) => scope.owner?.attribute !== owner.attribute) &&
        shapeOf(first) === shapeOf(stack),
    );
    if (alike) alike.push(stack);
    else groups.push([stack]);
  }
  return groups;
}

function shapeOf({ blocks, embedding }: BlockStack): string {
  return JSON.stringify([
    blocks.map(({ parts }) => parts.map(({ site, bias }) => [site?.kind, site?.layer, bias !== undefined])),
    embedding.parts.map(({ kind }) => kind),
  ]);
}
