const megabyte = 2 ** 20;

/** How large a file may be that is read as a whole, in bytes, by what it is; more is refused before it is read. */
export const fileLimits = {
  /** config.json, a manifest and their like: real ones have some kilobytes, and the editor's own process reads them. */
  configuration: 16 * megabyte,
  /** A model's tokenizer.json and other JSON that the inference process parses: vocabularies of 256,000 words have 35 MB. */
  modelJson: 256 * megabyte,
  /** Inputs of a graph as JSON: parsed they take ten times as much, and the panel holds them. Larger arrays can be NPY. */
  jsonInputs: 16 * megabyte,
  /** An array of a graph's inputs as NPY: it is held as it is and copied once for the runtime. */
  npyInputs: 512 * megabyte,
  /** An image or a recording that lies on no disk: its bytes go through the editor's own process. */
  fromElsewhere: 256 * megabyte,
} as const;
