/** Characters that do not show, by what stands for them. */
const names: ReadonlyMap<number, string> = new Map([
  [0x20, '·'], [0x09, '→'], [0x0a, '↵'], [0x0d, '␍'], [0x7f, '␡'],
  [0xa0, '⍽'], [0xad, '‹SHY›'], [0x200b, '‹ZWSP›'], [0x200c, '‹ZWNJ›'], [0x200d, '‹ZWJ›'], [0x200e, '‹LRM›'], [0x200f, '‹RLM›'],
  [0x2028, '‹LS›'], [0x2029, '‹PS›'], [0x202a, '‹LRE›'], [0x202b, '‹RLE›'], [0x202c, '‹PDF›'], [0x202d, '‹LRO›'], [0x202e, '‹RLO›'],
  [0x2060, '‹WJ›'], [0x2066, '‹LRI›'], [0x2067, '‹RLI›'], [0x2068, '‹FSI›'], [0x2069, '‹PDI›'],
  [0xfe0e, '‹VS15›'], [0xfe0f, '‹VS16›'], [0xfeff, '‹BOM›'],
]);

/** What stands for a character that does not show by itself; undefined for one that does. */
export function markOf(codePoint: number): string | undefined {
  if (codePoint < 0x20) return names.get(codePoint) ?? String.fromCodePoint(0x2400 + codePoint);
  if (codePoint >= 0x80 && codePoint < 0xa0) return `‹U+00${codePoint.toString(16).toUpperCase()}›`;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return `‹U+${codePoint.toString(16).toUpperCase()}›`;
  return names.get(codePoint);
}

/**
 * A token's text for a label: spaces, tabs, line breaks, control characters, lone surrogates and marks without a width are
 * made visible. Joiners and variation selectors between visible characters stay what they are, so that emoji stay whole.
 */
export function visibleText(text: string): string {
  let result = '';
  let afterVisible = false;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const joins = codePoint === 0x200c || codePoint === 0x200d || codePoint === 0xfe0e || codePoint === 0xfe0f;
    const mark: string | undefined = joins && afterVisible ? undefined : markOf(codePoint);
    result += mark ?? (isMark(character) && !afterVisible ? `◌${character}` : character);
    afterVisible = mark === undefined;
  }
  return result;
}

function isMark(character: string): boolean {
  return /^\p{M}$/u.test(character);
}
