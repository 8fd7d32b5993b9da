/** What a user waits for in a real VS Code: activation, from the command to the picture, and the package's size. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AttentionPanel } from '../e2e/support/attentionPanel';
import { Session } from '../e2e/support/session';
import type { Workbench } from '../e2e/support/workbench';

/** Servers, each new: what is cold is measured once in each. */
const sessions = 5;
/** Further pictures in each. */
const again = 5;

/** Milliseconds from choosing the command to the painted matrix of lines 5 to `last`. */
async function picture(workbench: Workbench, last: number): Promise<number> {
  await workbench.openFile('src/shoppingList.ts');
  await workbench.selectLines(5, last);
  const started = await workbench.startCommand('Headlight: Explain Attention');
  const panel = await AttentionPanel.find(workbench);
  await panel.title(new RegExp(`lines 5–${last} `)).waitFor();
  await panel.picture();
  return performance.now() - started;
}

/** Milliseconds that VS Code needed for its own part of a webview: until its service worker was there and our page began. */
async function webviewOfVsCode(workbench: Workbench): Promise<number> {
  const outer = (await AttentionPanel.find(workbench)).frame.parentFrame();
  return (
    (await outer?.evaluate(
      () => performance.getEntriesByName('webview/index.html/content/workerReady')[0]?.startTime,
    )) ?? NaN
  );
}

/** One server's times, each with nothing of Headlight running before, and those of further pictures. */
interface PictureTimes {
  /** In a browser that never showed a webview of VS Code: it installs VS Code's service worker first, which took … */
  readonly first: number;
  readonly worker: number;
  /** In a new window of a browser that did. */
  readonly cold: number;
  readonly warm: readonly number[];
}

async function pictureTimes(session: Session): Promise<PictureTimes> {
  const workbench = await session.openWorkbench();
  const first = await picture(workbench, 9);
  const worker = await webviewOfVsCode(workbench);
  await workbench.runCommand('View: Close All Editors');
  await workbench.reload();
  const cold = await picture(workbench, 9);
  const warm: number[] = [];
  // Another selection each time, so that the title tells the new picture from the old one.
  for (let run = 1; run <= again; run++) warm.push(await picture(workbench, 9 + (run % 4)));
  await workbench.close();
  return { first, worker, cold, warm };
}

/** Milliseconds that an extension's activation took as VS Code itself counts them: loading its code, and calling `activate`. */
async function activationOf(workbench: Workbench, name: string): Promise<number> {
  const list = workbench.page.locator('.runtime-extensions-editor');
  const row = list.locator('.extension', { hasText: name });
  await list.locator('.extension').first().hover();
  // Only rows in sight are there.
  for (let tries = 0; tries < 20 && (await row.count()) === 0; tries++) {
    await workbench.page.mouse.wheel(0, 300);
    await workbench.page.waitForTimeout(200);
  }
  return Number(/(\d+)ms/.exec(await row.locator('.activation-time', { hasText: /\d+ms/ }).innerText())?.[1]);
}

/**
 * Activation as a window opens. Extensions that start together are loaded one after another and each count holds the
 * others' loading, hence a small one of VS Code's own beside.
 */
async function activation(session: Session): Promise<{ ours: number; peer: number }> {
  const workbench = await session.openWorkbench();
  await workbench.runCommand('Developer: Show Running Extensions');
  const times = {
    ours: await activationOf(workbench, 'Headlight'),
    peer: await activationOf(workbench, 'Merge Conflict'),
  };
  await workbench.close();
  return times;
}

/** Activation by a command once the window has come to rest, with nothing else starting. */
async function activationAlone(): Promise<number> {
  const session = await Session.start();
  try {
    const manifest = path.join(await session.extensionFolder(), 'package.json');
    const { activationEvents, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as { activationEvents: string[] };
    writeFileSync(
      manifest,
      JSON.stringify({ ...rest, activationEvents: activationEvents.filter(event => event !== 'onStartupFinished') }),
    );
    const workbench = await session.openWorkbench();
    await workbench.openFile('src/shoppingList.ts');
    await workbench.page.waitForTimeout(5000);
    await workbench.runCommand('Headlight: Show Log');
    await workbench.runCommand('Developer: Show Running Extensions');
    return await activationOf(workbench, 'Headlight');
  } finally {
    await session.stop();
  }
}

/** What the extension's log says of the first picture's parts. */
function partsOfFirst(session: Session): string[] {
  const logs = path.join(session.inWorkspace('..'), 'user-data', 'logs');
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('Headlight.log'));
  const lines = files.flatMap(file => readFileSync(path.join(logs, file), 'utf8').split('\n'));
  return [/explained in/, /page was ready/].map(
    part => lines.find(line => part.test(line))?.replace(/^.*\[info\] /, '') ?? '',
  );
}

function summary(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `median ${sorted[sorted.length >> 1].toFixed(0)} ms (${sorted[0].toFixed(0)} to ${sorted[sorted.length - 1].toFixed(0)}, n = ${sorted.length})`;
}

async function main(): Promise<void> {
  console.log(
    `machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}; VS Code in a browser on the same cores`,
  );
  console.log(`package: ${(statSync('headlight.vsix').size / 2 ** 20).toFixed(1)} MiB`);
  const pictures: PictureTimes[] = [];
  const activations: { ours: number; peer: number }[] = [];
  const alone: number[] = [];
  for (let i = 0; i < sessions; i++) {
    const session = await Session.start();
    try {
      pictures.push(await pictureTimes(session));
      for (const part of partsOfFirst(session)) console.log(`  ${part}`);
      activations.push(await activation(session));
    } finally {
      await session.stop();
    }
    alone.push(await activationAlone());
  }
  console.log(`command to picture, first webview in this browser: ${summary(pictures.map(times => times.first))}`);
  console.log(`  of it until VS Code's own service worker is there: ${summary(pictures.map(times => times.worker))}`);
  console.log(`command to picture, cold: ${summary(pictures.map(times => times.cold))}`);
  console.log(`command to picture, warm: ${summary(pictures.flatMap(times => times.warm))}`);
  console.log(`activation as VS Code counts it, with nothing else starting: ${summary(alone)}`);
  console.log(`activation as VS Code counts it, as the window opens: ${summary(activations.map(times => times.ours))}`);
  console.log(`  VS Code's own Merge Conflict beside it: ${summary(activations.map(times => times.peer))}`);
}

void main();
