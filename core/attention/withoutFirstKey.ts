/**
 * Attention without the first key, on which heads rest that find nothing to look at (the "attention sink" of Xiao et al.
 * 2023, "Efficient Streaming Language Models with Attention Sinks"): it gets nothing, and the others of its row are divided
 * by what they have together, so that rows sum to 1 again. A row that has nothing but the first key is zeros.
 * @param data [row][key], as many rows as there are.
 * @param divided false leaves the others as they are: of a maximum of several heads, whose rows sum to nothing known.
 */
export function withoutFirstKey(data: Float32Array, keys: number, divided = true): Float32Array {
  const rest = new Float32Array(data.length);
  for (let from = 0; from < data.length; from += keys) {
    let left = 0;
    for (let at = from + 1; at < from + keys; at++) left += data[at];
    if (left <= 0) continue;
    const part = divided ? 1 / left : 1;
    for (let at = from + 1; at < from + keys; at++) rest[at] = data[at] * part;
  }
  return rest;
}
