/** A thread in which chat templates are rendered: they are programs of a model's files, and may loop or fill their memory. */
import { Template } from '@huggingface/jinja';
import { parentPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** What is to be rendered, and where the answer goes. */
export interface TemplateTask {
  readonly template: string;
  readonly values: Record<string, unknown>;
  /** Characters that may be written. */
  readonly mostCharacters: number;
  readonly answer: MessagePort;
  /** Is set to 1 once the answer is there. */
  readonly done: Int32Array;
}

/** What the template wrote, or why it did not. */
export type TemplateAnswer = { readonly text: string } | { readonly failure: string } | { readonly length: number };

const compiled = new Map<string, Template>();

function render({ template, values, mostCharacters }: TemplateTask): TemplateAnswer {
  try {
    const known = compiled.get(template) ?? new Template(template);
    compiled.set(template, known);
    const text = known.render(values);
    return text.length > mostCharacters ? { length: text.length } : { text };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (task: TemplateTask) => {
  task.answer.postMessage(render(task));
  Atomics.store(task.done, 0, 1);
  Atomics.notify(task.done, 0);
});
