import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { LruCache } from '../../core/cache/lruCache';
import { workLimits } from '../../core/protocol/workLimits';
import type { TemplateAnswer, TemplateTask } from './templateProcess';

/** Where the build puts `dist` (esbuild.mjs). */
declare const headlightDist: string;

/** A chat template takes more than it may; the message is the end of a sentence that begins with the template. */
export class TemplateOverrun extends Error {}

/** What a chat template may take. */
export type TemplateLimits = Readonly<Record<keyof (typeof workLimits)['template'], number>>;

/** Milliseconds that starting the process may take besides. */
const startsWithin = 5000;

/** What was rendered last: a conversation about a picture is worded again for each part that is covered. */
const rendered = new LruCache<string, string>(16);

/**
 * Renders a chat template in a process of its own, and waits for it: a thread that fills its memory may take the whole process
 * with it.
 * @param values what it may read: JSON.
 * @throws {TemplateOverrun} where it takes too much; an Error with the template's own words where it refuses or fails.
 */
export function renderTemplate(
  template: string,
  values: Readonly<Record<string, unknown>>,
  limits: TemplateLimits = workLimits.template,
): string {
  const { source, time, memory, output } = limits;
  if (template.length > source) throw new TemplateOverrun(`is longer than ${written(source)} characters`);
  const task = JSON.stringify({ template, values, time, output } satisfies TemplateTask);
  const known = rendered.get(task);
  if (known !== undefined) return known;
  const { stdout, error, status } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${memory}`, path.join(headlightDist, 'templateProcess.js')],
    {
      input: task,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: time + startsWithin,
      killSignal: 'SIGKILL',
      // JSON may write a character as six.
      maxBuffer: 6 * output + 1024,
      windowsHide: true,
    },
  );
  const late = `takes more than ${time / 1000} seconds, so it was stopped`;
  if (error && 'code' in error && error.code === 'ETIMEDOUT') throw new TemplateOverrun(late);
  if (error) throw error;
  if (status !== 0) throw new TemplateOverrun(`takes more than ${memory} MB of memory, so it was stopped`);
  const answer = JSON.parse(stdout) as TemplateAnswer;
  if ('late' in answer) throw new TemplateOverrun(late);
  if ('failure' in answer) throw new Error(answer.failure);
  if ('length' in answer) {
    throw new TemplateOverrun(`writes ${written(answer.length)} characters, and ${written(output)} are the most`);
  }
  rendered.set(task, answer.text);
  return answer.text;
}

function written(count: number): string {
  return count.toLocaleString('en');
}
