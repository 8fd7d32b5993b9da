import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { workLimits } from '../../core/protocol/workLimits';
import type { TemplateAnswer, TemplateTask } from './templateWorker';

/** Where the build puts `dist` (esbuild.mjs). */
declare const headlightDist: string;

/** A chat template takes more than it may; the message is the end of a sentence that begins with the template. */
export class TemplateOverrun extends Error {}

/** What a chat template may take. */
export type TemplateLimits = Readonly<Record<keyof (typeof workLimits)['template'], number>>;

/** Milliseconds after which a thread that nothing was asked of is let go. */
const idle = 10_000;

let thread: Worker | undefined;
let letGo: NodeJS.Timeout | undefined;

/**
 * Renders a chat template in a thread of its own, and waits for it.
 * @param values what it may read: plain data.
 * @throws {TemplateOverrun} where it takes too much; an Error with the template's own words where it refuses or fails.
 */
export function renderTemplate(
  template: string,
  values: Record<string, unknown>,
  limits: TemplateLimits = workLimits.template,
): string {
  if (template.length > limits.source) {
    throw new TemplateOverrun(`is longer than ${limits.source.toLocaleString('en')} characters`);
  }
  clearTimeout(letGo);
  thread ??= start(limits);
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const task: TemplateTask = { template, values, mostCharacters: limits.output, answer: port2, done };
  thread.postMessage(task, [port2]);
  Atomics.wait(done, 0, 0, limits.time);
  const answer = receiveMessageOnPort(port1)?.message as TemplateAnswer | undefined;
  port1.close();
  if (!answer) {
    end();
    throw new TemplateOverrun(
      `takes more than ${limits.time / 1000} seconds or ${limits.memory} MB of memory, so it was stopped`,
    );
  }
  letGo = setTimeout(end, idle);
  letGo.unref();
  if ('failure' in answer) throw new Error(answer.failure);
  if ('length' in answer) {
    throw new TemplateOverrun(
      `writes ${answer.length.toLocaleString('en')} characters, and ${limits.output.toLocaleString('en')} are the most`,
    );
  }
  return answer.text;
}

function start({ memory }: TemplateLimits): Worker {
  const made = new Worker(path.join(headlightDist, 'templateWorker.js'), {
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 16 },
  });
  // What ends it is told by the answer that is missing.
  made.on('error', () => undefined);
  made.on('exit', () => {
    if (thread === made) thread = undefined;
  });
  made.unref();
  return made;
}

function end(): void {
  void thread?.terminate();
  thread = undefined;
}
