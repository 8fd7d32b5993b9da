import type { Addition, BlockPath, PartPath } from './blockPath';

/** What a part is called: "attention", "cross-attention", "feed-forward". */
export function partName(kind: PartPath['kind']): string {
  return kind === 'feedForward' ? 'feed-forward' : kind === 'cross' ? 'cross-attention' : 'attention';
}

/** The angle between what is added and what it is added to, in degrees; NaN where one is zero. */
export function angleOf({ cosine }: Pick<Addition, 'cosine'>): number {
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

/** "87°"; "—" where there is no angle. */
export function angleText(addition: Pick<Addition, 'cosine'>): string {
  const angle = angleOf(addition);
  return Number.isNaN(angle) ? '—' : `${Math.round(angle)}°`;
}

/** "0.05", "−0.31"; "—" where there is none. */
export function cosineText({ cosine }: Pick<Addition, 'cosine'>): string {
  if (Number.isNaN(cosine)) return '—';
  const digits = Math.abs(cosine).toFixed(2);
  return cosine < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

const primes = ['′', '″', '‴'];

/** How the parts of a block follow each other, as a formula. */
export function blockFormula({ postNorm, blocks, chosen }: Pick<BlockPath, 'postNorm' | 'blocks' | 'chosen'>): string {
  const parts = blocks[chosen]?.parts ?? [];
  const names = parts.map(({ kind }) => ({ feedForward: 'FFN', cross: 'Cross' })[kind as string] ?? 'Attention');
  const read = (part: PartPath, x: string) => (part.preNorm ? `norm(${x})` : x);
  const given = (part: PartPath, name: string, x: string) => {
    const result = `${name}(${read(part, x)})`;
    return part.normedWrite ? `norm(${result})` : result;
  };
  const steps: string[] = [];
  let x = 'x';
  for (let i = 0; i < parts.length;) {
    let end = i + 1;
    while (parts[end]?.parallel) end++;
    const side = parts.slice(i, end).map((part, at) => given(part, names[i + at], x));
    const sum = `${x} + ${side.join(' + ')}`;
    const next = `x${primes[steps.length] ?? `(${steps.length + 1})`}`;
    steps.push(`${next} = ${postNorm ? `norm(${sum})` : sum}`);
    x = next;
    i = end;
  }
  return steps.join(',  ');
}
