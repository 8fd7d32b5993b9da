/**
 * The shortest decimal that reads back as the same 32-bit float: "0.1", where the number itself, being one of 64 bits to
 * JavaScript, would be written "0.10000000149011612". Nine digits always suffice (IEEE 754-2008, 5.12.2).
 * @param value A number out of a Float32Array.
 */
export function float32Text(value: number): string {
  if (value === 0 || value === 1 || !Number.isFinite(value)) return String(value === 0 ? 0 : value);
  // Any six digits of a normal number survive, so fewer need no try of their own: their zeros fall away.
  for (let digits = Math.abs(value) < 2 ** -126 ? 1 : 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** The same for JSON, which has no word for what is not a finite number. */
export function float32Json(value: number): string {
  return Number.isFinite(value) ? float32Text(value) : 'null';
}
