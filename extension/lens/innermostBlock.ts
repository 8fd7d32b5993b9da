import type { LineRange } from './lensWindow';

/** A symbol of a language, by its lines. */
export interface BlockSymbol extends LineRange {
  /** Whether it names a value (a variable, a field), not something with a body of its own. */
  readonly value: boolean;
  readonly children: readonly BlockSymbol[];
}

/**
 * The smallest symbol of several lines that holds a line, a function or a class rather than a variable inside it;
 * undefined where the line is in none.
 */
export function innermostBlock(symbols: readonly BlockSymbol[], line: number): LineRange | undefined {
  let block: BlockSymbol | undefined;
  const visit = (candidates: readonly BlockSymbol[]) => {
    for (const symbol of candidates) {
      if (line < symbol.first || line > symbol.last) continue;
      // A value counts where it is all there is: an arrow function at the top of a file.
      if (symbol.last > symbol.first && (!block || !symbol.value)) block = symbol;
      visit(symbol.children);
    }
  };
  visit(symbols);
  return block && { first: block.first, last: block.last };
}
