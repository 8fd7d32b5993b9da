import type { DeclaredInput } from '../../core/graph/graphInputs';
import type { AttentionSession } from '../models/attentionSession';

/** The inputs of a session as its graph declares them. */
export function declaredInputs(session: AttentionSession): DeclaredInput[] {
  return session.inputMetadata.map(metadata =>
    metadata.isTensor
      ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
      : { name: metadata.name, type: 'sequence', shape: [] },
  );
}
