import assert from 'node:assert/strict';
import { placeNames } from '../../../core/export/placeNames';

describe('placeNames', () => {
  const at = (name: string, x: number, y: number, isChosen = false) => ({ name, x, y, isChosen });
  const placed = (...named: ReturnType<typeof at>[]) =>
    placeNames(named, named, 330).map(({ name, leftward }) => `${name} ${leftward ? 'left' : 'right'}`);

  it('writes a name right of its place, at the right edge left of it', () => {
    assert.deepEqual(placed(at('0.0', 100, 50), at('0.1', 325, 90)), ['0.0 right', '0.1 left']);
  });

  it('goes to the other side of a neighbour, and leaves out what has no room', () => {
    assert.deepEqual(placed(at('0.0', 100, 50), at('0.1', 112, 50)), ['0.0 left', '0.1 right']);
    assert.deepEqual(placed(at('0.0', 100, 50), at('0.1', 112, 50), at('0.2', 88, 50)), ['0.1 right', '0.2 left']);
  });

  it('names the chosen in any case, and before the others', () => {
    const crowd = [88, 100, 112].map((x, i) => at(`0.${i}`, x, 50, i === 1));
    assert.deepEqual(placed(...crowd), ['0.1 right', '0.0 left', '0.2 right']);
    assert.equal(placeNames(crowd, crowd, 330)[0].y, 36, 'above its neighbours');
  });

  it('writes two chosen beside each other so that neither lies over the other or its name', () => {
    const pair = [at('10.1', 100, 50, true), at('10.2', 122, 50, true)];
    const [one, other] = placeNames(pair, pair, 330);
    assert.deepEqual([one.leftward, one.y, other.leftward, other.y], [true, 50, false, 50]);
    // Where the left has no room, the first gives way upward.
    const edge = pair.map(place => ({ ...place, x: place.x - 85 }));
    const [above] = placeNames(edge, edge, 330);
    assert.deepEqual([above.leftward, above.y], [false, 36]);
  });
});
