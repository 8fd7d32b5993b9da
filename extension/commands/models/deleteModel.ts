import { formatBytes } from '../../../core/models/formatBytes';
import type { Services } from '../../services/services';
import { modelOf, type ModelArgument } from './modelArgument';
import { showWarningMessage } from '../../shown/messages';

/** `headlight.deleteModel`: deletes a downloaded model or an unfinished download; takes an added folder out of the list. */
export async function deleteModel(services: Services, argument: ModelArgument): Promise<void> {
  const { catalogue, downloads } = services;
  if (argument && 'kind' in argument && argument.kind === 'download') return downloads.discard(argument.name);
  const entry = await modelOf(services, argument);
  const { id, origin, dtype, folder, bytes } = entry;
  if (origin === 'folder') return catalogue.removeFolder(folder);
  if (origin !== 'downloaded') return;
  const sure = 'Delete';
  const answer = await showWarningMessage(
    `Delete ${id} (${dtype}) from this machine?`,
    { modal: true, detail: `It takes ${formatBytes(bytes)} and can be downloaded again.` },
    sure,
  );
  if (answer !== sure) return;
  await downloads.removeModel({ id, dtype });
  await catalogue.letGo([entry]);
}
