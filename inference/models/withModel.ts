import type { CancellationToken } from 'vscode-jsonrpc';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { TransformersModel } from './openModel';

/** Does work with an open model, and turns what goes wrong into one sentence. */
export type WithModel = <Result>(
  model: ModelReference,
  cancelled: CancellationToken,
  work: (open: TransformersModel) => Promise<Result>,
) => Promise<Result>;
