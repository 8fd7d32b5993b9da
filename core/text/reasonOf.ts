/** What the engine says of things too large or too deep, and what that means; in a sentence of its own words it would say nothing. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^Maximum call stack size exceeded/, 'it is nested too deeply'],
  [
    /^(?:Invalid (?:array|string|typed array) length|Array buffer allocation failed|Cannot create a string longer|.*\bbad_?alloc\b|.*Failed to allocate memory)/,
    'it takes more memory than there is',
  ],
  [/^File size \(\d+\) is greater than/, 'its file is larger than 2 GB, which is not read at once'],
  [
    /^(?:Cannot read propert|.*\bis not (?:a function|iterable|defined)\b|Cannot convert )/,
    'it is not as it should be',
  ],
];

/** A place in the sources of ONNX Runtime, with the function that stands there. */
const sourcePlace =
  /(?:(?<![A-Za-z])[A-Za-z]:)?[\w.\\/-]*onnxruntime[\\/][\w.\\/-]*\.(?:cc|cpp|cu|cuh|h|hpp):\d+:?(?:\s+[^()]*::[^()]*\([^)]*\)(?:\s*const)?)?\s*/g;

/**
 * Why something failed, as half a sentence: what a library says, on one line, without places in its sources, and what the
 * engine means where it speaks of itself.
 */
export function reasonOf(error: unknown): string {
  const told = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  const meaning = meanings.find(([said]) => said.test(told))?.[1];
  if (meaning !== undefined) return meaning;
  const line = told
    .split('\n', 1)[0]
    .replace(sourcePlace, ' ')
    .replace(/ {2,}/g, ' ')
    .replace(/\[object \w+\]/g, '…')
    .trim()
    .replace(/[.;:,]+$/, '');
  if (line === '' || line === '…') return 'no reason is given';
  return line.length > 240 ? `${line.slice(0, 240)}…` : line;
}

/** What a notification says of something that went wrong: the error's sentence, or one of its own where that is the engine's. */
export function sentenceOf(message: string): string {
  const isOwn = message !== '' && !meanings.some(([said]) => said.test(message)) && !/\[object \w+\]/.test(message);
  return isOwn ? message : `Headlight failed: ${reasonOf(message)}; see the log (“Headlight: Show Log”) for more.`;
}
