import type { Services } from '../../services/services';
import type { ModelArgument } from './modelArgument';

/** `headlight.cancelDownload`: stops a download; what has arrived stays for when it goes on. */
export function cancelDownload({ downloads }: Services, argument: ModelArgument): void {
  if (argument && 'kind' in argument && argument.kind === 'download') downloads.cancel(argument.name);
}
