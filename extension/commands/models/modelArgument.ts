import type { CatalogueEntry } from '../../models/modelCatalogue';
import type { Services } from '../../services/services';
import type { ModelItem } from '../../views/modelsTree';

/** What a command on a model is given: a line of the tree, or a model's name. */
export type ModelArgument = ModelItem | { readonly id: string } | undefined;

/** The name that an argument stands for: a key of the catalogue, or a hub's id. */
export function nameOf(argument: ModelArgument): string | undefined {
  if (!argument) return undefined;
  if (!('kind' in argument)) return argument.id;
  switch (argument.kind) {
    case 'model':
      return argument.entry.key;
    case 'download':
      return argument.name.id;
    case 'recommended':
      return argument.model.id;
    case 'group':
    case 'task':
      return undefined;
  }
}

/** The model of an argument; where none is given, that which explains text. */
export async function modelOf({ catalogue }: Services, argument: ModelArgument): Promise<CatalogueEntry> {
  const name = nameOf(argument);
  const entry = name === undefined ? await catalogue.used() : await catalogue.find(name);
  if (!entry) throw new Error(`There is no model “${name}” any more; refresh the sidebar by opening it again.`);
  return entry;
}
