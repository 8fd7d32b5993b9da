/** A text's first words, as one line of 27 characters at most. */
export function beginning(text: string): string {
  const line = text.slice(0, 480).trim().replace(/\s+/g, ' ');
  const characters = Array.from(line.slice(0, 120));
  return characters.length > 27 ? `${characters.slice(0, 26).join('')}…` : line || 'white space';
}
