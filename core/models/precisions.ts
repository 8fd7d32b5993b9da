/** Precisions by transformers.js's names, in the order in which they are offered, with how their files' names end. */
export const precisionSuffixes = {
  q8: '_quantized',
  fp32: '',
  fp16: '_fp16',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
  q2: '_q2',
  q2f16: '_q2f16',
  q1: '_q1',
  q1f16: '_q1f16',
} as const;

export type PrecisionName = keyof typeof precisionSuffixes;

export const precisions = Object.keys(precisionSuffixes) as PrecisionName[];

/** Bytes that a weight takes, about: quantised files keep scales and some weights in more. */
const bytesPerWeight: Partial<Record<PrecisionName, number>> = { q8: 1.05, fp32: 4, fp16: 2, q4: 0.75 };

/** What a model of so many parameters takes in a precision, about, in bytes. */
export function estimatedBytes(parameters: number, precision: PrecisionName): number {
  return parameters * (bytesPerWeight[precision] ?? 1);
}

/** The precision that the name of an ONNX file stands for, and the name without it: `model_q4.onnx` → `model`, `q4`. */
export function precisionOf(file: string): { base: string; precision: PrecisionName } {
  const name = file.replace(/\.onnx$/, '');
  const precision = precisions.find(p => precisionSuffixes[p] !== '' && name.endsWith(precisionSuffixes[p])) ?? 'fp32';
  return { base: name.slice(0, name.length - precisionSuffixes[precision].length), precision };
}

/** The parts of a vision-language model, by transformers.js's names. */
export const visionLanguageParts: readonly string[] = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'];

/**
 * The precisions that a folder's ONNX files give in full: those in which each part of the model is there, offered order.
 * A part is what the name says without its precision; a decoder is one part, whether its file is the merged one, the one
 * without a cache, or those with and without it; a causal model is there as `model` or as a decoder; a vision-language
 * model as its three parts.
 */
export function precisionsOf(files: readonly string[]): PrecisionName[] {
  const parts = new Map<PrecisionName, Set<string>>();
  for (const file of files.filter(name => name.endsWith('.onnx'))) {
    const { base, precision } = precisionOf(file);
    // What reads on with a cache alone cannot begin.
    if (base === 'decoder_with_past_model') continue;
    const part = base === 'decoder_model_merged' ? 'decoder_model' : base;
    parts.set(precision, (parts.get(precision) ?? new Set()).add(part));
  }
  const all = [...parts.values()];
  const most = Math.max(0, ...all.map(bases => bases.size));
  const visionLanguage = visionLanguageParts.map(part => part.replace(/_merged$/, ''));
  const answers = all.some(bases => visionLanguage.every(part => bases.has(part)));
  const encodes = all.some(bases => bases.has('encoder_model') && bases.has('decoder_model'));
  const decodes = all.some(bases => bases.has('decoder_model'));
  const whole = (bases: Set<string>) =>
    answers
      ? visionLanguage.every(part => bases.has(part)) && (!encodes || bases.has('encoder_model'))
      : encodes
        ? bases.has('encoder_model') && bases.has('decoder_model')
        : decodes
          ? bases.has('decoder_model') || bases.has('model')
          : bases.size === most;
  return precisions.filter(precision => parts.has(precision) && whole(parts.get(precision)!));
}

/** Precisions as they are told: “q8, fp16 and fp32”. */
export function precisionList(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Precisions whose activations stay floats, so that a causal model stays exactly causal; the order in which one is taken. */
const floatActivations: readonly PrecisionName[] = ['q4f16', 'q4', 'fp16', 'fp32'];
/** Those whose published files quantize activations as they run, by one scale over the whole text. */
const quantizedActivations: readonly PrecisionName[] = ['q8', 'int8', 'uint8'];

/**
 * The order in which precisions are taken where nobody has chosen: those with float activations first, unless they are more
 * than twice as large as the 8-bit one; then the 8-bit ones, then what is left, smallest first.
 */
export function inOrderOfChoice<T extends { readonly dtype: string; readonly bytes: number }>(
  offered: readonly T[],
): T[] {
  const pick = (names: readonly string[]) => names.flatMap(name => offered.filter(({ dtype }) => dtype === name));
  const quantized = pick(quantizedActivations);
  const most = quantized.length > 0 ? 2 * quantized[0].bytes : Infinity;
  const exact = pick(floatActivations).filter(({ bytes }) => bytes <= most);
  const rest = offered.filter(one => !exact.includes(one) && !quantized.includes(one));
  return [...exact, ...quantized, ...rest.sort((a, b) => a.bytes - b.bytes)];
}

/** Splits `name:precision` as settings write it; a name may hold colons of its own. */
export function splitPrecision(key: string): { name: string; precision?: PrecisionName } {
  const at = key.lastIndexOf(':');
  const precision = precisions.find(p => p === key.slice(at + 1));
  return at > 0 && precision ? { name: key.slice(0, at), precision } : { name: key };
}
