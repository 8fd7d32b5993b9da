import { KeptAttention } from '../../../extension/inference/process/keptAttention';
import type { LayerTensor } from '../../../extension/inference/process/recorder';
import type { UseModel } from '../../../extension/inference/process/runAttention';
import type { KnownRun } from '../../../extension/inference/process/runStore';

/** The whole tensors of a run that is short enough for them to be kept. */
export function keptLayers({ attention }: Pick<KnownRun, 'attention'>): readonly LayerTensor[] {
  if (!(attention instanceof KeptAttention)) throw new Error('The run is too long for its tensors to be kept.');
  return attention.layers;
}

/** For what is kept, no model is needed. */
export const noModel: UseModel = () => Promise.reject(new Error('The model was asked for what is kept.'));
