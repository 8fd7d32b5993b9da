import type { PageMatrix } from './pageData';

/** The heads in the page. */
export interface HeadGrid {
  /** One for each head, to be painted. */
  readonly thumbnails: readonly HTMLCanvasElement[];
  /** Marks the chosen one. */
  show(chosen: number): void;
}

/**
 * All heads, those of a layer in one row, as a group of radio buttons: the arrow keys move through it. Runs in the page: it
 * uses nothing outside itself.
 */
export function headGrid(
  container: HTMLElement,
  matrices: readonly PageMatrix[],
  choose: (head: number) => void,
): HeadGrid {
  const thumbnails: HTMLCanvasElement[] = [];
  const rows: number[][] = [];
  let kind: string | undefined;
  let layer = -1;
  let row: HTMLElement | undefined;
  const kinds = new Set(matrices.map(matrix => matrix.kind)).size;
  const buttons = matrices.map((matrix, i) => {
    if (matrix.kind !== kind && kinds > 1) {
      container.append(Object.assign(document.createElement('h3'), { textContent: matrix.kind }));
    }
    if (!row || matrix.kind !== kind || matrix.layer !== layer) {
      row = Object.assign(document.createElement('div'), { className: 'layer' });
      row.append(Object.assign(document.createElement('span'), { textContent: String(matrix.layer) }));
      container.append(row);
      rows.push([]);
    }
    ({ kind, layer } = matrix);
    rows[rows.length - 1].push(i);
    const button = Object.assign(document.createElement('button'), { type: 'button', title: matrix.name });
    button.setAttribute('role', 'radio');
    button.setAttribute('aria-label', matrix.name);
    button.addEventListener('click', () => choose(i));
    const thumbnail = document.createElement('canvas');
    thumbnails.push(thumbnail);
    button.append(thumbnail);
    row.append(button);
    return button;
  });
  container.addEventListener('keydown', event => {
    const chosen = buttons.findIndex(button => button.tabIndex === 0);
    const y = rows.findIndex(heads => heads.includes(chosen));
    const up = (by: number) => rows[y + by]?.[Math.min(rows[y].indexOf(chosen), rows[y + by].length - 1)] ?? chosen;
    const target = new Map([
      ['ArrowLeft', chosen - 1],
      ['ArrowRight', chosen + 1],
      ['ArrowUp', up(-1)],
      ['ArrowDown', up(1)],
    ]).get(event.key);
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!buttons[target]) return;
    choose(target);
    buttons[target].focus();
  });
  return {
    thumbnails,
    show: chosen =>
      buttons.forEach((button, i) => {
        button.setAttribute('aria-checked', String(i === chosen));
        button.tabIndex = i === chosen ? 0 : -1;
      }),
  };
}
