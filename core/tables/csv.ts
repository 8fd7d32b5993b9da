/** A negative number as text: many are written with the digits that tell a float32 apart. */
const number = /^-(\d+(\.\d+)?(e[-+]?\d+)?|Infinity)$/i;

/** Rows as CSV (RFC 4180): lines end in CRLF, texts are quoted where they must be, numbers are written as JavaScript writes them. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows
    .map(fields => `${fields.map(field => (typeof field === 'number' ? String(field) : csvField(field))).join()}\r\n`)
    .join('');
}

/**
 * A text as a field of a row, in quotes where it needs them (RFC 4180, 2.5 to 2.7); spaces at its ends are kept by quotes too.
 * One that a spreadsheet would take for a formula (it begins with =, +, -, @ or a tab, and is no number) begins with an
 * apostrophe.
 */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
