import { oneLine, type ImageLink } from './imageLink';

/** Also as the first thing of an item of a list. */
const directive =
  /^(\s*(?:(?:[-*+•]|\(?(?:\d+|#|[a-z])[.)])[ \t]+)*)\.\. (?:\|[^|\n]+\| )?(?:image|figure)::(?:[ \t]+(\S.*?))?[ \t]*$/i;
/** Directives whose content is not read. */
const literal = /^\s*\.\. (?:code|code-block|sourcecode|literalinclude|parsed-literal|raw|math|highlight)::/;
/** Two dots that begin no directive, target, footnote or substitution: a comment. */
const comment = /^\s*\.\.(?:\s+(?!\S+::|_|\[|\|)\S|$)/;

/** The images of a reStructuredText document: `image` and `figure` directives and substitutions. */
export function restructuredTextImages(text: string): ImageLink[] {
  const lines = text.split('\n');
  const starts: number[] = [];
  for (let i = 0, at = 0; i < lines.length; at += lines[i++].length + 1) starts.push(at);
  const links: ImageLink[] = [];
  let skipDeeperThan: number | undefined;
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const indent = /^\s*/.exec(line)![0].length;
    if (skipDeeperThan !== undefined && indent > skipDeeperThan) return;
    skipDeeperThan = undefined;
    const match = directive.exec(line.replace(/\r$/, ''));
    if (match) {
      const found = link(lines, starts, index, match);
      if (found.address !== '') links.push(found);
    } else if (literal.test(line) || comment.test(line) || (!/^\s*\.\. /.test(line) && /::\s*$/.test(line))) {
      skipDeeperThan = indent;
    }
  });
  return links;
}

/** docutils takes an option's value as it stands: no character has a meaning in it but the end of the line. */
function link(
  lines: readonly string[],
  starts: readonly number[],
  index: number,
  [, before, begun = '']: RegExpExecArray,
): ImageLink {
  const indent = before.replace(/\S/g, ' ');
  const newline = lines[index].endsWith('\r') ? '\r\n' : '\n';
  const endOf = (i: number) => starts[i] + lines[i].trimEnd().length;
  const indentOf = (i: number) => /^\s*/.exec(lines[i])![0].length;
  const argument = [begun];
  // Where the image lies may be told on several lines, up to the first option.
  let last = index;
  while (
    last + 1 < lines.length &&
    lines[last + 1].trim() !== '' &&
    indentOf(last + 1) > indent.length &&
    !/^\s+:[\w-]+:(\s|$)/.test(lines[last + 1])
  ) {
    argument.push(lines[++last].trim());
  }
  const first = endOf(last);
  let inner: string | undefined;
  let to = first;
  let inAlt = false;
  let alt: { from: number; to: number; value: string } | undefined;
  for (let i = last + 1; i < lines.length; i++) {
    const option = /^(\s+):([\w-]+):[ \t]*(.*?)\s*$/.exec(lines[i]);
    if (option && option[1].length > indent.length) {
      inner = option[1];
      inAlt = option[2].toLowerCase() === 'alt';
      if (inAlt) alt = { from: starts[i], to: endOf(i), value: option[3] };
    } else if (inner !== undefined && lines[i].trim() !== '' && indentOf(i) > inner.length) {
      if (inAlt) alt = { ...alt!, to: endOf(i), value: `${alt!.value} ${lines[i].trim()}` };
    } else break;
    to = endOf(i);
  }
  const option = (caption: string) => `${inner ?? `${indent}   `}:alt: ${oneLine(caption)}`;
  return {
    from: starts[index] + indent.length,
    to,
    address: addressOf(argument.join(' ')),
    alt: alt?.value.trim() ? 'given' : 'missing',
    describe: caption =>
      alt
        ? { from: alt.from, to: alt.to, text: option(caption) }
        : { from: first, to: first, text: `${newline}${option(caption)}` },
  };
}

/** As docutils reads an address (`directives.uri`): spaces count only where a backslash stands before them, which itself goes. */
function addressOf(argument: string): string {
  return argument.replace(/\\([\s\S])|\s+/g, (_, escaped?: string) => escaped ?? '');
}
