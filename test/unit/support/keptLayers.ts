import { KeptAttention } from '../../../inference/runs/keptAttention';
import type { LayerTensor } from '../../../inference/models/recorder';
import type { UseModel } from '../../../inference/runs/runAttention';
import type { KnownRun } from '../../../inference/runs/runStore';

/** The whole tensors of a run that is short enough for them to be kept. */
export function keptLayers({ attention }: Pick<KnownRun, 'attention'>): readonly LayerTensor[] {
  if (!(attention instanceof KeptAttention)) throw new Error('The run is too long for its tensors to be kept.');
  return attention.layers;
}

/** For what is kept, no model is needed. */
export const noModel: UseModel = () => Promise.reject(new Error('The model was asked for what is kept.'));
