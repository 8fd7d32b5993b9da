import { isWeight } from '../graph/isWeight';
import type { Op, Value } from '../graph/linkedGraph';
import type { AttentionMatch } from './attentionMatch';
import { keepElements } from './passedInputs';
import { scoreSource } from './scoreSource';
import { tensorProduct } from './tensorProduct';

/** What an attention's scores are made from, as the graph computes it. */
export interface ScoreTerms {
  /**
   * `additive`: vᵀ tanh(W q + U k) (Bahdanau et al. 2015); `multiplicative`: qᵀ W k, where only one of both is projected
   * (Luong et al. 2015); `dot`: the product of both as they are, or each projected (Vaswani et al. 2017).
   */
  readonly form: 'additive' | 'multiplicative' | 'dot';
  /** As they are compared: W q and U k; of multiplicative scores one of both as it is. */
  readonly query: Value;
  readonly key: Value;
  /** What the query and the key were projected from; the same as those where nothing projects them. */
  readonly queryFrom: Value;
  readonly keyFrom: Value;
  /** Of additive scores: tanh(W q + U k), and v. */
  readonly activation?: Value;
  readonly vector?: Value;
}

/** What a match's scores are made from; undefined of fused operators, and where it cannot be followed. */
export function scoreTerms({ parts }: AttentionMatch): ScoreTerms | undefined {
  if (!parts) return undefined;
  const { scores, scoresLayout } = parts;
  const source = scoreSource(scores, scoresLayout?.columns[0] ?? (scores.shape && scores.shape.length - 1));
  if (!source) return undefined;
  const { query, key, op, additive } = source;
  const [queryFrom, keyFrom] = [projected(query), projected(key)];
  const common = { query, key, queryFrom: queryFrom ?? query, keyFrom: keyFrom ?? key };
  if (!additive) {
    return { ...common, form: (queryFrom === undefined) === (keyFrom === undefined) ? 'dot' : 'multiplicative' };
  }
  const product = tensorProduct(op);
  if (!product) return undefined;
  const [vector, activation] = isWeight(product.right) ? [product.right, product.left] : [product.left, product.right];
  return { ...common, form: 'additive', activation, vector };
}

/** What a linear map with a weight made a value of, through changes of layout and an added bias; undefined where none did. */
function projected(value: Value): Value | undefined {
  let at: Value | undefined = value;
  for (let i = 0; at?.producer && i < 8; i++) {
    const op: Op = at.producer;
    const product = tensorProduct(op);
    if (product && isWeight(product.right)) return product.left;
    if (product && isWeight(product.left)) return product.right;
    at = passed(op);
  }
  return undefined;
}

/** The input that an operation only lays out anew, or adds a bias to. */
function passed({ node: { type }, inputs }: Op): Value | undefined {
  if (keepElements.includes(type)) return inputs[0];
  if (type !== 'Add') return undefined;
  const [own, ...others] = inputs.filter(input => input && !isWeight(input));
  return others.length === 0 ? own : undefined;
}
