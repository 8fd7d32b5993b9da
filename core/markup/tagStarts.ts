import { mask } from './mask';
import { braceEnd, readTag } from './readTag';
import type { TagLanguage } from './tagImages';

/** What holds no tags: comments, and elements whose content is text; then a tag, and what may hold an expression. */
const inMarkup =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<(script|style|textarea|title|xmp)\b[\s\S]*?(?:<\/\1\s*>|$)|<[A-Za-z]|\{/gi;
/**
 * The same in JavaScript: comments, regular expressions, templates, quotes; then a tag. Where this errs, it finds one image
 * less; it takes no string for a tag.
 */
const inScript =
  /\/\*[\s\S]*?(?:\*\/|$)|(?<![:\w])\/\/[^\n]*|(?<=[=(,:[!&|?]\s*)\/(?![*/>])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/|`(?:[^`\\]|\\[\s\S])*`|["']|<[A-Za-z]/g;
/** The same in MDX: expressions and modules are JavaScript, all else is markup; what stands in code, in fences or in a line, is neither. */
const inMdx =
  /^[ \t>]*(`{3,}|~{3,})[\s\S]*?(?:\n[ \t>]*\1[`~]*[ \t]*(?=\r?\n|$(?![\s\S]))|$(?![\s\S]))|(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\r?\n)[\s\S])*?(?<!`)\2(?!`)|^(?:import|export)\b[\s\S]*?(?=\n[ \t]*\r?\n|$(?![\s\S]))|\\[{<]|=\s*(?:"[^"]*"|'[^']*')|<[A-Za-z]|\{/gm;
/** After these words a quote begins a string; after others it is one in a text between tags. */
const beforeString =
  /(?:^|[^\w$.])(?:as|await|case|default|delete|else|extends|from|import|in|of|return|throw|typeof|void|yield)\s*$/;

/** The expressions and modules of an MDX document, which its Markdown knows nothing of: from, to. */
export function mdxScripts(text: string): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  const pattern = new RegExp(inMdx);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { 0: found, index } = match;
    if (found === '{') pattern.lastIndex = braceEnd(text, index) ?? pattern.lastIndex;
    if (pattern.lastIndex > index + 1 && /^(?:\{|(?:im|ex)port\b)/.test(found)) ranges.push([index, pattern.lastIndex]);
  }
  return ranges;
}

/** Offsets at which opening tags begin: none in comments, scripts or strings. */
export function tagStarts(text: string, language: TagLanguage): number[] {
  if (language === 'jsx') return scriptTags(text, 0, text.length);
  return language === 'mdx' ? mdxTags(text) : markupTags(text, language);
}

function markupTags(text: string, language: TagLanguage): number[] {
  const starts: number[] = [];
  const pattern = new RegExp(inMarkup);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match[0] === '{') {
      // An expression: Svelte's in one brace, Vue's in two. Elsewhere it is text.
      if (language === 'svelte' || (language === 'vue' && text[match.index + 1] === '{')) {
        pattern.lastIndex = braceEnd(text, match.index) ?? pattern.lastIndex;
      }
    } else if (/^<[A-Za-z]$/.test(match[0])) {
      starts.push(match.index);
      // What looks like a tag in an attribute is none.
      pattern.lastIndex = readTag(text, match.index)?.to ?? pattern.lastIndex;
    }
  }
  return starts;
}

function mdxTags(text: string): number[] {
  const scripts = mdxScripts(text);
  const prose = [...mask(text, scripts).matchAll(inMdx)]
    .filter(([found]) => /^<[A-Za-z]$/.test(found))
    .map(({ index }) => index);
  return [...prose, ...scripts.flatMap(([from, to]) => scriptTags(text, from, to))].sort((a, b) => a - b);
}

function scriptTags(text: string, from: number, to: number): number[] {
  const starts: number[] = [];
  const pattern = new RegExp(inScript);
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match && match.index < to; match = pattern.exec(text)) {
    const { 0: found, index } = match;
    if (/^<[A-Za-z]$/.test(found)) starts.push(index);
    else if (found === '"' || found === "'") pattern.lastIndex = stringEnd(text, index) ?? pattern.lastIndex;
  }
  return starts;
}

/** After the string that a quote begins; undefined where it begins none: in a text between tags, or not closed on its line. */
function stringEnd(text: string, from: number): number | undefined {
  const before = text.slice(Math.max(0, from - 40), from).trimEnd();
  if (/[\w$)\]]$/.test(before) && ((text[from] === "'" && /\w/.test(text[from - 1])) || !beforeString.test(before))) {
    return undefined;
  }
  if (before.endsWith('>') && !before.endsWith('=>')) return undefined;
  const string = new RegExp(text[from] === '"' ? /"(?:[^"\\\n]|\\[^\n])*"/y : /'(?:[^'\\\n]|\\[^\n])*'/y);
  string.lastIndex = from;
  return string.test(text) ? string.lastIndex : undefined;
}
