import * as vscode from 'vscode';
import type { Services } from '../../services/services';
import { downloadModel } from './downloadModel';
import { modelOf, type ModelArgument } from './modelArgument';
import { plainLabel } from '../../../core/text/plainLabel';

/** `headlight.choosePrecision`: another precision of a model: one of a folder's files, or one that the hub has. */
export async function choosePrecision(services: Services, argument: ModelArgument): Promise<void> {
  const { key, id, origin, precisions, dtype } = await modelOf(services, argument);
  if (origin === 'downloaded') return downloadModel(services, { id });
  const chosen = await vscode.window.showQuickPick(
    precisions.map(precision => ({
      precision,
      label: plainLabel(precision),
      description: precision === dtype ? 'chosen' : undefined,
    })),
    {
      title: `Headlight: Precision of ${id}`,
      placeHolder:
        precisions.length === 1
          ? 'The folder holds this precision only'
          : 'Uses the model in this precision from now on',
    },
  );
  if (chosen) await services.catalogue.use(origin === 'builtIn' ? key : `${key}:${chosen.precision}`);
}
