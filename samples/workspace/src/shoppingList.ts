import type { Item, Pantry } from './pantry';

/** What must be bought before all of `wanted` is in the pantry. */
export function shoppingList(pantry: Pantry, wanted: Item[]): Item[] {
  const list: Item[] = [];
  for (const item of wanted) {
    const missing = item.amount - pantry.amountOf(item.name);
    if (missing > 0) {
      list.push({ ...item, amount: missing });
    }
  }
  return list;
}
