import type { CancellationToken } from 'vscode-jsonrpc';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { GraphModel } from '../graph/graphModel';
import type { TransformersModel } from '../models/openModel';

/** Does work with an open model, and turns what goes wrong into one sentence. */
export type WithModel = <Result>(
  model: ModelReference,
  cancelled: CancellationToken,
  work: (open: TransformersModel) => Promise<Result>,
) => Promise<Result>;

/** The same with a graph that is run by its inputs' names. */
export type WithGraph = <Result>(
  model: ModelReference,
  cancelled: CancellationToken,
  work: (open: GraphModel) => Promise<Result>,
) => Promise<Result>;
