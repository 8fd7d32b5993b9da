/** Where a model's files lie and in which precision to open it. */
export interface ModelReference {
  /** What messages call it. */
  readonly id: string;
  /** What settings call it, where that is more than the id. */
  readonly key?: string;
  /** The folder that holds config.json, tokenizer.json and onnx/: an absolute path. */
  readonly folder: string;
  readonly dtype: string;
  /** Whether it came with Headlight: a broken file comes back by installing Headlight again. */
  readonly builtIn?: boolean;
  /** A single ONNX file of the folder, run by its inputs' names; the text that it explains is JSON with those inputs. */
  readonly graph?: {
    readonly file: string;
    readonly inputsFolder?: string;
    /** Of one that is looked at on a picture: the file of inputs in that folder that names it. */
    readonly pictureInputs?: string;
    /** Whether it is one of the four that write a date (see `MechanismModel`). */
    readonly mechanism?: boolean;
  };
}
