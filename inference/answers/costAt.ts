import type { CancellationToken } from 'vscode-jsonrpc';
import type { LengthCost } from '../../core/cost/lengthCost';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { costPlan, measuredSession } from '../cost/costPlan';
import { measureLength } from '../cost/measureLength';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { stopIfCancelled } from '../models/stopIfCancelled';
import type { KnownRun } from '../runs/runStore';

/**
 * What a pass of a model over a text of a length takes: a run's own tokens, over and over.
 * @throws {InferenceFault} where the model is not measured at that length.
 */
export async function costAt(
  open: OpenModel,
  { ids, outputIds }: Pick<KnownRun, 'ids' | 'outputIds'>,
  length: number,
  cancelled: CancellationToken,
): Promise<LengthCost> {
  const session = measuredSession(open);
  if (!session || ids.length === 0 || !costPlan(open).lengths.includes(length)) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${open.info.id} is not measured at ${length} tokens; choose one of the lengths that it is measured at.`,
    );
  }
  return measureLength(
    session,
    length,
    long =>
      session.feedsOf(() =>
        open.run(
          Array.from({ length: long }, (_, i) => ids[i % ids.length]),
          outputIds?.slice(0, 1),
        ),
      ),
    () => stopIfCancelled(cancelled),
  );
}
