import type { Services } from '../../services/services';
import { nameOf, type ModelArgument } from './modelArgument';

/** `headlight.useModel`: uses the model of a tree item from now on, for what it is given: text, images or speech. */
export async function useModel({ catalogue }: Services, argument: ModelArgument): Promise<void> {
  const name = nameOf(argument);
  if (name !== undefined) await catalogue.use(name);
}

/** `headlight.useModelInWorkspace`: the same for this workspace alone. */
export async function useModelInWorkspace({ catalogue }: Services, argument: ModelArgument): Promise<void> {
  const name = nameOf(argument);
  if (name !== undefined) await catalogue.use(name, 'workspace');
}
