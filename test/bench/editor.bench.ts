/** What a user waits for in a real VS Code: activation, from the command to the picture, and the package's size. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AttentionPanel } from '../e2e/support/attentionPanel';
import { Session } from '../e2e/support/session';

/** Servers, each new: what is cold is measured once in each. */
const sessions = 5;
/** Further pictures in each. */
const again = 5;

/** Milliseconds from choosing the command to the painted matrix. */
async function commandToPicture(session: Session): Promise<{ cold: number; warm: number[] }> {
  const workbench = await session.openWorkbench();
  await workbench.openFile('src/shoppingList.ts');
  const times: number[] = [];
  for (let run = 0; run <= again; run++) {
    // Another selection each time, so that the title tells the new picture from the old one.
    const last = 9 + run % 4;
    await workbench.selectLines(5, last);
    const started = await workbench.startCommand('Headlight: Explain Attention');
    const panel = await AttentionPanel.find(workbench);
    await panel.title(new RegExp(`lines 5–${last} `)).waitFor();
    await panel.picture();
    times.push(performance.now() - started);
  }
  await workbench.close();
  return { cold: times[0], warm: times.slice(1) };
}

/** Milliseconds of activation as VS Code itself counts them: loading the code, and calling `activate`. */
async function activation(session: Session): Promise<number> {
  const workbench = await session.openWorkbench();
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .extension', { hasText: 'Headlight' });
  const text = await row.locator('.activation-time').innerText();
  await workbench.close();
  return Number(/(\d+)ms/.exec(text)?.[1]);
}

/** What the extension's log says of the first picture's parts. */
function partsOfFirst(session: Session): string[] {
  const logs = path.join(session.inWorkspace('..'), 'user-data', 'logs');
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('Headlight.log'));
  const lines = files.flatMap(file => readFileSync(path.join(logs, file), 'utf8').split('\n'));
  return [/explained in/, /page was ready/].map(part => lines.find(line => part.test(line))?.replace(/^.*\[info\] /, '') ?? '');
}

function summary(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1].toFixed(0)} ms (${sorted[0].toFixed(0)} to ${sorted[sorted.length - 1].toFixed(0)}, n = ${sorted.length})`;
}

async function main(): Promise<void> {
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}; VS Code in a browser on the same cores`);
  console.log(`package: ${(statSync('headlight.vsix').size / 2 ** 20).toFixed(1)} MiB`);
  const cold: number[] = [];
  const warm: number[] = [];
  const activations: number[] = [];
  for (let i = 0; i < sessions; i++) {
    const session = await Session.start();
    try {
      const times = await commandToPicture(session);
      cold.push(times.cold);
      warm.push(...times.warm);
      for (const part of partsOfFirst(session)) console.log(`  ${part}`);
      activations.push(await activation(session));
    } finally {
      await session.stop();
    }
  }
  console.log(`command to picture, cold: ${summary(cold)}`);
  console.log(`command to picture, warm: ${summary(warm)}`);
  console.log(`activation as VS Code counts it: ${summary(activations)}`);
}

void main();
