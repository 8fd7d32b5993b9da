import { visibleText } from '../text/visibleText';
import { plainLine } from '../text/plainLine';

/** Markdown of our own making, for a hover or a tooltip. Only this file makes it: all that comes from outside is escaped. */
export class Markdown {
  private constructor(readonly source: string) {}

  /** For the functions of this file. */
  static readonly of = (source: string): Markdown => new Markdown(source);
}

/** A value between the words: text, which stays text, or Markdown that is already made. */
type Part = string | number | Markdown;

/**
 * Markdown with values in it: markdownOf`**${name}**, ${licence}`. The words of the template are Markdown; a value is text on
 * one line, in which nothing becomes an image, a link, an element, code or a list.
 */
export function markdownOf(words: TemplateStringsArray, ...values: readonly Part[]): Markdown {
  return Markdown.of(words.reduce((made, word, index) => made + sourceOf(values[index - 1]) + word));
}

/** Paragraphs, those that are there; a text is one, escaped. */
export function paragraphs(...parts: readonly (Part | undefined)[]): Markdown {
  return Markdown.of(
    parts
      .filter(part => part !== undefined && part !== '')
      .map(part => sourceOf(part!))
      .join('\n\n'),
  );
}

/** A block of code with the lines of a text: overrides and control characters but the tab are shown as signs. */
export function codeBlock(text: string): Markdown {
  const lines = text.split(/\r\n|\r|\n/).map(line => line.split('\t').map(plainLine).join('\t'));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return Markdown.of([fence, ...lines, fence].join('\n'));
}

/** A picture of our own, given by its bytes in base 64: nothing is fetched for it. */
export function inlineImage(base64: string): Markdown {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw new TypeError(`not base 64: ${visibleText(base64.slice(0, 20))}`);
  return Markdown.of(`![](data:image/webp;base64,${base64})`);
}

/** A link that runs one of VS Code's commands, where whoever shows it enables that command. */
export function commandLink(title: string, command: string, ...args: readonly unknown[]): Markdown {
  // Encoded, they have no character that ends the address but these.
  const encoded = encodeURIComponent(JSON.stringify(args)).replace(/[()']/g, encodeCharacter);
  return Markdown.of(`[${escaped(title)}](command:${encodeURI(command)}?${encoded})`);
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function sourceOf(part: Part): string {
  return part instanceof Markdown ? part.source : escaped(String(part));
}

/**
 * Any ASCII punctuation may have a backslash before it (CommonMark 2.4). Commas and quotation marks mean nothing; all others
 * get one, those, too, that mean something in an extension only: bare addresses are links by their colon, full stop or @.
 */
function escaped(text: string): string {
  return plainLine(text)
    .replace(/\s+/g, ' ')
    .replace(/[!#-&(-+\--/:-@[-`{-~]/g, '\\$&');
}
