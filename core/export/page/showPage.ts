import type { decodeMatrix } from './decodeMatrix';
import type { drawMatrix, PagePlace } from './drawMatrix';
import type { headGrid } from './headGrid';
import type { PageData } from './pageData';
import type { paintHeat } from './paintHeat';
import type { readColors } from './readColors';
import type { pageText, PageText } from './pageText';

/** The functions that the page is made of; each is written into it by itself. */
export interface PageParts {
  readonly decodeMatrix: typeof decodeMatrix;
  readonly paintHeat: typeof paintHeat;
  readonly drawMatrix: typeof drawMatrix;
  readonly readColors: typeof readColors;
  readonly textView: typeof pageText;
  readonly headGrid: typeof headGrid;
}

/** Brings the standalone page to life. Runs in the page: it uses nothing outside itself but its parts. */
export function showPage(parts: PageParts): void {
  const find = (id: string) => {
    const found = document.getElementById(id);
    if (!found) throw new Error(`The page has no ${id}.`);
    return found;
  };
  const { sequences, matrices, first } = JSON.parse(find('run').textContent) as PageData;
  const bytes = Uint8Array.from(atob(find('weights').textContent.trim()), character => character.charCodeAt(0));
  const halves = Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));
  const sequence = (name: 'input' | 'output') => sequences[name] ?? { labels: [], segments: [] };
  const canvas = find('matrix') as HTMLCanvasElement;
  const scaleChoice = find('scale') as HTMLSelectElement;
  const image = document.createElement('canvas');
  const scales: Record<string, (weight: number) => number> = {
    linear: weight => weight,
    sqrt: weight => Math.sqrt(weight),
    log: weight => 1 + Math.log10(weight) / 4,
  };
  const titles = { input: 'The text', output: 'What the model wrote' };
  const place = (weight: number) => (weight > 0 ? Math.min(1, Math.max(0, scales[scaleChoice.value](weight))) : 0);
  const number = (weight: number) =>
    weight === 0 ? '0' : weight >= 0.00005 ? weight.toFixed(4) : weight.toExponential(1);

  let colors = parts.readColors();
  let head = -1;
  let weights: Float32Array = new Float32Array(0);
  const chosen = { query: 0, key: 0 };
  let at: PagePlace | undefined;
  let texts: { view: PageText; name: 'input' | 'output' }[] = [];
  const grid = parts.headGrid(find('heads'), matrices, chooseHead);

  function row(): Float32Array {
    return weights.subarray(chosen.query * matrices[head].columns, (chosen.query + 1) * matrices[head].columns);
  }

  function paintThumbnails(): void {
    grid.thumbnails.forEach((thumbnail, i) =>
      parts.paintHeat(
        thumbnail,
        parts.decodeMatrix(halves, matrices[i]),
        matrices[i].columns,
        matrices[i].causal,
        colors.ramp,
        place,
      ),
    );
  }

  function chooseHead(next: number): void {
    const { queries, keys, rows, columns, name } = matrices[next];
    const same = head >= 0 && matrices[head].queries === queries && matrices[head].keys === keys;
    head = next;
    weights = parts.decodeMatrix(halves, matrices[head]);
    find('head').textContent = name;
    grid.show(head);
    if (!same) {
      chosen.query = rows - 1;
      chosen.key = row().indexOf(Math.max(...row()));
      if (chosen.key < 0) chosen.key = columns - 1;
      texts = [...new Set([queries, keys])].map(text => ({
        name: text,
        view: parts.textView(sequence(text), titles[text], token =>
          text === queries ? choose(token, chosen.key) : choose(chosen.query, token),
        ),
      }));
      find('texts').replaceChildren(
        ...texts.flatMap(({ view, name: text }) => [
          ...(texts.length > 1 ? [Object.assign(document.createElement('h3'), { textContent: titles[text] })] : []),
          view.element,
        ]),
      );
    }
    paint();
  }

  function paint(): void {
    const { columns, causal } = matrices[head];
    parts.paintHeat(image, weights, columns, causal, colors.ramp, place);
    const steps = Array.from(
      { length: 17 },
      (_, i) => `rgb(${Array.from(colors.ramp.subarray(Math.round((i / 16) * 255) * 4).subarray(0, 3)).join(' ')})`,
    );
    find('ramp').style.background = `linear-gradient(90deg, ${steps.join(', ')})`;
    show();
  }

  function show(): void {
    const { queries, keys, rows, causal } = matrices[head];
    const [queryLabels, keyLabels] = [sequence(queries).labels, sequence(keys).labels];
    const { query, key } = chosen;
    at = parts.drawMatrix(canvas, {
      image,
      rows: queryLabels,
      columns: keyLabels,
      query,
      key,
      causal,
      colors,
      room: find('frame').clientWidth,
    });
    find('cell').textContent =
      `query ${query} “${queryLabels[query]}” → key ${key} “${keyLabels[key]}”  ${number(row()[key])} · row ${query} of ${rows - 1}`;
    for (const { view, name } of texts) {
      view.show(name === keys ? row() : undefined, name === queries ? query : key, colors, place);
    }
    const order = Array.from(row().keys())
      .filter(index => !causal || index <= query)
      .sort((a, b) => row()[b] - row()[a])
      .slice(0, 10);
    find('top').replaceChildren(
      ...order.map(index => {
        const line = document.createElement('tr');
        for (const text of [String(index), keyLabels[index], number(row()[index])]) {
          line.append(Object.assign(document.createElement('td'), { textContent: text }));
        }
        return line;
      }),
    );
    find('caption').textContent = `Query ${query} “${queryLabels[query]}” looks most at`;
  }

  function choose(query: number, key: number): void {
    const { rows, columns } = matrices[head];
    chosen.query = Math.min(rows - 1, Math.max(0, query));
    chosen.key = Math.min(columns - 1, Math.max(0, key));
    show();
  }

  const point = (event: PointerEvent) => {
    if (!at) return;
    const bounds = canvas.getBoundingClientRect();
    const query = Math.floor((event.clientY - bounds.top - at.top) / at.cell);
    const key = Math.floor((event.clientX - bounds.left - at.left) / at.cell);
    const { rows, columns } = matrices[head];
    if (query >= 0 && query < rows && key >= 0 && key < columns && (query !== chosen.query || key !== chosen.key)) {
      choose(query, key);
    }
  };
  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('pointerdown', point);
  canvas.addEventListener('keydown', event => {
    const { rows, columns } = matrices[head];
    const { query, key } = chosen;
    const target = new Map([
      ['ArrowUp', [query - 1, key]],
      ['ArrowDown', [query + 1, key]],
      ['ArrowLeft', [query, key - 1]],
      ['ArrowRight', [query, key + 1]],
      ['PageUp', [query - 10, key]],
      ['PageDown', [query + 10, key]],
      ['Home', [query, 0]],
      ['End', [query, matrices[head].causal ? Math.min(query, columns - 1) : columns - 1]],
    ]).get(event.key);
    if (!target || rows === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(target[0], target[1]);
  });
  const repaint = () => {
    colors = parts.readColors();
    paintThumbnails();
    paint();
  };
  scaleChoice.addEventListener('change', repaint);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  addEventListener('resize', show);
  paintThumbnails();
  chooseHead(first);
}
