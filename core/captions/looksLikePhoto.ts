/**
 * Whether pixels look like a photograph: drawings have few colours and flat areas, photographs noise everywhere. Told by
 * the number of distinct colours (5 bits a channel) and the share of neighbours that differ a little but are not equal.
 * @param rgb [row][column][red, green, blue]
 */
export function looksLikePhoto(rgb: Uint8Array, side: number): boolean {
  const colors = new Set<number>();
  let slight = 0;
  let pairs = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const i = (y * side + x) * 3;
      colors.add((rgb[i] >> 3) << 10 | (rgb[i + 1] >> 3) << 5 | rgb[i + 2] >> 3);
      if (x + 1 === side) continue;
      const step = Math.abs(rgb[i] - rgb[i + 3]) + Math.abs(rgb[i + 1] - rgb[i + 4]) + Math.abs(rgb[i + 2] - rgb[i + 5]);
      pairs++;
      if (step > 2 && step < 90) slight++;
    }
  }
  return colors.size > side * 8 && slight / pairs > 0.5;
}
