/** Two hundred panels opened and closed in a real window: processes, frames, listeners and timers before and after. */
import { tell, type Figure } from './figures';
import { inHost } from './hostPart';
import type { Counts } from './inHost';

/** How much more there may be of each after 200 panels: VS Code's own come and go. */
const more: Readonly<Record<keyof Counts, number>> = {
  processes: 0,
  listeners: 20,
  timers: 5,
  handles: 5,
  heap: 20_000,
};

async function main(): Promise<void> {
  const frames = { most: 0, after: 0 };
  // VS Code has one of its own beside those of webviews.
  const { opened, before, after } = await inHost('panels', undefined, (workbench, when) => {
    const now = workbench.page.frames().filter(frame => frame.url().includes('/webview/browser/pre/')).length;
    frames.most = Math.max(frames.most, now);
    if (when === 'after') frames.after = now;
  });
  const figures = Object.entries(more).map(([what, most]): Figure => {
    const [first, last] = [before[what as keyof Counts], after[what as keyof Counts]];
    return {
      what: what === 'heap' ? 'heap of the extension host, KB' : what,
      measured: `${first.toLocaleString('en')} before, ${last.toLocaleString('en')} after ${opened} panels`,
      bound: most === 0 ? 'no more' : `at most ${most.toLocaleString('en')} more`,
      held: last <= first + most,
    };
  });
  tell([
    ...figures,
    {
      what: 'frames of webviews',
      measured: `${frames.after} after, at most ${frames.most} seen`,
      bound: 'none after',
      held: frames.after === 0 && frames.most > 0,
    },
    { what: 'panels opened and closed', measured: String(opened), bound: 'at least 200', held: opened >= 200 },
  ]);
}

void main();
