import { jensenShannon } from '../measures/jensenShannon';
import { type PooledMatrix, poolMaximum } from '../poolMaximum';
import type { Pieces } from '../../pieces/inPieces';
import { type HeadInputs, type Mechanism, type ParameterValues, withinLimits } from './mechanism';
import { type MechanismId, mechanisms } from './mechanisms';
import { productsInto, resultInto } from './headRows';
import { relativeChange } from './relativeChange';
import { rowEntropyBits } from './rowEntropyBits';

/** How far a row of a mechanism is from the head's own. */
export interface RowDistance {
  /** Jensen-Shannon divergence of the row from the head's own, in bits. */
  readonly bits: number;
  /** ‖z′ − z‖/‖z‖ of the row's result z, the weights times the values. */
  readonly change: number;
  /** The row's entropy in bits. */
  readonly entropy: number;
}

/** A head's attention as a mechanism computes it. */
export interface ComputedMechanism {
  readonly id: MechanismId;
  /** As they were used: whole numbers within their limits. */
  readonly values: ParameterValues;
  /** [row][column]: the whole matrix, of long texts pooled by its maxima. */
  readonly matrix: PooledMatrix;
  /** [keys]: the chosen query's weights. */
  readonly row: Float32Array;
  /** Of the chosen query. */
  readonly ofRow: RowDistance;
  /** The mean over the rows that were computed. */
  readonly mean: RowDistance;
  /** The largest difference of a weight from the head's own, of all that were computed. */
  readonly largest: number;
}

/** A head's attention, computed anew. */
export interface HeadMechanisms {
  readonly queries: number;
  readonly keys: number;
  /** d, and how many numbers a value has. */
  readonly headSize: number;
  readonly valueSize: number;
  readonly scale: number;
  readonly causal: boolean;
  /** Whether the model adds something to the scores, which some mechanisms have no place for. */
  readonly hasBias: boolean;
  /** How many rows were computed: of long texts as many as {@link mostRows}, evenly spread, the chosen one among them. */
  readonly computed: number;
  readonly mechanisms: readonly ComputedMechanism[];
}

/** What is asked of a head. */
export interface MechanismWish {
  readonly query: number;
  /** By mechanism; what is not said is as it is to begin with. */
  readonly parameters?: Readonly<Partial<Record<MechanismId, ParameterValues>>>;
  /** Which of them; all where absent. */
  readonly only?: readonly MechanismId[];
}

/** So many rows are computed of a long text. */
export const mostRows = 512;
/** Matrices are pooled to so many rows and columns. */
export const mostCells = 128;

interface UnderWay {
  readonly mechanism: Mechanism<MechanismId>;
  readonly values: ParameterValues;
  readonly rowOf: ReturnType<Mechanism['rows']>;
  readonly pooled: Float32Array;
  readonly sums: { bits: number; change: number; entropy: number };
  largest: number;
  ofRow?: { readonly row: Float32Array; readonly distance: RowDistance };
}

/**
 * A head's attention by several mechanisms, held against its own, a row at a time.
 * @param own [query][key], row-major: the head's probabilities as the model computed them.
 */
export function* mechanismsInPieces(
  inputs: HeadInputs,
  own: Float32Array,
  { query: chosen, parameters = {}, only }: MechanismWish,
): Pieces<HeadMechanisms> {
  const { queries, keys, values } = inputs;
  const rows = rowsOf(queries.rows, chosen);
  const columns = Math.min(keys.rows, mostCells);
  const underWay: UnderWay[] = [];
  for (const mechanism of mechanisms) {
    if (only && !only.includes(mechanism.id)) continue;
    const set = withinLimits(mechanism, parameters[mechanism.id]);
    underWay.push({
      mechanism,
      values: set,
      rowOf: mechanism.rows(inputs, set),
      pooled: new Float32Array(rows.length * columns),
      sums: { bits: 0, change: 0, entropy: 0 },
      largest: 0,
    });
    yield;
  }
  const products = new Float64Array(keys.rows);
  const ownRow = new Float64Array(keys.rows);
  const row = new Float64Array(keys.rows);
  const [ownResult, result] = [new Float64Array(values.columns), new Float64Array(values.columns)];
  for (const [place, query] of rows.entries()) {
    productsInto(products, inputs, query);
    ownRow.set(own.subarray(query * keys.rows, (query + 1) * keys.rows));
    resultInto(ownResult, ownRow, inputs);
    for (const one of underWay) {
      one.rowOf(query, products, row);
      resultInto(result, row, inputs);
      const distance = {
        bits: jensenShannon(row, ownRow),
        change: relativeChange(result, ownResult),
        entropy: rowEntropyBits(row),
      };
      one.sums.bits += distance.bits;
      one.sums.change += distance.change;
      one.sums.entropy += distance.entropy;
      for (let key = 0; key < row.length; key++) one.largest = Math.max(one.largest, Math.abs(row[key] - ownRow[key]));
      const weights = Float32Array.from(row);
      one.pooled.set(poolMaximum(weights, 1, keys.rows, columns).data, place * columns);
      if (query === chosen) one.ofRow = { row: weights, distance };
    }
    yield;
  }
  return {
    queries: queries.rows,
    keys: keys.rows,
    headSize: keys.columns,
    valueSize: values.columns,
    scale: inputs.scale,
    causal: inputs.causal,
    hasBias: inputs.bias !== undefined,
    computed: rows.length,
    mechanisms: underWay.map(({ mechanism, values: set, pooled, sums, largest, ofRow }) => {
      if (!ofRow) throw new RangeError(`There is no query ${chosen}.`);
      const mean = (sum: number) => sum / rows.length;
      return {
        id: mechanism.id,
        values: set,
        matrix: poolMaximum(pooled, rows.length, columns, mostCells),
        row: ofRow.row,
        ofRow: ofRow.distance,
        mean: { bits: mean(sums.bits), change: mean(sums.change), entropy: mean(sums.entropy) },
        largest,
      };
    }),
  };
}

/** The rows to compute: all, or of many some, evenly spread, with the chosen one in place of its neighbour. */
function rowsOf(queries: number, chosen: number): readonly number[] {
  const count = Math.min(queries, mostRows);
  const rows = Array.from({ length: count }, (_, i) => Math.floor((i * queries) / count));
  if (chosen >= 0 && chosen < queries && !rows.includes(chosen)) {
    rows[rows.findLastIndex(row => row < chosen)] = chosen;
  }
  return rows;
}
