/** How many columns and rows an arrow key goes; undefined for other keys. */
export function arrowStep(key: string): readonly [columns: number, rows: number] | undefined {
  return ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[key as 'ArrowUp'];
}
