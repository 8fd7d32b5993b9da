/** A process that renders one chat template: they are programs of a model's files, and may loop or fill their memory. */
import { Template } from '@huggingface/jinja';
import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';

/** What is to be rendered; stands on the standard input as JSON. */
export interface TemplateTask {
  readonly template: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Milliseconds: whoever asked may be gone by then. */
  readonly time: number;
  /** Characters that may be written. */
  readonly output: number;
}

/** What the template wrote, or why it did not; stands on the standard output as JSON. */
export type TemplateAnswer =
  | { readonly text: string }
  | { readonly failure: string }
  /** How much it wrote, where that is too much. */
  | { readonly length: number }
  | { readonly late: true };

function answer({ template, values, time, output }: TemplateTask): TemplateAnswer {
  const render = (): string => new Template(template).render({ ...values });
  try {
    const text = new Script('render()').runInContext(createContext({ render }), { timeout: time }) as string;
    return text.length > output ? { length: text.length } : { text };
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { late: true };
    return { failure: typeof message === 'string' ? message : String(error) };
  }
}

process.stdout.write(JSON.stringify(answer(JSON.parse(readFileSync(0, 'utf8')) as TemplateTask)));
