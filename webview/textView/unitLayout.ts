import { layOutText, type TextPiece } from '../tokens/textLayout';
import type { Token } from '../../core/text/token';

/** A stretch of the text as it is drawn in units. */
export type UnitPiece =
  /** Text of no unit. */
  | { readonly kind: 'gap'; readonly text: string }
  /** A unit; `text` is empty for one that stands for no text. */
  | { readonly kind: 'unit'; readonly unit: number; readonly text: string }
  /** Several units that share a character: the text once. */
  | { readonly kind: 'shared'; readonly units: readonly number[]; readonly text: string };

/**
 * Lays units over the text, in its order, so that every character stands there once. What lies between two tokens of a
 * unit belongs to it.
 * @param of The unit of each token, never decreasing.
 */
export function layOutUnits(text: string, tokens: readonly Token[], of: ArrayLike<number>): UnitPiece[] {
  const pieces: UnitPiece[] = [];
  let gap = '';
  const settle = () => {
    if (gap !== '') pieces.push({ kind: 'gap', text: gap });
    gap = '';
  };
  for (const piece of layOutText(text, tokens)) {
    if (piece.kind === 'gap') {
      gap = piece.text;
      continue;
    }
    const units = unitsOf(piece, of);
    const last = pieces.at(-1);
    if (units.length === 1 && last?.kind === 'unit' && last.unit === units[0]) {
      pieces[pieces.length - 1] = { ...last, text: last.text + gap + piece.text };
      gap = '';
      continue;
    }
    settle();
    pieces.push(
      units.length === 1
        ? { kind: 'unit', unit: units[0], text: piece.text }
        : { kind: 'shared', units, text: piece.text },
    );
  }
  settle();
  return pieces;
}

function unitsOf(piece: Exclude<TextPiece, { kind: 'gap' }>, of: ArrayLike<number>): number[] {
  return piece.kind === 'token' ? [of[piece.index]] : [...new Set(piece.indices.map(index => of[index]))];
}
