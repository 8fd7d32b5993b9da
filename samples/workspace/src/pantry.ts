/** One thing on the shelf. */
export interface Item {
  name: string;
  amount: number;
  unit: 'g' | 'ml' | 'piece';
}

/** What is on the shelf, by name. */
export class Pantry {
  private readonly items = new Map<string, Item>();

  add(item: Item): void {
    const known = this.items.get(item.name);
    if (known) {
      known.amount += item.amount;
    } else {
      this.items.set(item.name, { ...item });
    }
  }

  take(name: string, amount: number): boolean {
    const item = this.items.get(name);
    if (!item || item.amount < amount) {
      return false;
    }
    item.amount -= amount;
    return true;
  }

  amountOf(name: string): number {
    return this.items.get(name)?.amount ?? 0;
  }
}
