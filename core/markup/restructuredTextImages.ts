import { oneLine, type ImageLink } from './imageLink';

const directive = /^(\s*)\.\. (?:\|[^|\n]+\| )?(?:image|figure)::[ \t]+(\S.*?)[ \t]*$/;
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
    if (match) links.push(link(lines, starts, index, match));
    else if (literal.test(line) || comment.test(line) || (!/^\s*\.\. /.test(line) && /::\s*$/.test(line))) skipDeeperThan = indent;
  });
  return links;
}

/** docutils takes an option's value as it stands: no character has a meaning in it but the end of the line. */
function link(lines: readonly string[], starts: readonly number[], index: number, [, indent, address]: RegExpExecArray): ImageLink {
  const newline = lines[index].endsWith('\r') ? '\r\n' : '\n';
  const endOf = (i: number) => starts[i] + lines[i].trimEnd().length;
  const first = endOf(index);
  let inner: string | undefined;
  let to = first;
  let inAlt = false;
  let alt: { from: number; to: number; value: string } | undefined;
  for (let i = index + 1; i < lines.length; i++) {
    const option = /^(\s+):([\w-]+):[ \t]*(.*?)\s*$/.exec(lines[i]);
    if (option && option[1].length > indent.length) {
      inner = option[1];
      inAlt = option[2].toLowerCase() === 'alt';
      if (inAlt) alt = { from: starts[i], to: endOf(i), value: option[3] };
    } else if (inner !== undefined && lines[i].trim() !== '' && /^\s*/.exec(lines[i])![0].length > inner.length) {
      if (inAlt) alt = { ...alt!, to: endOf(i), value: `${alt!.value} ${lines[i].trim()}` };
    } else break;
    to = endOf(i);
  }
  const option = (caption: string) => `${inner ?? `${indent}   `}:alt: ${oneLine(caption)}`;
  return {
    from: starts[index] + indent.length, to, address,
    alt: alt?.value.trim() ? 'given' : 'missing',
    describe: caption => alt ? { from: alt.from, to: alt.to, text: option(caption) } : { from: first, to: first, text: `${newline}${option(caption)}` },
  };
}
