import type { AttentionTensor } from '../run/explanation';

/** Which heads are looked at: all of them, averaged, or one. */
export type HeatHead = 'all' | { readonly layer: number; readonly head: number };

/**
 * Where the model looked as it wrote a word.
 * @param cross [layer][head][word][cell]
 * @returns [cell]: attention, sums to 1 over the cells.
 */
export function wordHeat(cross: AttentionTensor, word: number, head: HeatHead): Float32Array {
  const [layers, heads, words, cells] = cross.shape;
  const heat = new Float32Array(cells);
  const chosen =
    head === 'all' ? Array.from({ length: layers * heads }, (_, i) => i) : [head.layer * heads + head.head];
  for (const plane of chosen) {
    const from = (plane * words + word) * cells;
    for (let cell = 0; cell < cells; cell++) heat[cell] += cross.data[from + cell] / chosen.length;
  }
  return heat;
}

/**
 * A word's heat minus the mean of all words of the caption: what this word looked at more than the caption as a whole.
 * Cells that every word looks at (attention sinks) fall away. @returns [cell]: may be negative; sums to 0.
 */
export function wordHeatMinusMean(cross: AttentionTensor, word: number, head: HeatHead): Float32Array {
  const words = cross.shape[2];
  const heat = wordHeat(cross, word, head);
  const mean = new Float32Array(heat.length);
  for (let other = 0; other < words; other++) {
    wordHeat(cross, other, head).forEach((value, cell) => {
      mean[cell] += value / words;
    });
  }
  return heat.map((value, cell) => value - mean[cell]);
}

/** For each layer, the share of a word's attention inside the strongest quarter of the cells: 0.25 is even, 1 all of it. */
export function layerShares(cross: AttentionTensor, word: number, head?: number): number[] {
  const [layers, heads, , cells] = cross.shape;
  return Array.from({ length: layers }, (_, layer) => {
    const heat = new Float32Array(cells);
    for (let h = 0; h < heads; h++) {
      if (head === undefined || head === h) {
        wordHeat(cross, word, { layer, head: h }).forEach((value, cell) => {
          heat[cell] += value;
        });
      }
    }
    const sorted = [...heat].sort((a, b) => b - a);
    const total = sorted.reduce((sum, value) => sum + value, 0);
    return sorted.slice(0, Math.ceil(cells / 4)).reduce((sum, value) => sum + value, 0) / total;
  });
}

/** How much each word looks at a cell: [word]. */
export function cellWords(cross: AttentionTensor, cell: number, head: HeatHead, minusMean: boolean): Float32Array {
  const heat = minusMean ? wordHeatMinusMean : wordHeat;
  return Float32Array.from({ length: cross.shape[2] }, (_, word) => heat(cross, word, head)[cell]);
}
