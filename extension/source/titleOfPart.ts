import type { SourceText } from './sourceText';

/** The title of a source of which a model read a part, from its beginning: the lines that it names end where that part does. */
export function titleOfPart({ title, text }: Pick<SourceText, 'title' | 'text'>, part: string): string {
  if (part.length >= text.length || !text.startsWith(part)) return title;
  // What ends with a line break does not reach the next line.
  const breaks = part.replace(/(\r\n|\n|\r)$/, '').match(/\r\n|\n|\r/g)?.length ?? 0;
  return title.replace(/, lines (\d+)–\d+/, (_, first: string) =>
    breaks === 0 ? `, line ${first}` : `, lines ${first}–${Number(first) + breaks}`,
  );
}
