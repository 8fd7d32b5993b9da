import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks. */
const interval = 1000;

/**
 * Ends this process once the one that started it is gone, also while its own thread is held by a long run or a loop and
 * hears nothing: a thread looks whether the parent is still there.
 */
export function endWithHost(): void {
  const parent = process.ppid;
  // In one piece, since the bundle is one file.
  const watch = `
    const gone = () => {
      if (process.ppid !== ${parent}) return true;
      try {
        process.kill(${parent}, 0);
        return false;
      } catch (error) {
        return error.code === 'ESRCH';
      }
    };
    setInterval(() => {
      if (gone()) process.kill(process.pid, 'SIGKILL');
    }, ${interval});
  `;
  const worker = new Worker(watch, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  // Without it the process only ends a little later than its host.
  worker.on('error', () => undefined);
  worker.unref();
}
