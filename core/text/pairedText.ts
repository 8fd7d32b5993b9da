/** A second text that is read with a first, as its pair. */
export interface PairedText {
  readonly text: string;
  /** Whether it goes before the first: a question that is typed for a selected context. */
  readonly goesFirst?: boolean;
}
