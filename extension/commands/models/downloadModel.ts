import * as vscode from 'vscode';
import { formatBytes } from '../../../core/models/formatBytes';
import type { HubModel } from '../../../core/protocol/downloadProtocol';
import type { Services } from '../../services/services';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceError } from '../../inference/inferenceError';
import { nameOf, type ModelArgument } from './modelArgument';
import { showErrorMessage, showInformationMessage } from '../../shown/messages';
import { plainMessage } from '../../../core/text/plainMessage';

const precisionWords: Readonly<Record<string, string>> = {
  q8: '8-bit integers: small and quick; a later edit moves earlier numbers a little',
  fp32: 'as the model was trained: exact',
  fp16: 'half precision: near exact, slower on a CPU',
  q4: '4-bit integers: smallest, numbers further off',
  q4f16: '4-bit integers with half precision',
  int8: '8-bit integers',
  uint8: '8-bit integers',
  bnb4: '4-bit floats',
};

/** So long, in milliseconds, the hub may take before something is said of it. */
const patience = 2500;

/**
 * `headlight.downloadModel`: asks the hub what a model takes, lets the user choose the precision, and downloads; a stopped
 * download goes on. Then it offers to use the model.
 */
export async function downloadModel(services: Services, argument: ModelArgument): Promise<void> {
  await download(services, argument, key => {
    const use = 'Use It';
    const answer = showInformationMessage(`${key.replace(/:(.+)$/, ' ($1)')} is downloaded.`, use);
    // The command is done: the answer may come much later.
    void answer.then(chosen => (chosen === use ? services.catalogue.use(key) : undefined));
  });
}

/**
 * Like {@link downloadModel}, for a use that is known already.
 * @param whole what is done with the model, by its key, once all of it is there; also after another try.
 */
export async function download(
  services: Services,
  argument: ModelArgument,
  whole: (key: string) => Promise<void> | void,
): Promise<void> {
  const { downloads } = services;
  try {
    if (argument && 'kind' in argument && argument.kind === 'download') {
      const { id, dtype } = argument.name;
      const stopped = downloads.all.find(download => download.id === id && download.dtype === dtype);
      if (stopped) return await run(services, stopped.model, dtype, whole);
    }
    const id = nameOf(argument);
    if (id === undefined) return;
    const model = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: plainMessage(`Asking the hub about ${id}…`),
        cancellable: true,
      },
      async (progress, token) => {
        const silent = setTimeout(() => {
          progress.report({ message: 'no answer yet; is this machine offline?' });
        }, patience);
        try {
          return await downloads.look(id, token);
        } catch (error) {
          if (token.isCancellationRequested) return undefined;
          throw error;
        } finally {
          clearTimeout(silent);
        }
      },
    );
    const dtype = model && (await choosePrecision(model));
    if (model && dtype) await run(services, model, dtype, whole);
  } catch (error) {
    // What the hub does not have, or the settings forbid, is the same a second time.
    const { offline } = services.hub;
    const again = !offline && InferenceError.from(error).code !== InferenceErrorCode.missing;
    await tell((error as Error).message, again ? () => download(services, argument, whole) : undefined);
  }
}

async function choosePrecision(model: HubModel): Promise<string | undefined> {
  const about = [
    model.licence ? `licence ${model.licence}` : 'no licence named',
    model.languages.length > 0
      ? `languages ${model.languages.slice(0, 6).join(', ')}${model.languages.length > 6 ? ', …' : ''}`
      : '',
    model.gated ? 'gated: needs a token' : '',
    `revision ${model.revision.slice(0, 8)}`,
  ]
    .filter(Boolean)
    .join(' · ');
  const chosen = await vscode.window.showQuickPick(
    model.precisions.map(({ dtype, bytes }) => ({
      dtype,
      label: `$(cloud-download) ${dtype}`,
      description: formatBytes(bytes),
      detail: precisionWords[dtype],
    })),
    {
      title: `Headlight: Download ${model.id}`,
      placeHolder: `What to download (${about})`,
      // It comes after a wait: whoever went on working meanwhile must not lose it.
      ignoreFocusOut: true,
    },
  );
  return chosen?.dtype;
}

async function run(
  { downloads }: Services,
  model: HubModel,
  dtype: string,
  whole: (key: string) => Promise<void> | void,
): Promise<void> {
  const there = await vscode.window.withProgress({ location: { viewId: 'headlight.models' } }, () =>
    downloads.start(model, dtype),
  );
  if (there) await whole(`${model.id}:${dtype}`);
}

async function tell(message: string, again?: () => Promise<void>): Promise<void> {
  const actions = [
    /Set Hub Token/.test(message) ? 'Set Hub Token…' : undefined,
    again && 'Try Again',
    'Show Log',
  ].filter(action => action !== undefined);
  void showErrorMessage(message, ...actions).then(action => {
    if (action === 'Try Again') return again?.();
    if (action === 'Set Hub Token…') return vscode.commands.executeCommand('headlight.setHubToken');
    if (action === 'Show Log') return vscode.commands.executeCommand('headlight.showLog');
    return undefined;
  });
  await Promise.resolve();
}
