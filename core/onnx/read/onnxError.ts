/** A file that is not an ONNX model, or is one that cannot be used. The message is one sentence: what is wrong, and what to do. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
}

/** A name as it may stand in a message: on one line, in quotes, shortened. */
export function quoted(name: string): string {
  const short = name.length > 80 ? `${name.slice(0, 77)}…` : name;
  return JSON.stringify(short);
}
