import type { OpenModel } from '../models/openModel';

/** What a model's config.json calls its classes. */
export function classNames({ model }: OpenModel): (id: number) => string {
  const names = (model.config as unknown as { id2label?: Record<string, string> }).id2label ?? {};
  return id => names[id] ?? `class ${id}`;
}
