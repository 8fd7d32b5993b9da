const article = /^(?:an?|the) /;
const manner = /^(?:icon|emoji|flag|logo|drawing|outline|picture|photo|screenshot|diagram) of /;
/** Where what the picture shows ends, and what is said of it begins. */
const end = /,| (?:with|and|in|on|inside|above|below|pointing|showing|from|that)\b/;

/**
 * Whether a caption's noun is one of those that are right for its picture: what it says after “an icon of” and before “with”
 * ends with it, in the singular or the plural. Of “an icon of a crossed-out cloud” that is the cloud.
 */
export function nounIsRight(caption: string, nouns: readonly string[]): boolean {
  const whole = caption.toLowerCase().replace(article, '');
  const phrases = [whole, whole.replace(manner, '').replace(article, ''), whole.split(' of ')[0]].map(phrase =>
    phrase.split(end)[0].trim(),
  );
  return nouns.some(noun =>
    phrases.some(phrase => [noun, `${noun}s`].some(one => phrase === one || phrase.endsWith(` ${one}`))),
  );
}
