/** All, or some by their numbers. */
export type Some = readonly number[] | 'all';

/** Queries are kept from keys. */
export interface Knockout {
  /** Of a model with several kinds of attention, which; absent: its self-attention. */
  readonly kind?: string;
  readonly layer: number;
  readonly heads: Some;
  readonly queries: Some;
  readonly keys: readonly number[];
  /**
   * `scores`: minus infinity is added before softmax, the rest renormalizes (Geva et al. 2023, “Dissecting Recall of Factual
   * Associations”); `probabilities`: they become zero after it.
   */
  readonly form: 'scores' | 'probabilities';
}

/** Activations become what they are in another run (Meng et al. 2022; Wang et al. 2022). */
export interface Patch {
  /**
   * `residual`: the stream that enters the layer, of layer = number of layers what the final norm reads; `head`: weights times
   * values before the output projection; `attention`: the probabilities; `mlp`: what the feed-forward part adds to the stream.
   */
  readonly part: 'residual' | 'head' | 'attention' | 'mlp';
  readonly kind?: string;
  readonly layer: number;
  /** Of `head` and `attention`. */
  readonly heads?: Some;
  /** Of `attention`: the queries. */
  readonly positions: Some;
}

/** One run with all its changes. */
export interface ChangedRun {
  readonly name: string;
  /** What patches are taken from: of files their name. */
  readonly from?: string;
  readonly patch: readonly Patch[];
  readonly knockout: readonly Knockout[];
}

/** A token's logit, less that of another, as a sum of parts (direct logit attribution). */
export interface AskedAttribution {
  readonly name: string;
  readonly position: number;
  readonly token: number;
  readonly minus?: number;
}

/** What is to be done with a model. */
export interface CauseOrder {
  readonly runs: readonly ChangedRun[];
  readonly attribute: readonly AskedAttribution[];
}

/**
 * Reads an order from JSON.
 * @throws Error with one sentence that names what is wrong.
 */
export function parseCauseOrder(json: string): CauseOrder {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new Error(`The order is not JSON (${(error as Error).message}); write an object with runs or attribute.`);
  }
  const order = new Fields(parsed, 'The order');
  return {
    runs: order.list('runs').map((run, i) => {
      const fields = new Fields(run, `Run ${i + 1}`);
      const name = fields.text('name') ?? `run ${i + 1}`;
      const from = fields.text('from');
      const patch = fields.list('patch').map(one => patchOf(new Fields(one, `The patch of “${name}”`)));
      if (patch.length > 0 && from === undefined) {
        throw new Error(`“${name}” patches, and its “from” does not say what from.`);
      }
      return {
        name,
        from,
        patch,
        knockout: fields.list('knockout').map(one => knockoutOf(new Fields(one, `The knockout of “${name}”`))),
      };
    }),
    attribute: order.list('attribute').map((one, i) => {
      const fields = new Fields(one, `Attribution ${i + 1}`);
      return {
        name: fields.text('name') ?? `attribution ${i + 1}`,
        position: fields.number('position'),
        token: fields.number('token'),
        ...(fields.has('minus') && { minus: fields.number('minus') }),
      };
    }),
  };
}

function knockoutOf(fields: Fields): Knockout {
  return {
    kind: fields.text('kind'),
    layer: fields.number('layer'),
    heads: fields.some('heads'),
    queries: fields.some('queries'),
    keys: fields.numbers('keys'),
    form: fields.oneOf('form', ['scores', 'probabilities']),
  };
}

function patchOf(fields: Fields): Patch {
  const part = fields.oneOf('part', ['residual', 'head', 'attention', 'mlp']);
  return {
    part,
    kind: fields.text('kind'),
    layer: fields.number('layer'),
    ...((part === 'head' || part === 'attention') && { heads: fields.some('heads') }),
    positions: fields.some('positions'),
  };
}

/** An object of the JSON, and what it is called in messages. */
class Fields {
  private readonly of: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly name: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error(`${name} is not an object.`);
    }
    this.of = value as Record<string, unknown>;
  }

  has(key: string): boolean {
    return this.of[key] !== undefined;
  }

  text(key: string): string | undefined {
    const value = this.of[key];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.wrong(key, 'a text');
    return value;
  }

  number(key: string): number {
    const value = this.of[key];
    if (!isIndex(value)) throw this.wrong(key, 'a whole number from 0 on');
    return value;
  }

  numbers(key: string): readonly number[] {
    const value = this.of[key];
    if (!Array.isArray(value) || !value.every(isIndex)) throw this.wrong(key, 'a list of whole numbers from 0 on');
    return value;
  }

  some(key: string): Some {
    const value = this.of[key];
    if (value === 'all') return value;
    if (!Array.isArray(value) || !value.every(isIndex)) {
      throw this.wrong(key, '"all" or a list of whole numbers from 0 on');
    }
    return value;
  }

  list(key: string): readonly unknown[] {
    const value = this.of[key] ?? [];
    if (!Array.isArray(value)) throw this.wrong(key, 'a list');
    return value;
  }

  oneOf<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const value = choices.find(choice => choice === this.of[key]);
    if (value === undefined) throw this.wrong(key, choices.map(choice => `"${choice}"`).join(' or '));
    return value;
  }

  private wrong(key: string, wanted: string): Error {
    return new Error(`${this.name} needs “${key}”: ${wanted}.`);
  }
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
