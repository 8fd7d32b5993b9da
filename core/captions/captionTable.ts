/** One image of a table of captions. */
export interface CaptionRow {
  /** Its path in the workspace, with slashes. */
  readonly path: string;
  /** Empty where it has none. */
  readonly caption: string;
  /** none, queued, running, done, edited, failed, stale. */
  readonly state: string;
  /** The model whose words they are; empty for the user's. */
  readonly model: string;
  /** Why it failed. */
  readonly reason?: string;
}

const columns = ['path', 'caption', 'state', 'model', 'reason'] as const;

/** Captions as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function captionsCsv(rows: readonly CaptionRow[]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return (
    [columns.join(','), ...rows.map(row => columns.map(column => cell(row[column] ?? '')).join(','))].join('\r\n') +
    '\r\n'
  );
}

/** Captions as JSON: an array with an object for each image. */
export function captionsJson(rows: readonly CaptionRow[]): string {
  return `${JSON.stringify(
    rows.map(row => ({ ...row, reason: row.reason || undefined })),
    undefined,
    2,
  )}\n`;
}

/** Captions as a table in GitHub's Markdown, each path a link. */
export function captionsMarkdown(rows: readonly CaptionRow[]): string {
  const cell = (text: string) =>
    text
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/[\\|`*_[\]<>&~]/g, '\\$&');
  const address = (path: string) =>
    encodeURI(path).replace(/[()?#|]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return (
    [
      line(['Image', 'Caption', 'State']),
      line(['---', '---', '---']),
      ...rows.map(({ path, caption, state, reason }) =>
        line([`[${cell(path)}](${address(path)})`, cell(caption), cell(reason ? `${state}: ${reason}` : state)]),
      ),
    ].join('\n') + '\n'
  );
}
