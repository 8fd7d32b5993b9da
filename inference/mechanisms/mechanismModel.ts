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

/** How texts are brought to one length. */
export interface Padding {
  readonly id: number;
  readonly length: number;
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

  /**
   * Writes the date of a text. What lies at its padding is left out of the answer: nothing looks there.
   * @param ids with the marks at both ends.
   * @param padding absent: the text is read as long as it is.
   */
  async answer(ids: readonly number[], padding?: Padding): Promise<MechanismRun> {
    const places = Math.max(ids.length, padding?.length ?? 0);
    const results = await this.session.run({ input_ids: padded([ids], places, padding) });
    /** A tensor's numbers; of one that is [keys][rest] in each of so many blocks those of the text. */
    const numbers = (name: string | undefined, blocks?: number) => {
      if (name === undefined) return undefined;
      const all = results[name].data as Float32Array;
      return blocks === undefined || places === ids.length ? all : firstOfEach(all, blocks, ids.length / places);
    };
    const { logits } = results;
    const steps = logits.dims[1];
    const layers = this.asked.sites
      .map((site): LookedLayer => {
        const [, heads, queries] = results[site.probabilities!].dims;
        return {
          heads,
          queries,
          keys: ids.length,
          probabilities: numbers(site.probabilities, heads * queries)!,
          scores: numbers(site.scores, heads * queries),
          query: numbers(site.query),
          key: numbers(site.key, heads),
          value: numbers(site.value, heads),
        };
      })
      // A transformer's unrolled steps each look anew for all that is written; the last ones looked for all of it.
      .filter(({ queries }) => queries === steps);
    const { terms } = this.asked;
    const all = (part: keyof Asked['terms'][number], blocks?: number) =>
      terms.map(term => numbers(term[part], blocks)!);
    return {
      logits: logits.data as Float32Array,
      layers,
      recurrent:
        terms.length === 0
          ? undefined
          : {
              state: all('queryFrom'),
              query: all('query'),
              scores: all('scores', 1),
              activation: terms[0].activation === undefined ? undefined : all('activation', 1),
              memory: numbers(terms[0].keyFrom, 1)!,
              key: numbers(terms[0].key, 1)!,
              vector: numbers(terms[0].vector),
            },
      vector: numbers(this.asked.vector),
    };
  }

  /**
   * Writes the dates of several texts at once, and gives nothing of how.
   * @returns [text][step][class]: logits.
   */
  async write(texts: readonly (readonly number[])[], padding: Padding): Promise<Float32Array[]> {
    const { logits } = await this.session.run({ input_ids: padded(texts, padding.length, padding) }, ['logits']);
    const all = logits.data as Float32Array;
    const size = all.length / texts.length;
    return texts.map((_, i) => all.subarray(i * size, (i + 1) * size));
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

/** Texts of one batch as the graph reads them. */
function padded(texts: readonly (readonly number[])[], places: number, padding?: Padding) {
  const ids = texts.flatMap(text => [...text, ...Array<number>(places - text.length).fill(padding?.id ?? 0)]);
  return int64(BigInt64Array.from(ids, BigInt), [texts.length, places]);
}

/** The first part of each of so many equal blocks. */
function firstOfEach(all: Float32Array, blocks: number, part: number): Float32Array {
  const [from, to] = [all.length / blocks, (all.length / blocks) * part];
  const first = new Float32Array(blocks * to);
  for (let block = 0; block < blocks; block++) {
    first.set(all.subarray(block * from, block * from + to), block * to);
  }
  return first;
}
