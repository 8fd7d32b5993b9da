import type { PreTrainedModel } from '@huggingface/transformers';

/** What a model's config.json calls its classes. */
export function classNames({ config }: Pick<PreTrainedModel, 'config'>): (id: number) => string {
  const names = (config as unknown as { id2label?: Record<string, string> }).id2label ?? {};
  return id => names[id] ?? `class ${id}`;
}
