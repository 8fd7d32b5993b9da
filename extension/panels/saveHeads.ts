import * as vscode from 'vscode';
import type { PictureLook } from '../../core/export/pictureLook';
import type { StreamedFormat } from '../../core/export/headsFile';
import { formatBytes } from '../../core/models/formatBytes';
import { toProcess } from '../../core/protocol/askType';
import { InferenceErrorCode, InferenceRequest, savingProgress } from '../../core/protocol/inferenceProtocol';
import { RunRequest, type RunReference } from '../../core/protocol/runProtocol';
import type { HeadReading } from '../../core/run/explanation';
import type { InferenceClient } from '../inference/inferenceClient';
import { InferenceError } from '../inference/inferenceError';
import { toldWait } from '../inference/toldWait';
import { chooseTarget, sayIsSaved, writeTarget } from './saveFile';
import { showWarningMessage } from '../shown/messages';
import { plainMessage } from '../../core/text/plainMessage';

/** The panel's wish. */
interface Wish {
  readonly name: string;
  readonly head: HeadReading;
  readonly format: StreamedFormat;
}

let progressNames = 0;

/**
 * Asks where to save all heads of a run, and has the inference process write them there, which tells how far it is and can be
 * stopped. Where the place is none of this machine's file system, VS Code writes what the process gives.
 * @returns false where the user changed their mind.
 * @throws Error with one sentence where it fails.
 */
export async function saveHeads(
  client: InferenceClient,
  of: RunReference,
  { name, head, format }: Wish,
  beside: vscode.Uri | undefined,
): Promise<boolean> {
  const target = await chooseTarget(name, beside);
  if (!target) return false;
  const progress = `heads ${++progressNames}`;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: plainMessage(`Saving ${target.path.split('/').pop()}…`),
    },
    async (shown, token) => {
      const wait = toldWait(client, token);
      try {
        if (target.scheme !== 'file') {
          const wish = { what: { kind: 'weights', head } as const, format, look: {} as PictureLook };
          await writeTarget(target, await client.request(toProcess(RunRequest.export), { of, wish }, token));
          return true;
        }
        let told = 0;
        await client.request(
          InferenceRequest.saveHeads,
          { of, head, format, file: target.fsPath, progress },
          token,
          connection =>
            connection.onProgress(savingProgress, progress, part => {
              shown.report({ increment: (part - told) * 100, message: `${Math.floor(part * 100)} %` });
              told = part;
            }),
        );
        sayIsSaved(target);
        return true;
      } catch (error) {
        if (token.isCancellationRequested || InferenceError.from(error).code === InferenceErrorCode.cancelled) {
          return false;
        }
        throw error;
      } finally {
        wait.dispose();
      }
    },
  );
}

/** Asks whether a file of such a size is to be made. */
export async function confirmSize(format: string, bytes: number): Promise<boolean> {
  const make = 'Save All the Same';
  const answer = await showWarningMessage(
    `All heads as ${format} are about ${formatBytes(bytes)}, which opens slowly or not at all; to compute with them, save them as safetensors or NPY.`,
    { modal: true },
    make,
  );
  return answer === make;
}
