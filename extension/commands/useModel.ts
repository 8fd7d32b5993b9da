import type { Services } from '../services';

/** `headlight.useModel`: uses the model of a tree item from now on. */
export async function useModel({ catalogue }: Services, { id }: { readonly id: string }): Promise<void> {
  await catalogue.use(id);
}
