import type { ImageLink, MarkupLanguage } from './imageLink';

/** What stands around an image in a document, as words without markup. */
export interface ImageSurroundings {
  /** The nearest heading above. */
  readonly heading?: string;
  /** The sentence that the image stands in; of an image by itself the one before it, or else the one behind it. */
  readonly sentence?: string;
}

interface Block {
  readonly from: number;
  readonly to: number;
}

/** A heading or sentence is cut to so many characters. */
const mostCharacters = 240;

/** The heading above an image and the sentence around it. @param link where the image stands: offsets into the text (UTF-16 units). */
export function imageSurroundings(
  text: string,
  language: MarkupLanguage,
  { from, to }: Pick<ImageLink, 'from' | 'to'>,
): ImageSurroundings {
  const headings = findHeadings(text, language);
  const above = headings.findLast(heading => heading.to <= from);
  const heading = above && cut(plainWords(above.words));
  const sentence = sentenceAround(
    text,
    from,
    to,
    above?.to ?? 0,
    headings.find(next => next.from >= to)?.from ?? text.length,
  );
  return { ...(heading ? { heading } : {}), ...(sentence ? { sentence } : {}) };
}

interface Heading extends Block {
  readonly words: string;
}

/** In order. */
function findHeadings(text: string, language: MarkupLanguage): Heading[] {
  const tags = /<h([1-6])\b[^>]*>([\s\S]*?)<\/h\1\s*>/gi;
  const found: Heading[] = [];
  const find = (pattern: RegExp, words: number) => {
    for (const match of text.matchAll(pattern)) {
      found.push({ from: match.index, to: match.index + match[0].length, words: match[words] });
    }
  };
  switch (language) {
    case 'markdown':
    case 'mdx':
      find(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/gm, 1);
      // A line of text with a line of = or - below it.
      find(/^ {0,3}(?![-=>#*+ \t])(\S.*)\r?\n {0,3}(?:=+|-{2,})[ \t]*$/gm, 1);
      find(tags, 2);
      break;
    case 'asciidoc':
      find(/^={1,6}[ \t]+(.+?)[ \t]*$/gm, 1);
      break;
    case 'restructuredtext':
      find(/^(\S.*)\r?\n([=\-~^"'`#*+.:_])\2{2,}[ \t]*$/gm, 1);
      break;
    default:
      find(tags, 2);
  }
  return found.sort((a, b) => a.from - b.from);
}

/** @param start where the section begins. @param end where the next one does. */
function sentenceAround(text: string, from: number, to: number, start: number, end: number): string | undefined {
  const blocks = blocksOf(text, start, end);
  const own = blocks.findIndex(block => block.from <= from && block.to >= to);
  if (own >= 0) {
    const block = blocks[own];
    const before = plainWords(text.slice(block.from, from));
    const after = plainWords(text.slice(to, block.to));
    // What stands before the image on its line may belong to its sentence, and what stands behind it.
    const around = [lastSentence(before), firstSentence(after)].filter(Boolean).join(' ');
    if (hasWords(around)) return cut(around);
  }
  const index = own >= 0 ? own : blocks.findIndex(block => block.from >= from);
  const before = (index < 0 ? blocks : blocks.slice(0, index)).map(block =>
    plainWords(text.slice(block.from, block.to)),
  );
  const after = blocks
    .slice(own >= 0 ? own + 1 : Math.max(0, index))
    .map(block => plainWords(text.slice(block.from, block.to)));
  const near = before.findLast(hasWords);
  if (near) return cut(lastSentence(near));
  const next = after.find(hasWords);
  return next ? cut(firstSentence(next)) : undefined;
}

/** Parts of a text between empty lines, and of a page between tags of blocks. */
function blocksOf(text: string, start: number, end: number): Block[] {
  const blocks: Block[] = [];
  const border =
    /\r?\n[ \t]*\r?\n|<\/?(?:p|div|figure|section|article|main|header|footer|aside|ul|ol|li|table|t[dhr]|body|head|html|template)\b[^>]*>/gi;
  border.lastIndex = start;
  let from = start;
  for (let match = border.exec(text); match && match.index < end; match = border.exec(text)) {
    if (match.index > from) blocks.push({ from, to: match.index });
    from = match.index + match[0].length;
  }
  if (from < end) blocks.push({ from, to: end });
  return blocks;
}

/** A text without its markup, on one line. */
function plainWords(text: string): string {
  return (
    text
      .replace(/<!--[\s\S]*?-->/g, ' ')
      .replace(/<[A-Za-z/!][^>]*>/g, ' ')
      .replace(/\{\/\*[\s\S]*?\*\/\}/g, ' ')
      // Images and links of Markdown, AsciiDoc and reStructuredText.
      .replace(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?/g, ' ')
      .replace(/\bimage::?\S*\[[^\]]*\]/g, ' ')
      .replace(/^[ \t]*\.\. (?:\|[^|\n]*\| )?[\w-]+::.*(?:\n[ \t]+:[\w-]+:.*)*/gm, ' ')
      .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
      .replace(/\b(?:link|xref|https?):\S*?\[([^\]]*)\]/g, '$1')
      .replace(/`([^`<]*?)(?:\s*<[^>]*>)?`_*/g, '$1')
      .replace(/^[ \t]*(?:[-*+>]|\d+[.)])[ \t]+/gm, ' ')
      .replace(/^[ \t]*(?:[=\-~^+*]{3,}|:[\w-]+:.*|\[[\w.#%,= "-]*\]|\.\. .*|\.(?=\w))[ \t]*$/gm, ' ')
      .replace(/(\*\*|__|\*|(?<!\w)_|_(?!\w))/g, '')
      .replace(/&nbsp;/g, ' ')
      .replace(/&quot;/g, '"')
      .replace(/&#39;|&apos;/g, "'")
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .replace(/\\([\\`*_{}[\]()#+\-.!|])/g, '$1')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

function hasWords(text: string): boolean {
  return /\p{L}{2}/u.test(text);
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?。！？][”"')\]]?)\s+(?=[\p{Lu}\p{Lo}\p{N}“"'(])/u).filter(hasWords);
}

function lastSentence(text: string): string {
  return sentences(text).at(-1) ?? '';
}

function firstSentence(text: string): string {
  return sentences(text)[0] ?? '';
}

function cut(text: string): string {
  // Languages without spaces have none there.
  const spaceBefore = text.lastIndexOf(' ', mostCharacters);
  return text.length <= mostCharacters ? text : `${text.slice(0, spaceBefore > 0 ? spaceBefore : mostCharacters)}…`;
}
