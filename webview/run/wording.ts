import { formatExactly, formatWeight } from '../../core/attention/formatWeight';
import { headName, kindName } from '../../core/attention/headName';
import { tokenLabel } from '../../core/text/tokenLabel';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import type { Token } from '../../core/text/token';
import type { Choice, HeadsShown } from './choice';

export { formatExactly, formatWeight, headName, kindName, tokenLabel };

/** A token between quotes, with its spaces as they are: "“ of”". */
export function quotedToken(token: Token, text: string): string {
  return `“${token.part || /[^ ]/.test(token.text) === false || /[\n\t\r]/.test(token.text) ? tokenLabel(token, text) : token.text}”`;
}

/** The token at a place, between quotes; where it is a mask or another special token that stands more than once, which of them it is. */
export function placedToken(tokens: readonly Token[], index: number, text: string): string {
  const token = tokens[index];
  if (!token) return '';
  const name = quotedToken(token, text);
  if (!token.special) return name;
  const alike = tokens.flatMap((other, i) => (other.special && other.text === token.text ? [i] : []));
  return alike.length > 1 ? `${name}, ${alike.indexOf(index) + 1} of ${alike.length}` : name;
}

/** A token for the ear. */
export function spokenToken(token: Token, text: string): string {
  if (token.part) return `part ${token.part.index + 1} of ${token.part.count} of ${text.slice(token.start, token.end)}`;
  const spoken = token.text
    .replaceAll('\r\n', ' line break ')
    .replaceAll('\n', ' line break ')
    .replaceAll('\t', ' tab ')
    .trim();
  if (spoken !== '') return spoken.replace(/\s+/g, ' ');
  return token.text.length === 1 ? 'space' : `${token.text.length} spaces`;
}

/** What the picture shows: "Head 2.1", "Mean of 3 heads", "Cross: maximum of 3 heads"; of lines, "3 heads". */
export function shownName({ head, heads, combine }: Choice, shown: HeadsShown): string {
  if (heads.length === 1 || shown === 'one' || (combine === 'one' && shown !== 'each')) return headName(head);
  const several = `${shown === 'each' ? '' : `${combine} of `}${heads.length} heads`;
  return head.kind === 'self' ? several[0].toUpperCase() + several.slice(1) : `${kindName(head.kind)}: ${several}`;
}

/** "4 × 6 heads", or their number where the layers differ. */
export function headCount({ layers }: AttentionGroup): string {
  const heads = layers[0]?.heads ?? 0;
  if (layers.every(layer => layer.heads === heads)) return `${layers.length} × ${heads} heads`;
  return `${layers.reduce((sum, layer) => sum + layer.heads, 0)} heads`;
}

/** "29 tokens", "24 → 11 tokens". */
export function tokenCount({ tokens, output }: Explanation): string {
  if (output) return `${count(tokens.length)} → ${count(output.tokens.length)} tokens`;
  return tokens.length === 1 ? '1 token' : `${count(tokens.length)} tokens`;
}

/** What was left out, in one sentence, where the host did not say it. */
export function cutNotice({ cut, model }: Explanation): string | undefined {
  if (!cut) return undefined;
  return `The first ${count(cut.tokensKept)} tokens are shown; ${count(cut.tokensLeftOut)} more were left out: ${model.id} reads ${count(model.contextLength)} at most.`;
}

/** A whole number, with its thousands marked. */
export function count(value: number): string {
  // The first use of a locale takes milliseconds.
  return value < 1000 ? String(value) : value.toLocaleString('en-US');
}

/** The focused cell for the ear: "query 25 item, key 16 of, weight 0.61". */
export function spokenCell(
  query: { index: number; token: Token; text: string },
  key: { index: number; token: Token; text: string },
  weight: number | undefined,
): string {
  const weighed = weight === undefined ? 'weight not there yet' : `weight ${formatWeight(weight)}`;
  return `query ${query.index} ${spokenToken(query.token, query.text)}, key ${key.index} ${spokenToken(key.token, key.text)}, ${weighed}`;
}
