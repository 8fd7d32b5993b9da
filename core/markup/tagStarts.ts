import type { TagLanguage } from './tagImages';

/** What holds no tags: comments, and elements whose content is text; then a tag. */
const inMarkup = /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<(script|style|textarea|title|xmp)\b[\s\S]*?(?:<\/\1\s*>|$)|<[A-Za-z]/gi;
/**
 * The same in JavaScript: comments, strings and templates; then a tag. A quote that is not closed on its line is an
 * apostrophe in a text between tags. Where this errs, it finds one image less; it never takes a string for a tag.
 */
const inScript = /\/\*[\s\S]*?(?:\*\/|$)|(?<![:\w])\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|<[A-Za-z]/g;

/** Offsets at which opening tags begin: none in comments, scripts or strings. */
export function tagStarts(text: string, language: TagLanguage): number[] {
  const pattern = language === 'jsx' ? inScript : inMarkup;
  const starts: number[] = [];
  for (const match of text.matchAll(pattern)) if (/^<[A-Za-z]$/.test(match[0])) starts.push(match.index);
  return starts;
}
