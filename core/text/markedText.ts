/** Two ranges of a text, in UTF-16 code units: one from which a head is to look, and one at which. */
export interface MarkedLink {
  readonly from: MarkedRange;
  readonly to: MarkedRange;
}

interface MarkedRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads marks out of a text: `«1<John»` is what is looked at, `«1>John»` what looks there; a digit or letter names the pair.
 * @returns the text without its marks, and the pairs in the order of what looks.
 * @throws Error where something looks at what is not marked.
 */
export function markedText(marked: string): { text: string; links: MarkedLink[] } {
  const targets = new Map<string, MarkedRange>();
  const looking: { name: string; range: MarkedRange }[] = [];
  let text = '';
  let at = 0;
  for (const match of marked.matchAll(/«(\w)([<>])([^»]+)»/gu)) {
    text += marked.slice(at, match.index);
    at = match.index + match[0].length;
    const [, name, way, words] = match;
    const range = { start: text.length, end: text.length + words.length };
    text += words;
    if (way === '<') targets.set(name, range);
    else looking.push({ name, range });
  }
  text += marked.slice(at);
  return {
    text,
    links: looking.map(({ name, range }) => {
      const to = targets.get(name);
      if (!to) throw new Error(`“${name}” looks at what is not marked.`);
      return { from: range, to };
    }),
  };
}
