/** Rows as CSV (RFC 4180): lines end in CRLF, texts are quoted where they must be, numbers are written as JavaScript writes them. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows
    .map(fields => `${fields.map(field => (typeof field === 'number' ? String(field) : csvField(field))).join()}\r\n`)
    .join('');
}

/** A field of a row, in quotes where it needs them (RFC 4180, 2.5 to 2.7); spaces at its ends are kept by quotes too. */
export function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
