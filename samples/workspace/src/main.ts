import { parseLine } from './parseLine';
import { Pantry } from './pantry';
import { shoppingList } from './shoppingList';

const pantry = new Pantry();
pantry.add({ name: 'flour', amount: 200, unit: 'g' });
pantry.add({ name: 'milk', amount: 500, unit: 'ml' });

const pancakes = ['250 g flour', '400 ml milk', '3 pieces egg'];
const wanted = pancakes.map(parseLine).filter(item => item !== undefined);

for (const item of shoppingList(pantry, wanted)) {
  console.log(`${item.amount} ${item.unit} of ${item.name}`);
}
