/** A format that the weights of a run can be saved as. */
export interface WeightFormat<Name extends string = NumbersFormat> {
  readonly format: Name;
  /** What the menu calls it. */
  readonly label: string;
  /** Whether a file holds the chosen head alone, or all heads of all kinds. */
  readonly holds: 'head' | 'all';
  /** What the menu says besides. */
  readonly note?: string;
  /** What a file's name ends with, where that is not the format's name. */
  readonly ending?: string;
}

/** What weights can be saved as, in the order of the menu; `exportNumbers` has the writer of each. */
export const weightFormats = [
  { format: 'html', label: 'HTML…', holds: 'all', note: 'works offline' },
  { format: 'csv', label: 'CSV…', holds: 'head' },
  { format: 'npy', label: 'NPY…', holds: 'head', note: 'for NumPy' },
  { format: 'npyHeads', label: 'NPY of All Heads…', holds: 'all', note: 'for NumPy', ending: 'npy' },
  { format: 'json', label: 'JSON…', holds: 'all' },
  { format: 'safetensors', label: 'safetensors…', holds: 'all' },
  { format: 'bertviz', label: 'BertViz JSON…', holds: 'all', note: 'for head_view', ending: 'json' },
] as const satisfies readonly WeightFormat<string>[];

/** The name of such a format. */
export type NumbersFormat = (typeof weightFormats)[number]['format'];

/** The same by its name, where it is one. */
export function weightFormat(name: string): WeightFormat | undefined {
  return weightFormats.find(({ format }) => format === name);
}
