import type { CancellationToken } from 'vscode-jsonrpc';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { OpenModel } from './openModel';

/** Does work with an open model, and turns what goes wrong into one sentence. */
export type WithModel = <Result>(
  model: ModelReference,
  cancelled: CancellationToken,
  work: (open: OpenModel) => Promise<Result>,
) => Promise<Result>;
