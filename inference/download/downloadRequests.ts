import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { downloadProgress, DownloadRequest, type HubModel } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode, InferenceEvent } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { stopIfCancelled } from '../models/stopIfCancelled';
import { downloadModel } from './downloadModel';
import { Hub } from './hub';
import { lookAtModel } from './lookAtModel';
import { clearModels, removeDownload, removeModel } from './removeModels';

/** Progress is told at most so often, in milliseconds. */
const tellEvery = 200;

/** Answers what is asked about models of the hub. */
export function answerDownloadRequests(connection: MessageConnection): void {
  connection.onRequest(DownloadRequest.look, ({ hub, id, revision = 'main' }, cancelled) =>
    working(connection, id, cancelled, async signal => {
      const {
        precisions,
        licence,
        languages,
        gated,
        task,
        revision: commit,
      } = await lookAtModel(new Hub(hub), id, revision, signal);
      return { id, revision: commit, task, licence, languages, gated, precisions } satisfies HubModel;
    }),
  );

  connection.onRequest(DownloadRequest.download, ({ hub, model, dtype, storage }, cancelled) =>
    working(connection, model.id, cancelled, signal => {
      let last = { done: 0, total: 0, elsewhere: false, time: 0 };
      const tell = (waiting?: number) =>
        void connection.sendNotification(downloadProgress, {
          id: model.id,
          dtype,
          done: last.done,
          total: last.total,
          elsewhere: last.elsewhere,
          waiting,
        });
      const onWait = (seconds: number) => tell(seconds);
      return downloadModel(
        { hub: new Hub(hub, { onWait }), model, dtype, storage },
        signal,
        (done, total, elsewhere) => {
          const due = performance.now() - last.time >= tellEvery || done === total;
          last = { done, total, elsewhere, time: due ? performance.now() : last.time };
          if (due) tell();
        },
      );
    }),
  );

  connection.onRequest(DownloadRequest.remove, ({ storage, name, what, window }, cancelled) =>
    working(connection, name.id, cancelled, () =>
      what === 'model' ? removeModel(storage, name, window) : removeDownload(storage, name, window),
    ),
  );

  connection.onRequest(DownloadRequest.clear, ({ storage, window }) => clearModels(storage, window));
}

async function working<Result>(
  connection: MessageConnection,
  id: string,
  cancelled: CancellationToken,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const subscription = cancelled.onCancellationRequested(() => controller.abort());
  try {
    return await work(controller.signal);
  } catch (error) {
    stopIfCancelled(cancelled);
    const fault =
      error instanceof InferenceFault
        ? error
        : new InferenceFault(
            InferenceErrorCode.download,
            `${id} could not be downloaded; see the log for the reason, and try again.`,
            error,
          );
    void connection.sendNotification(InferenceEvent.log, {
      level: 'error',
      message: [fault.message, ...causes(fault.cause)].join('\ncaused by '),
    });
    throw fault;
  } finally {
    subscription.dispose();
  }
}

function causes(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...causes(error.cause)] : [];
}
