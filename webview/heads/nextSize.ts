/** The sizes that thumbnails can be chosen to have. */
const choices = [16, 20, 24, 28, 32, 40, 48, 64];

/** The next size that can be chosen: a larger one (1) or a smaller one (−1); undefined where there is none. */
export function nextSize(size: number, step: 1 | -1): number | undefined {
  return step > 0 ? choices.find(one => one > size) : choices.findLast(one => one < size);
}
