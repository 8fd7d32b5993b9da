/** The text with ranges of it, in order, blank: what is left stands where it stood. */
export function mask(text: string, ranges: readonly (readonly [from: number, to: number])[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from < at) continue;
    parts.push(text.slice(at, from), text.slice(from, to).replace(/[^\r\n]/g, ' '));
    at = to;
  }
  return parts.join('') + text.slice(at);
}
