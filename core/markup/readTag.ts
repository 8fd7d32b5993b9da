import { decodeNamedCharacterReference } from 'decode-named-character-reference';

/** An attribute of a tag, as offsets and as what it says. */
export interface Attribute {
  /** As it is written; `{name}` for Svelte's shorthand, `...rest` for a spread. */
  readonly name: string;
  /** The text of its value, entities resolved, or of the expression; undefined where it has none. */
  readonly value?: string;
  /** Whether the value is an expression. */
  readonly bound: boolean;
  readonly from: number;
  readonly to: number;
}

/** An opening tag. */
export interface Tag {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  /** After its `>`. */
  readonly to: number;
}

/** Reads the opening tag at an offset, of HTML or of what is written like it; undefined where it does not end. */
export function readTag(text: string, from: number): Tag | undefined {
  const name = /^<([A-Za-z][\w.:-]*)/.exec(text.slice(from, from + 200))?.[1];
  if (!name) return undefined;
  const attributes: Attribute[] = [];
  for (let at = from + 1 + name.length; at < text.length;) {
    const start = at;
    if (/[\s/]/.test(text[at])) at++;
    else if (text[at] === '>') return { name, attributes, to: at + 1 };
    // The tag was never closed: another begins.
    else if (text[at] === '<') return undefined;
    else if (text[at] === '{') {
      at = braceEnd(text, at) ?? text.length;
      const inside = text
        .slice(start + 1, at - 1)
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .trim();
      attributes.push(
        inside.startsWith('...')
          ? { name: inside, bound: true, from: start, to: at }
          : { name: `{${inside}}`, value: inside, bound: true, from: start, to: at },
      );
    } else {
      while (at < text.length && !/[\s=>/<{]/.test(text[at])) at++;
      // A sign that no name begins with.
      if (at === start) at++;
      const attribute = text.slice(start, at);
      const equals = /^\s*=\s*/.exec(text.slice(at, at + 100))?.[0].length;
      if (equals === undefined) attributes.push({ name: attribute, bound: false, from: start, to: at });
      else {
        const value = readValue(text, at + equals);
        attributes.push({ name: attribute, value: value.text, bound: value.bound, from: start, to: value.to });
        at = value.to;
      }
    }
  }
  return undefined;
}

function readValue(text: string, from: number): { text: string; bound: boolean; to: number } {
  const quote = text[from];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, from + 1);
    const to = end < 0 ? text.length : end;
    return { text: unescape(text.slice(from + 1, to)), bound: false, to: Math.min(text.length, to + 1) };
  }
  if (quote === '{') {
    const to = braceEnd(text, from) ?? text.length;
    const inside = text.slice(from + 1, to - 1).trim();
    const literal = /^(["'`])([^"'`$\\]*)\1$/.exec(inside);
    return literal ? { text: literal[2], bound: false, to } : { text: inside, bound: true, to };
  }
  const to = from + /^[^\s>]*/.exec(text.slice(from))![0].length;
  return { text: unescape(text.slice(from, to)), bound: false, to };
}

/** The offset after the brace that closes the one at `from`, undefined where none does; comments, strings and templates may hold braces. */
export function braceEnd(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return at + 1;
    else if (text.startsWith('/*', at)) at = indexAfter(text, '*/', at + 2) - 1;
    else if (c === '"' || c === "'" || c === '`') at = stringEnd(text, at) ?? at;
  }
  return undefined;
}

/** The offset of the quote that closes the one at `from`. One that is not closed on its line is an apostrophe in a text. */
function stringEnd(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === text[from]) return at;
    if (text[at] === '\n' && text[from] !== '`') return undefined;
    if (text[at] === '\\') at++;
  }
  return undefined;
}

function indexAfter(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at < 0 ? text.length : at + part.length;
}

function unescape(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    const code = hex ? parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
    if (code === undefined) return decodeNamedCharacterReference(name ?? '') || whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
