import { InferenceSession } from 'onnxruntime-node';

/** A session, and whether the runtime could optimize its graph. */
export interface OpenedSession {
  readonly session: InferenceSession;
  readonly optimized: boolean;
}

/** What people are told where the runtime could not. */
export const unoptimizedNote =
  'ONNX Runtime cannot optimize this graph and runs it without its optimizations, which takes longer.';

/** Failures that other optimizations do not change: too little memory, an operator or a type that is not there, a damaged file. */
const final =
  /alloc|memory|NOT_IMPLEMENTED|not implemented|not a registered|No Op registered|Protobuf|INVALID_GRAPH|external/i;

/**
 * Opens a model; where the runtime's optimizer fails on it (version 1.30 does in its fusion of reshapes on some graphs of
 * windowed attention), without optimizations.
 * @throws what the runtime says of the model at full optimization, where it cannot be opened either way.
 */
export async function openSession(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<OpenedSession> {
  // What goes wrong comes as an error; the runtime would write it to the console, too.
  const quiet: InferenceSession.SessionOptions = { ...options, logSeverityLevel: 4 };
  try {
    return { session: await InferenceSession.create(bytes, quiet), optimized: true };
  } catch (error) {
    const again = error instanceof Error && !final.test(error.message);
    const session = again
      ? await InferenceSession.create(bytes, { ...quiet, graphOptimizationLevel: 'disabled' }).catch(() => undefined)
      : undefined;
    if (!session) throw error;
    return { session, optimized: false };
  }
}
