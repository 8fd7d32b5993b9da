import type { Tensor } from 'onnxruntime-node';
import type { BlockPath, PositionSimilarity } from '../../core/run/blockPath';
import type { StackOutputs } from '../models/blockOutputs';
import { floatNumbers } from '../models/floatNumbers';

/** So many places are shown: of more, evenly spread ones. */
const mostPlaces = 128;

/**
 * How a model knows where a token stands, and how similar places are by that alone.
 * @param tokens how many there are: of the places that the graph knows, those are shown.
 */
export function positionsOf(
  { embedding, source }: StackOutputs,
  values: ReadonlyMap<string, Tensor>,
  tokens: number,
  model: string,
): BlockPath['positions'] {
  const rows = (name: string | undefined) => vectorsOf(name === undefined ? undefined : values.get(name), tokens);
  if (embedding.table !== undefined) {
    const table = rows(embedding.table);
    return {
      words: `A vector for each place is added to the token’s embedding${source?.kind === 'rotary' ? ', and queries and keys are turned by their places as well' : source?.kind === 'relative' ? ', and the scores get a part by the distance as well' : ''}.`,
      similarity: table && table.count > 1 ? similarityOf('added', table.count, cosines(table)) : undefined,
    };
  }
  if (source?.kind === 'rotary') {
    const [cos, sin] = [rows(source.cos), rows(source.sin)];
    const turned = cos && sin && cos.count === sin.count && cos.size === sin.size && cos.count > 1;
    return {
      words: `Positions are rotary: nothing is added to the embedding, queries and keys are turned by angles that grow with the place${turned ? '' : '; the angles stand nowhere in the graph by themselves'}.`,
      similarity: turned ? similarityOf('rotary', cos.count, turns(cos, sin)) : undefined,
    };
  }
  if (source?.kind === 'relative') {
    return {
      words:
        'Positions are relative: nothing is added to the embedding, the scores get a part by the distance between query and key (a learned bias, or fixed slopes as ALiBi’s).',
    };
  }
  if (embedding.fused) {
    return {
      words: 'Token and position embeddings are added inside of one fused operator, so they are not told apart.',
    };
  }
  return {
    words: `How ${model} knows where a token stands was not found in its graph: no vector for each place is added, and queries are not turned.`,
  };
}

interface Vectors {
  readonly count: number;
  readonly size: number;
  readonly data: Float32Array;
}

function vectorsOf(tensor: Tensor | undefined, most: number): Vectors | undefined {
  const data = tensor && floatNumbers(tensor);
  const size = tensor?.dims[tensor.dims.length - 1];
  return data && size ? { count: Math.min(most, data.length / size), size, data } : undefined;
}

function similarityOf(
  kind: PositionSimilarity['kind'],
  count: number,
  of: (a: number, b: number) => number,
): PositionSimilarity {
  const shown = Math.min(count, mostPlaces);
  const places = Array.from({ length: shown }, (_, i) => Math.round((i * (count - 1)) / (shown - 1)));
  return {
    kind,
    places,
    data: Float32Array.from({ length: shown ** 2 }, (_, i) => of(places[Math.floor(i / shown)], places[i % shown])),
  };
}

function cosines({ size, data }: Vectors): (a: number, b: number) => number {
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += data[a * size + i] * data[b * size + i];
    return sum;
  };
  return (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) || 0;
}

/** cos(a − b) = cos a cos b + sin a sin b, as the mean over the pairs that are turned. */
function turns({ size, data: cos }: Vectors, { data: sin }: Vectors): (a: number, b: number) => number {
  return (a, b) => {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const [one, other] = [a * size + i, b * size + i];
      sum += cos[one] * cos[other] + sin[one] * sin[other];
    }
    return sum / size;
  };
}
