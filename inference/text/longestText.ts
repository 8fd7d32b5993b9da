/**
 * Characters for each token that a model takes: on average no vocabulary’s tokens have as many, but for those of runs of
 * spaces. What is longer is cut before it is tokenized, since a tokenizer takes seconds for a megabyte that no model reads.
 */
const charactersPerToken = 32;
/** Of models that take few tokens: reading a page costs nothing. */
const fewestCharacters = 4096;
/** Of models that take very many: more is not tokenized at once, however many tokens there might be. */
const mostCharacters = 1_000_000;

/** How many characters of a text are tokenized for a model that takes so many tokens. */
export function longestText(tokens: number): number {
  return Math.min(mostCharacters, Math.max(fewestCharacters, tokens * charactersPerToken));
}

/** The beginning of a text: at most so many UTF-16 code units, and no half of a character that takes two. */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most);
}
