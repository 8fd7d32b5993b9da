/** What a user waits for in a real VS Code: activation, and from the command to the picture; and the package's size. */
import { statSync } from 'node:fs';
import { AttentionPanel } from '../e2e/support/attentionPanel';
import { Session } from '../e2e/support/session';

const command = 'Headlight: Explain Attention';
const runs = 7;

/** Milliseconds from choosing the command to the painted matrix. */
async function commandToPicture(session: Session): Promise<{ cold: number; warm: number[] }> {
  const workbench = await session.openWorkbench();
  await workbench.openFile('src/shoppingList.ts');
  await workbench.selectLines(5, 12);
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    // Another selection each time, so that the title tells the new picture from the old one.
    const last = 9 + run % 4;
    await workbench.selectLines(5, last);
    const started = await workbench.startCommand(command);
    const panel = await AttentionPanel.find(workbench);
    await panel.title(new RegExp(`lines 5–${last} `)).waitFor();
    await panel.picture();
    times.push(performance.now() - started);
  }
  await workbench.close();
  return { cold: times[0], warm: times.slice(1) };
}

/** How long VS Code itself says that activation took: "12ms". */
async function activation(session: Session): Promise<string> {
  const workbench = await session.openWorkbench();
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .extension', { hasText: 'Headlight' });
  const text = await row.locator('.activation-time').innerText();
  await workbench.close();
  return text.replace(/^Activation: /, '');
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function main(): Promise<void> {
  console.log(`package: ${(statSync('headlight.vsix').size / 2 ** 20).toFixed(1)} MiB`);
  const session = await Session.start();
  try {
    const { cold, warm } = await commandToPicture(session);
    console.log(`command to picture: cold ${cold.toFixed(0)} ms, warm ${median(warm).toFixed(0)} ms (median of ${runs})`);
    console.log(`activation: ${await activation(session)}, as VS Code measures it`);
  } finally {
    await session.stop();
  }
}

void main();
