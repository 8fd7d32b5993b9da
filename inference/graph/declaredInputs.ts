import type { InferenceSession } from 'onnxruntime-node';
import type { DeclaredInput } from '../../core/graph/graphInputs';

/** The inputs of a session as its graph declares them. */
export function declaredInputs({ inputMetadata }: Pick<InferenceSession, 'inputMetadata'>): DeclaredInput[] {
  return inputMetadata.map(metadata =>
    metadata.isTensor
      ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
      : { name: metadata.name, type: 'sequence', shape: [] },
  );
}
