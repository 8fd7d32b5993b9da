/** How opaque the strongest cell is painted. */
export const mostOpaque = 0.75;

/** What lies behind a transparent image: the models of the image panel see it on white. */
export const imageGround = '#ffffff';

/** How opaque each cell of a heat is painted, the strongest the most. @param heat [cell] @returns [cell] */
export function heatOpacity(heat: Float32Array): Float32Array {
  const largest = heat.reduce((most, value) => Math.max(most, value), 0);
  return heat.map(value => (largest > 0 ? Math.max(0, (value / largest) * mostOpaque) : 0));
}
