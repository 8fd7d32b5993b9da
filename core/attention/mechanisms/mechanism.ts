/** Some vectors of one head: [row][column], row-major. */
export interface Vectors {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** What a head computes its attention from, as a mechanism gets it. */
export interface HeadInputs {
  /** [queries][d] */
  readonly queries: Vectors;
  /** [keys][d] */
  readonly keys: Vectors;
  /** [keys][value size] */
  readonly values: Vectors;
  /** Whether a query sees only the keys up to itself. */
  readonly causal: boolean;
  /** What the model multiplies q·k with: 1/√d in most. */
  readonly scale: number;
  /** [query][key], row-major: what the model adds to the scaled product (relative positions); absent where it adds nothing. */
  readonly bias?: Float32Array;
  /** [query][key], row-major: 1 where the model's own mask hides the key; absent where only `causal` hides any. */
  readonly hidden?: Uint8Array;
  /** What scores are divided by before a softmax; 1 where absent. */
  readonly temperature?: number;
}

/** A number that a mechanism can be set by. */
export interface MechanismParameter {
  readonly id: string;
  /** What it is called: "window", "slope 1 /". */
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** The parameters of a mechanism, by their ids. */
export type ParameterValues = Readonly<Record<string, number>>;

/** What a mechanism costs for one head. */
export interface MechanismCost {
  /** Multiplications with an addition, of the products as of the values; a causal mask's half is not taken off. */
  readonly multiplyAdds: number;
  /** Of the scores, or of the state that stands in for them, in float32. */
  readonly bytes: number;
}

/** Computes one query's row of weights into `row`, which has a place for each key. @param products its q·k with each key. */
export type RowOf = (query: number, products: Float64Array, row: Float64Array) => void;

/** A way to compute attention from queries, keys and values. */
export interface Mechanism<Id extends string = string> {
  readonly id: Id;
  /** "sliding window 8" */
  readonly name: (values: ParameterValues) => string;
  readonly formula: string;
  /** What a row sees, in a few words: "keys q−7 … q". */
  readonly words: (values: ParameterValues, causal: boolean) => string;
  /** What is to be known of it, in a sentence or two. */
  readonly note: string;
  /** The paper that it is from. */
  readonly source: string;
  readonly parameters: readonly MechanismParameter[];
  /** Whether it says nothing about the model, so that it stands outside any ranking. */
  readonly unranked?: boolean;
  /** Whether the scores go without what the model adds to them (relative positions): there is no place for it. */
  readonly leavesBias?: boolean;
  /** Whether the scores are divided by the temperature. */
  readonly takesTemperature: boolean;
  /** Gets ready for a head. Rows sum to 1, or to 0 where nothing is seen. */
  readonly rows: (inputs: HeadInputs, values: ParameterValues) => RowOf;
  /**
   * @param n how many queries and keys there are
   * @param d how many numbers each of them, and each value, has
   * @param causal which changes what BigBird's blocks see, and nothing else
   */
  readonly cost: (n: number, d: number, values: ParameterValues, causal: boolean) => MechanismCost;
  readonly bytesOf: 'scores' | 'state';
  readonly grows: 'n²' | 'n';
}

/** The parameters as they are to begin with. */
export function defaultValues({ parameters }: Pick<Mechanism, 'parameters'>): ParameterValues {
  return Object.fromEntries(parameters.map(({ id, value }) => [id, value]));
}

/** Parameters as asked for: whole numbers within their limits, the defaults where nothing usable is said. */
export function withinLimits(
  { parameters }: Pick<Mechanism, 'parameters'>,
  asked: ParameterValues = {},
): ParameterValues {
  return Object.fromEntries(
    parameters.map(({ id, value, least, most }) => {
      const wish = Math.round(asked[id] ?? value);
      return [id, Number.isFinite(wish) ? Math.min(Math.max(wish, least), most) : value];
    }),
  );
}
