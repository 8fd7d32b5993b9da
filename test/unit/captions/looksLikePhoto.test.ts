import assert from 'node:assert/strict';
import { looksLikePhoto } from '../../../core/captions/looksLikePhoto';

const side = 96;

/** An image, pixel by pixel. */
function image(color: (x: number, y: number) => readonly [number, number, number]): Uint8Array {
  return Uint8Array.from(Array.from({ length: side * side }, (_, i) => color(i % side, Math.floor(i / side))).flat());
}

describe('whether an image looks like a photo', () => {
  it('a drawing does not: flat areas, a smooth gradient, fine lines', () => {
    assert.equal(
      looksLikePhoto(
        image((x, y) => (Math.hypot(x - 48, y - 48) < 30 ? [255, 0, 0] : [255, 255, 255])),
        side,
      ),
      false,
    );
    assert.equal(
      looksLikePhoto(
        image((x, y) => [x, y, 128]),
        side,
      ),
      false,
    );
    assert.equal(
      looksLikePhoto(
        image((x, y) => ((x + y) % 3 === 0 ? [0, 0, 0] : [255, 255, 255])),
        side,
      ),
      false,
    );
  });

  it('a little noise everywhere does, in colour or grey', () => {
    let seed = 7;
    const noise = () => (seed = (seed * 48271) % 2147483647) % 24;
    assert.equal(
      looksLikePhoto(
        image((x, y) => [x * 2 + noise(), y * 2 + noise(), 200 - x + noise()]),
        side,
      ),
      true,
    );
    assert.equal(
      looksLikePhoto(
        image(() => {
          const grey = 100 + noise();
          return [grey, grey, grey];
        }),
        side,
      ),
      true,
    );
  });
});
