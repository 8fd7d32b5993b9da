import { oneLine, type ImageLink } from './imageLink';

/** Characters that would end the text, the list or the table cell, or begin a format or a reference. */
const special = /[\]["{}|\\`*_#^~+<>&]/g;

/**
 * A caption as the first attribute of an image macro: as numeric character references where a character has a meaning,
 * which hold in block and inline macros alike; in quotes where a comma or an equals sign would end it.
 */
export function escapeAsciidoc(caption: string): string {
  const escaped = oneLine(caption).replace(special, c => `&#${c.charCodeAt(0)};`).replaceAll('\'', '&#39;');
  return /[,=]/.test(escaped) ? `"${escaped}"` : escaped;
}

const macro = /(?<![\w\\])image(::?)([^\s:[\]][^[\]\n]*?)\[((?:\\\]|"(?:[^"\\]|\\.)*"|[^\]\n])*)\]/g;
/** Delimited blocks whose content is not read: comments, listings, literals, passthroughs, fenced code. */
const delimiter = /^(\/{4,}|-{4,}|\.{4,}|\+{4,}|`{3,})/;

/** The images of an AsciiDoc document: block and inline macros, `imagesdir` taken into account. */
export function asciidocImages(text: string): ImageLink[] {
  const links: ImageLink[] = [];
  let imagesdir = '';
  let block: string | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    const from = at;
    at += line.length + 1;
    const fence = delimiter.exec(line.trimEnd())?.[1];
    if (block !== undefined || fence) {
      if (block === undefined) block = fence;
      else if (line.trimEnd() === block || (fence?.startsWith('```') && block.startsWith('```'))) block = undefined;
      continue;
    }
    if (line.startsWith('//')) continue;
    imagesdir = /^:imagesdir:\s*(\S.*?)\s*$/.exec(line)?.[1] ?? imagesdir;
    for (const match of line.matchAll(macro)) links.push(link(match, from + match.index, imagesdir));
  }
  return links;
}

function link([whole, colons, target, attributes]: RegExpExecArray, from: number, imagesdir: string): ImageLink {
  const list = from + 'image'.length + colons.length + target.length + 1;
  const first = /^\s*("(?:[^"\\]|\\.)*"|[^,]*)/.exec(attributes)![0];
  const named = /(?:^|,)\s*alt=/.exec(attributes);
  const isPositional = !/^\s*[\w-]+\s*=/.test(first);
  const words = isPositional ? first.trim().replace(/^"|"$/g, '').trim() : '';
  const relative = imagesdir !== '' && !/^([a-z]+:|\/)/i.test(target);
  return {
    from, to: from + whole.length,
    address: relative ? `${imagesdir.replace(/\/$/, '')}/${target}` : target,
    alt: words !== '' || named ? 'given' : 'missing',
    ...(named ? {} : {
      describe: caption => isPositional
        ? { from: list, to: list + first.length, text: escapeAsciidoc(caption) }
        : { from: list, to: list, text: `${escapeAsciidoc(caption)},` },
    }),
  };
}
