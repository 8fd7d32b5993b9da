import type { Dim } from '../read/dims';

/** The shape that NumPy's broadcasting gives. */
export function broadcast(shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(...shapes.map(s => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const dims = shapes.filter(s => i >= rank - s.length).map(s => s[i - rank + s.length]);
    // Of sizes that are not known to be the same, one that the file names tells more.
    return (
      dims.find(d => typeof d === 'number' && d !== 1) ??
      dims.find(d => typeof d === 'string' && !d.includes('?')) ??
      dims.find(d => d !== 1) ??
      1
    );
  });
}
