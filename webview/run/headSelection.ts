import type { HeadPlace } from '../../core/attention/compare/matchHeads';

/** Selected heads; the leading one, which is one of them, is what is shown where only one can be. */
export interface HeadSelection {
  readonly lead: HeadPlace;
  readonly heads: readonly HeadPlace[];
}

/** Whether two are the same head. */
export function sameHead(a: HeadPlace, b: HeadPlace): boolean {
  return a.layer === b.layer && a.head === b.head;
}

/** Whether a head is among others. */
export function includesHead(heads: readonly HeadPlace[], head: HeadPlace): boolean {
  return heads.some(other => sameHead(other, head));
}

/** One head alone. */
export function selectOnly(lead: HeadPlace): HeadSelection {
  return { lead, heads: [lead] };
}

/** A head more, which then leads, or one less. The last one stays. */
export function toggleHead({ lead, heads }: HeadSelection, head: HeadPlace): HeadSelection {
  if (!includesHead(heads, head)) return { lead: head, heads: inModelOrder([...heads, head]) };
  const rest = heads.filter(other => !sameHead(other, head));
  if (rest.length === 0) return { lead, heads };
  return { lead: sameHead(lead, head) ? rest[rest.length - 1] : lead, heads: rest };
}

/** All heads from one to another, both included, in the order that they are shown in. */
export function selectRange(shown: readonly HeadPlace[], from: HeadPlace, to: HeadPlace): HeadSelection {
  const [a, b] = [from, to].map(place => shown.findIndex(other => sameHead(other, place)));
  return { lead: to, heads: inModelOrder(shown.slice(Math.min(a, b), Math.max(a, b) + 1)) };
}

/** A whole line of heads instead of what was selected, or with it; where all of it is selected already, without it. */
export function selectLine(selection: HeadSelection, line: readonly HeadPlace[], withRest: boolean): HeadSelection {
  const { lead, heads } = selection;
  const rest = withRest ? heads.filter(head => !includesHead(line, head)) : [];
  const whole = line.every(head => includesHead(heads, head));
  if (withRest && whole && rest.length > 0) {
    return { lead: includesHead(rest, lead) ? lead : rest[rest.length - 1], heads: rest };
  }
  return { lead: includesHead(line, lead) ? lead : line[0], heads: inModelOrder([...rest, ...line]) };
}

/** Heads by layer and number. */
export function inModelOrder(heads: readonly HeadPlace[]): HeadPlace[] {
  return heads.map(({ layer, head }) => ({ layer, head })).sort((a, b) => a.layer - b.layer || a.head - b.head);
}
