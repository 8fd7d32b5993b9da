import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import {
  addAttention,
  findAttention,
  findContextVector,
  readModel,
  scoreTerms,
  type FoundAttention,
  type ScoreTerms,
} from '../../core/onnx';
import type { ModelInfo } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { reasonOf } from '../../core/text/reasonOf';
import { InferenceFault } from '../models/inferenceFault';
import { int64 } from '../models/onnxTensors';
import type { OpenModel } from '../models/openModel';

/** What one layer's attention computes: [heads][queries or keys][…], row-major. */
export interface LookedLayer {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  /** [head][query][key]. */
  readonly probabilities: Float32Array;
  /** [head][query][key]: before softmax. */
  readonly scores?: Float32Array;
  /** [head][query][size], [head][key][size]. */
  readonly query?: Float32Array;
  readonly key?: Float32Array;
  readonly value?: Float32Array;
}

/** What additive or multiplicative scores are made from, step by step. */
export interface RecurrentScores {
  /** [step][size]: the decoder's state, and as it is compared. */
  readonly state: readonly Float32Array[];
  readonly query: readonly Float32Array[];
  /** [step][key]. */
  readonly scores: readonly Float32Array[];
  /** [step][key][size]: tanh(W q + U k). */
  readonly activation?: readonly Float32Array[];
  /** [key][size]: the encoder's states, and as they are compared. */
  readonly memory: Float32Array;
  readonly key: Float32Array;
  /** v. */
  readonly vector?: Float32Array;
}

/** One run: what it wrote, and how. */
export interface MechanismRun {
  /** [step][class]. */
  readonly logits: Float32Array;
  /** The layers whose queries are all the steps. */
  readonly layers: readonly LookedLayer[];
  readonly recurrent?: RecurrentScores;
  /** Without attention: what the encoder hands on. */
  readonly vector?: Float32Array;
}

/** What is asked of the graph, by the names of its outputs. */
interface Asked {
  readonly sites: readonly Readonly<Partial<Record<'probabilities' | 'scores' | 'query' | 'key' | 'value', string>>>[];
  readonly terms: readonly ({ readonly [Part in keyof ScoreTerms]?: string } & { readonly scores: string })[];
  readonly vector?: string;
}

/** A small model that writes a date in unrolled steps: with its attention, what its scores are made from, or its one vector. */
export class MechanismModel implements OpenModel {
  /** @throws {InferenceFault} where the file cannot be opened. */
  static async open(reference: ModelReference, file: string): Promise<MechanismModel> {
    const started = performance.now();
    try {
      const model = readModel(await readFile(path.join(reference.folder, file)));
      const all = findAttention(model);
      // What encoder and decoder look at in themselves is not asked for.
      const found: FoundAttention = { ...all, attentions: all.attentions.filter(({ kind }) => kind === 'cross') };
      const steps = stepsOf(found);
      const vector = all.attentions.length === 0 ? findContextVector(all.graph) : undefined;
      const values = new Map(steps.flatMap(step => Object.values(step)).map(value => [value.name, value]));
      if (vector) values.set(vector.name, vector);
      const extended = addAttention(model, found, {
        scores: true,
        queries: true,
        keys: true,
        values: true,
        exposed: [...values.values()].map(value => [value]),
      });
      const nameOf = new Map([...values.keys()].map((name, i) => [name, extended.exposed[i]]));
      const asked: Asked = {
        sites: found.attentions.map(site =>
          Object.fromEntries(
            extended.outputs.filter(output => output.site === site).map(({ what, name }) => [what, name]),
          ),
        ),
        terms: steps.map(
          step =>
            Object.fromEntries(
              Object.entries(step).map(([part, { name }]) => [part, nameOf.get(name)]),
            ) as Asked['terms'][number],
        ),
        vector: vector && nameOf.get(vector.name),
      };
      const session = await InferenceSession.create(extended.bytes, { logSeverityLevel: 3, enableMemPattern: false });
      return new MechanismModel(
        reference,
        session,
        asked,
        all.summary,
        extended.bytes.length,
        performance.now() - started,
      );
    } catch (error) {
      throw new InferenceFault(
        InferenceErrorCode.model,
        `${file} cannot be opened: ${reasonOf(error)}; install Headlight again to get it back.`,
        error,
      );
    }
  }

  readonly sessions = {};
  readonly batches = false;
  readonly info: ModelInfo;

  private constructor(
    readonly reference: ModelReference,
    private readonly session: InferenceSession,
    private readonly asked: Asked,
    found: string,
    readonly bytes: number,
    readonly loadTime: number,
  ) {
    const { id, dtype } = reference;
    this.info = { id, architecture: 'ONNX graph', dtype, task: 'graph', contextLength: Number.MAX_SAFE_INTEGER, found };
  }

  /** Writes the date of a text. @param ids with the marks at both ends. */
  async answer(ids: readonly number[]): Promise<MechanismRun> {
    const results = await this.session.run({
      input_ids: int64(BigInt64Array.from(ids, BigInt), [1, ids.length]),
    });
    const numbers = (name: string | undefined) =>
      name === undefined ? undefined : (results[name].data as Float32Array);
    const { logits } = results;
    const steps = logits.dims[1];
    const layers = this.asked.sites
      .map((site): LookedLayer => {
        const [, heads, queries, keys] = results[site.probabilities!].dims;
        return {
          heads,
          queries,
          keys,
          probabilities: numbers(site.probabilities)!,
          scores: numbers(site.scores),
          query: numbers(site.query),
          key: numbers(site.key),
          value: numbers(site.value),
        };
      })
      // A transformer's unrolled steps each look anew for all that is written; the last ones looked for all of it.
      .filter(({ queries }) => queries === steps);
    const { terms } = this.asked;
    const all = (part: keyof Asked['terms'][number]) => terms.map(term => numbers(term[part])!);
    return {
      logits: logits.data as Float32Array,
      layers,
      recurrent:
        terms.length === 0
          ? undefined
          : {
              state: all('queryFrom'),
              query: all('query'),
              scores: all('scores'),
              activation: terms[0].activation === undefined ? undefined : all('activation'),
              memory: numbers(terms[0].keyFrom)!,
              key: numbers(terms[0].key)!,
              vector: numbers(terms[0].vector),
            },
      vector: numbers(this.asked.vector),
    };
  }

  run(): Promise<unknown> {
    throw new InferenceFault(InferenceErrorCode.run, `${this.info.id} answers dates alone.`);
  }

  predictionText(id: number): string {
    return String(id);
  }

  dispose(): Promise<unknown> {
    return this.session.release();
  }
}

/** What the scores of each step are made from, where the steps of a recurrent decoder are one attention. */
function stepsOf({ attentions: [site, ...others] }: FoundAttention) {
  const [place] = site?.places ?? [];
  if (others.length > 0 || !place?.further) return [];
  return [place, ...place.further.matches].map(match => {
    const terms = scoreTerms(match);
    if (!terms || !match.parts) throw new Error('what its scores are made from is not found');
    const { query, key, queryFrom, keyFrom, activation, vector } = terms;
    const shared = { query, key, queryFrom, keyFrom, scores: match.parts.scores };
    return activation && vector ? { ...shared, activation, vector } : shared;
  });
}
