/**
 * What transformers.js gets for `onnxruntime-node` (esbuild.mjs puts this module in its place): the same runtime, except
 * that a session is made with the attention outputs added to its graph.
 */
import { Tensor, env, listSupportedBackends, type InferenceSession as PlainSession } from 'onnxruntime-node';
import { AttentionSession } from './attentionSession';

const InferenceSession = {
  create: (pathOrBytes: string | Uint8Array, options?: PlainSession.SessionOptions): Promise<AttentionSession> =>
    AttentionSession.open(pathOrBytes, options),
};

export { InferenceSession, Tensor, env, listSupportedBackends };
export default { InferenceSession, Tensor, env, listSupportedBackends };
