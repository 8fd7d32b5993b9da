/** How long a user waits: from the command to the painted matrix, with the built-in model, in a real VS Code. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AttentionPanel } from '../e2e/support/attentionPanel';
import { Session } from '../e2e/support/session';

const windows = 3;
const again = 5;

async function measure(session: Session): Promise<{ cold: number; warm: number[]; activation: number }> {
  const workbench = await session.openWorkbench();
  await workbench.openFile('src/pantry.ts');
  await workbench.selectLines(1, 12);
  await workbench.statusBarItem(/tiny-code-gpt/).waitFor();
  let started = performance.now();
  await workbench.runCommand('Headlight: Explain Attention');
  let panel = await AttentionPanel.find(workbench);
  await panel.picture();
  const cold = performance.now() - started;
  const warm: number[] = [];
  for (let i = 0; i < again; i++) {
    await workbench.selectLines(1, 13 + i);
    started = performance.now();
    await workbench.runCommand('Headlight: Explain Attention');
    panel = await AttentionPanel.find(workbench);
    await panel.title(new RegExp(`lines 1–${13 + i} `)).waitFor();
    await panel.picture();
    warm.push(performance.now() - started);
  }
  await workbench.close();
  return { cold, warm, activation: activationTime(session) };
}

/** What the extension's log says of its activation. */
function activationTime(session: Session): number {
  const logs = path.join(session.inWorkspace('..'), 'user-data', 'logs');
  const file = readdirSync(logs, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('Headlight.log'));
  const found = file && /Activated in ([\d.]+) ms/.exec(readFileSync(path.join(logs, file), 'utf8'));
  if (!found) throw new Error('The log does not tell the activation time.');
  return Number(found[1]);
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function main(): Promise<void> {
  const cold: number[] = [];
  const warm: number[] = [];
  const activation: number[] = [];
  for (let i = 0; i < windows; i++) {
    const session = await Session.start();
    try {
      const times = await measure(session);
      cold.push(times.cold);
      warm.push(...times.warm);
      activation.push(times.activation);
    } finally {
      await session.stop();
    }
  }
  const ms = (values: number[]) => `${Math.round(median(values))} ms (${values.map(v => Math.round(v)).join(', ')})`;
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
  console.log(`command to picture, cold (palette typing, process start, model load, webview start): median ${ms(cold)}`);
  console.log(`command to picture, warm (palette typing, run, paint): median ${ms(warm)}`);
  console.log(`activation: median ${median(activation).toFixed(1)} ms (${activation.map(v => v.toFixed(1)).join(', ')})`);
  console.log(`VSIX: ${(statSync('headlight.vsix').size / 1e6).toFixed(1)} MB`);
}

void main();
