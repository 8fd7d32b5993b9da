import type { MechanismAnswers } from '../../core/mechanisms/mechanismAnswer';

/** A character that was read, in words: “4”, a space, the marks at both ends. */
export function characterName({ characters }: MechanismAnswers, index: number): string {
  if (index === 0) return 'the start';
  if (index === characters.length - 1) return 'the end';
  return characters[index] === ' ' ? 'a space' : `“${characters[index]}”`;
}
