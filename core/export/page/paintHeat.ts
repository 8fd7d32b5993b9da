/** Paints weights, a pixel each, as large as the canvas then is. Runs in the page: it uses nothing outside itself. */
export function paintHeat(
  canvas: HTMLCanvasElement,
  weights: Float32Array,
  columns: number,
  causal: boolean,
  ramp: Uint8ClampedArray,
  place: (weight: number) => number,
): void {
  const rows = weights.length / columns;
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    const seen = causal ? Math.min(columns, row + 1) : columns;
    for (let column = 0; column < seen; column++) {
      const cell = row * columns + column;
      const color = Math.round(place(weights[cell]) * 255) * 4;
      for (let channel = 0; channel < 4; channel++) image.data[cell * 4 + channel] = ramp[color + channel];
    }
  }
  context.putImageData(image, 0, 0);
}
