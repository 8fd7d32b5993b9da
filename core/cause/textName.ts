/** Names a model with a text that it read, and one that it wrote, so that what was done with another text is not taken for this one's. */
export function textName(model: string, text: string, written = ''): string {
  // FNV-1a over the characters.
  let hash = 0x811c9dc5;
  for (const character of `${text}\n${written}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return `${model} ${hash.toString(16)}`;
}
