import type { ImageRegion } from '../../core/images/image';

/** A covered region in words: "top left, 12 %". */
export function regionName({ left, top, width, height }: ImageRegion): string {
  const third = (middle: number, names: readonly [string, string, string]) =>
    names[Math.min(2, Math.max(0, Math.floor(middle * 3)))];
  const down = third(top + height / 2, ['top', '', 'bottom']);
  const across = third(left + width / 2, ['left', '', 'right']);
  const inside = (from: number, size: number) => Math.max(0, Math.min(1, from + size) - Math.max(0, from));
  return `${[down, across].filter(Boolean).join(' ') || 'middle'}, ${Math.round(inside(left, width) * inside(top, height) * 100)} %`;
}
