import type { Item } from './pantry';

const pattern = /^(\d+(?:\.\d+)?)\s*(g|ml|piece)s?\s+(.+)$/;

/** Reads a line such as `250 g flour`. */
export function parseLine(line: string): Item | undefined {
  const match = pattern.exec(line.trim());
  if (!match) {
    return undefined;
  }
  const [, amount, unit, name] = match;
  return { name, amount: Number(amount), unit: unit as Item['unit'] };
}
