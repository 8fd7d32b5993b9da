import { csv } from '../tables/csv';
import { plainLine } from '../text/plainLine';
import { isUnsure, type CaptionVerdict } from './captionVerdict';

/** One image of a table of captions. */
export interface CaptionRow {
  /** Its path in the workspace, with slashes. */
  readonly path: string;
  /** Empty where it has none, or one that the model was not sure of. */
  readonly caption: string;
  /** none, queued, running, done, edited, failed, stale. */
  readonly state: string;
  /** The model whose words they are; empty for the user's. */
  readonly model: string;
  /** How sure the model was, 0 to 1, and what is to be thought of that; absent where no model wrote the words. */
  readonly confidence?: number;
  readonly verdict?: CaptionVerdict;
  /** What the model said though it was not sure. */
  readonly guess?: string;
  /** Why it failed. */
  readonly reason?: string;
}

const columns = ['path', 'caption', 'state', 'model', 'confidence', 'verdict', 'guess', 'reason'] as const;

/** Captions as CSV. */
export function captionsCsv(rows: readonly CaptionRow[]): string {
  const cell = (value: string | number) => (typeof value === 'number' ? shortNumber(value) : value);
  return csv([columns, ...rows.map(row => columns.map(column => cell(row[column] ?? '')))]);
}

/** Captions as JSON: an array with an object for each image. */
export function captionsJson(rows: readonly CaptionRow[]): string {
  return `${JSON.stringify(
    rows.map(row => ({
      ...row,
      confidence: row.confidence === undefined ? undefined : Number(shortNumber(row.confidence)),
      reason: row.reason || undefined,
    })),
    undefined,
    2,
  )}\n`;
}

/** Captions as a table in GitHub's Markdown, each path a link. A guess is not shown. */
export function captionsMarkdown(rows: readonly CaptionRow[]): string {
  const cell = (text: string) =>
    plainLine(text.replace(/\s+/g, ' ').trim())
      .replace(/[\\|`*_[\]<>&~]/g, '\\$&')
      // GitHub makes links of bare addresses, too.
      .replace(/:(?=\/\/)|(?<=\bwww)\.|(?<=\w)@/gi, '\\$&');
  const address = (path: string) =>
    encodeURI(path).replace(/[()?#|]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return (
    [
      line(['Image', 'Caption', 'Confidence', 'Model', 'State']),
      line(['---', '---', '---', '---', '---']),
      ...rows.map(({ path, caption, state, model, confidence, verdict, reason }) =>
        line([
          `[${cell(path)}](${address(path)})`,
          verdict && isUnsure(verdict) ? '' : cell(caption),
          [verdict, confidence !== undefined && shortNumber(confidence)].filter(Boolean).join(', '),
          cell(model),
          cell(reason ? `${state}: ${reason}` : state),
        ]),
      ),
    ].join('\n') + '\n'
  );
}

/** A confidence, cut and not rounded: no figure reads as one that would be called sure. */
function shortNumber(confidence: number): string {
  return (Math.floor(confidence * 1000) / 1000).toFixed(3);
}
