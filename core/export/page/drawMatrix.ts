import type { PageColors } from './pageData';

/** Where the matrix stands in its canvas, in CSS pixels. */
export interface PagePlace {
  readonly left: number;
  readonly top: number;
  readonly cell: number;
}

/** What is drawn. */
export interface DrawnMatrix {
  readonly image: HTMLCanvasElement;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly query: number;
  readonly key: number;
  readonly causal: boolean;
  readonly colors: PageColors;
  /** The width there is. */
  readonly room: number;
}

/**
 * Draws one head with its tokens along the axes and the chosen row and cell framed; says where the matrix stands. Runs in
 * the page: it uses nothing outside itself.
 */
export function drawMatrix(
  canvas: HTMLCanvasElement,
  { image, rows, columns, query, key, causal, colors, room }: DrawnMatrix,
): PagePlace | undefined {
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  const font = '11px Menlo, Consolas, "DejaVu Sans Mono", monospace';
  const pitch = 12;
  context.font = font;
  const cut = (label: string) => {
    const characters = Array.from(label);
    return characters.length > 18 ? `${characters.slice(0, 17).join('')}…` : label;
  };
  const widest = (labels: readonly string[]) =>
    labels.reduce((most, label) => Math.max(most, context.measureText(cut(label)).width), 0);
  const numbers = rows.length + columns.length > 60 ? 34 : 0;
  const left = Math.ceil(widest(rows) + numbers) + 8;
  const columnLabel = widest(columns) + numbers;
  const top = Math.ceil(columnLabel * Math.sin(Math.PI / 3)) + 14;
  const overhang = Math.ceil(columnLabel / 2) + 4;
  const free = Math.min(760, room - left - overhang) / Math.max(rows.length, columns.length);
  const cell = free >= 2 ? Math.min(22, Math.floor(free)) : Math.max(1, free);
  const [width, height] = [cell * columns.length, cell * rows.length];

  const ratio = Math.min(devicePixelRatio, 8000 / (left + width + overhang), 8000 / (top + height + 2));
  canvas.width = Math.ceil((left + width + overhang) * ratio);
  canvas.height = Math.ceil((top + height + 2) * ratio);
  canvas.style.width = `${canvas.width / ratio}px`;
  canvas.style.height = `${canvas.height / ratio}px`;
  context.scale(ratio, ratio);
  context.font = font;
  if (causal) {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.beginPath();
    for (let x = -height; x < width; x += 6) {
      context.moveTo(left + x, top + height);
      context.lineTo(left + x + height, top);
    }
    context.strokeStyle = colors.foreground;
    context.globalAlpha = 0.08;
    context.stroke();
    context.restore();
  }
  context.imageSmoothingEnabled = cell < 1;
  context.drawImage(image, left, top, width, height);
  context.strokeStyle = colors.line;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);

  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find(round => round * cell >= pitch) ?? 1000;
  const name = (labels: readonly string[], index: number) =>
    step > 1 ? `${index} ${cut(labels[index])}` : cut(labels[index]);
  const label = (labels: readonly string[], chosen: number, paint: (index: number) => void) => {
    context.fillStyle = colors.dim;
    for (let index = 0; index < labels.length; index += step) {
      if (Math.abs(index - chosen) * cell >= pitch) paint(index);
    }
    context.fillStyle = colors.foreground;
    paint(chosen);
  };
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  label(rows, query, row => context.fillText(name(rows, row), left - 6, top + (row + 0.5) * cell));
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  label(columns, key, column => {
    context.save();
    context.translate(left + (column + 0.5) * cell, top - 5);
    context.rotate(-Math.PI / 3);
    context.fillText(name(columns, column), 0, 3);
    context.restore();
  });
  context.strokeStyle = colors.focus;
  context.strokeRect(left - 0.5, top + query * cell - 0.5, width + 1, cell + 1);
  context.lineWidth = 2;
  context.strokeRect(left + key * cell - 1, top + query * cell - 1, cell + 2, cell + 2);
  return { left, top, cell };
}
