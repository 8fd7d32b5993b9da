import { oneLine, type ImageLink } from './imageLink';

/** Characters that would end the text, the list or the table cell, or begin a format or a reference. */
const special = /[\]["{}|\\`*_#^~+<>&]/g;

/**
 * A caption as the first attribute of an image macro: as numeric character references where a character has a meaning,
 * which hold in block and inline macros alike; in quotes where a comma or an equals sign would end it.
 */
export function escapeAsciidoc(caption: string): string {
  const escaped = oneLine(caption)
    .replace(special, c => `&#${c.charCodeAt(0)};`)
    .replaceAll("'", '&#39;');
  return /[,=]/.test(escaped) ? `"${escaped}"` : escaped;
}

const macro = /(?<![\w\\])image(::?)([^\s:[\]][^[\]\n]*?)\[((?:\\\]|"(?:[^"\\]|\\.)*"|[^\]\n])*)\]/g;
/** Delimited blocks whose content is not read: comments, listings, literals, passthroughs, fenced code. */
const delimiter = /^(\/{4,}|-{4,}|\.{4,}|\+{4,}|`{3,})/;
/** An indented line after an empty one begins a literal paragraph, where it begins no item of a list. */
const literal = /^[ \t]+(?![*\-.]+\s|(?:\d+|[a-z])\.\s|<[\d.]+>\s)(?!.*::(?:\s|$))\S/;
/** Passthroughs in a line. */
const passthrough = /\+\+\+.*?\+\+\+|(?<![\w+])\+(?=\S)[^+\n]*[^\s+]\+(?![\w+])|\bpass:[a-z,]*\[.*?\](?!\])/g;

/** The images of an AsciiDoc document: block and inline macros; `imagesdir` and other attributes of the document taken into account. */
export function asciidocImages(text: string): ImageLink[] {
  const links: ImageLink[] = [];
  const attributes = new Map<string, string>();
  let block: string | undefined;
  let isLiteral = false;
  /** The line before, where it gives the block below an alt text: `[alt=…]`. */
  let before = '';
  let at = 0;
  for (const whole of text.split('\n')) {
    const line = whole.replace(/\r$/, '');
    const from = at;
    at += whole.length + 1;
    const fence = delimiter.exec(line.trimEnd())?.[1];
    if (block !== undefined || fence) {
      if (block === undefined) block = fence;
      else if (line.trimEnd() === block || (fence?.startsWith('```') && block.startsWith('```'))) block = undefined;
      continue;
    }
    if (line.startsWith('//')) continue;
    const attribute = /^:([\w-]+):\s*(.*?)\s*$/.exec(line);
    if (attribute) attributes.set(attribute[1].toLowerCase(), filledIn(attribute[2], attributes));
    isLiteral = line.trim() !== '' && (isLiteral || (before.trim() === '' && literal.test(line)));
    if (!isLiteral) {
      const described = /^\[.*\balt=/.test(before);
      for (const match of line.replace(passthrough, found => ' '.repeat(found.length)).matchAll(macro)) {
        // A block stands alone on its line, and may have its attributes on the line above.
        links.push(link(match, from + match.index, attributes, described && match[1] === '::'));
      }
    }
    before = line;
  }
  return links;
}

/** A text with the document's attributes in it: `{name}`. */
function filledIn(text: string, attributes: ReadonlyMap<string, string>): string {
  return text.replace(/(?<!\\)\{([\w-]+)\}/g, (whole, name: string) => attributes.get(name.toLowerCase()) ?? whole);
}

function link(
  [whole, colons, target, list]: RegExpExecArray,
  from: number,
  attributes: ReadonlyMap<string, string>,
  described: boolean,
): ImageLink {
  const start = from + 'image'.length + colons.length + target.length + 1;
  const first = /^\s*("(?:[^"\\]|\\.)*"|[^,]*)/.exec(list)![0];
  const named = /(?:^|,)\s*alt=/.exec(list);
  const isPositional = !/^\s*[\w-]+\s*=/.test(first);
  const words = isPositional ? first.trim().replace(/^"|"$/g, '').trim() : '';
  const imagesdir = attributes.get('imagesdir') ?? '';
  const address = filledIn(target, attributes);
  const relative = imagesdir !== '' && !/^([a-z]+:|\/)/i.test(address);
  return {
    from,
    to: from + whole.length,
    address: relative ? `${imagesdir.replace(/\/$/, '')}/${address}` : address,
    alt: words !== '' || named || described ? 'given' : 'missing',
    ...(named || described
      ? {}
      : {
          describe: caption =>
            isPositional
              ? { from: start, to: start + first.length, text: escapeAsciidoc(caption) }
              : { from: start, to: start, text: `${escapeAsciidoc(caption)},` },
        }),
  };
}
