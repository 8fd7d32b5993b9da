import type { VectorStrip } from './vectorStrip';

/** What of the table an event is on. */
export interface StepsPlace {
  /** A row of the body. */
  readonly row?: number;
  /** A column's header, by the column's place. */
  readonly header?: number;
  readonly cell?: HTMLElement;
  /** The vector in the cell. */
  readonly strip?: VectorStrip;
  /** Whether it is on the query's row. */
  readonly onQuery: boolean;
}

/** Finds what of the table an event is on. */
export function placeOf(event: Event): StepsPlace {
  const path = event.composedPath().filter((target): target is HTMLElement => target instanceof HTMLElement);
  const row = path.find(element => element.dataset['row'] !== undefined)?.dataset['row'];
  const header = path.find(element => element.dataset['column'] !== undefined)?.dataset['column'];
  const cell = path.find(element => element.matches('td'));
  return {
    row: row === undefined || row === 'query' ? undefined : Number(row),
    header: header === undefined ? undefined : Number(header),
    cell,
    strip: cell?.querySelector<VectorStrip>('headlight-vector') ?? undefined,
    onQuery: row === 'query',
  };
}
