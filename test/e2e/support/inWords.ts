/**
 * A regular expression for text of a panel, in which a space is any white space, a dot may be a line break, and white space
 * may stand before the beginning and behind the end: what a template's lines add is not seen, but is text.
 */
export function inWords({ source, flags }: RegExp): RegExp {
  const loose = source
    .replace(/ /g, '\\s+')
    .replace(/^\^/, '^\\s*')
    .replace(/(?<!\\)\$$/, '\\s*$');
  return new RegExp(loose, `${flags}s`);
}
