import type { AttentionKind } from './attentionKind';

/** "Head 2.1"; in an encoder-decoder "Cross head 1.3". */
export function headName({
  kind,
  layer,
  head,
}: {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly head: number;
}): string {
  return kind === 'self' ? `Head ${layer}.${head}` : `${kindName(kind)} head ${layer}.${head}`;
}

/** "Self", "Encoder", "Decoder", "Cross". */
export function kindName(kind: AttentionKind): string {
  return kind[0].toUpperCase() + kind.slice(1);
}
