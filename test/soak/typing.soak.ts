/** Twenty characters a second, with the lens and without: what they cost the extension host. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from '../e2e/support/session';
import type { Workbench } from '../e2e/support/workbench';
import { tell } from './figures';

const perSecond = 20;
const seconds = 20;
/** With the lens and without in turn, so often. */
const turns = 4;
const words = 'const answer of items that are missing in the list and their prices ';

/** Seconds of processor time that a process has used. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Types at the caret, in a line of its own, and waits for no character to be shown. @returns how many a second it became. */
async function type({ page }: Workbench): Promise<number> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.keyboard.type('// ');
  const from = performance.now();
  const typed: Promise<void>[] = [];
  for (let i = 0; i < seconds * perSecond; i++) {
    typed.push(page.keyboard.press(words[i % words.length] === ' ' ? 'Space' : words[i % words.length]));
    await sleep(Math.max(0, from + ((i + 1) * 1000) / perSecond - performance.now()));
  }
  await Promise.all(typed);
  return (seconds * perSecond * 1000) / (performance.now() - from);
}

async function main(): Promise<void> {
  const session = await Session.start({ settings: { 'editor.quickSuggestions': { comments: 'off', other: 'off' } } });
  try {
    const workbench = await session.openWorkbench();
    await workbench.openFile('src/shoppingList.ts');
    const host = session.extensionHost;
    if (host === undefined) throw new Error('There is no extension host.');
    let on = false;
    const turn = async (lens: boolean) => {
      if (lens !== on) await workbench.runCommand('Headlight: Toggle Attention Lens');
      on = lens;
      await workbench.page.keyboard.press('Control+1');
      await workbench.goTo(9, 1);
      await workbench.page.keyboard.press('End');
      if (lens) await workbench.highlights.first().waitFor();
      await workbench.page.waitForTimeout(3000);
      const before = processorTime(host);
      const rate = await type(workbench);
      return { rate, cost: processorTime(host) - before };
    };
    // What the first turn compiles is no part of either.
    for (const lens of [false, true]) await turn(lens);
    const cost = { with: 0, without: 0 };
    let slowest = Infinity;
    // Each as often before the other as behind it.
    for (let i = 0; i < 2 * turns; i++) {
      const lens = i % 4 === 0 || i % 4 === 3;
      const done = await turn(lens);
      slowest = Math.min(slowest, done.rate);
      cost[lens ? 'with' : 'without'] += done.cost;
      console.log(`${lens ? 'with' : 'without'} the lens: ${done.cost.toFixed(2)} s`);
    }
    const ratio = cost.with / cost.without;
    tell([
      {
        what: `${turns * seconds} s of typing: processor time of the extension host`,
        measured: `${cost.with.toFixed(2)} s with the lens, ${cost.without.toFixed(2)} s without: ${ratio.toFixed(2)} times`,
        bound: 'at most 1.3 times',
        held: ratio <= 1.3,
      },
      {
        what: 'characters a second, at least',
        measured: slowest.toFixed(1),
        bound: `at least ${perSecond - 1}`,
        held: slowest >= perSecond - 1,
      },
    ]);
  } finally {
    await session.stop();
  }
}

void main();
