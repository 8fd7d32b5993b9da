/**
 * A thousand images captioned in a real VS Code: time an image (the aim: 300 ms on two cores, loading not counted), memory
 * along the way, how long the extension host is held up, how long a typed character takes to be on screen meanwhile, and how
 * soon Cancel ends it (the aim: 200 ms). The browser, the server and the model share the machine's cores.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Session } from '../e2e/support/session';
import type { Workbench } from '../e2e/support/workbench';
import type { HostTimes } from './captions/inHost';
import { manyImages } from './captions/manyImages';
import { median, percentile } from './captions/numbers';

const count = 1000;
/** Characters typed before and during the batch, with milliseconds between them. */
const characters = 80;
const pause = 120;

/** Types, and gives for each character the milliseconds from the key to the frame that shows it. */
async function type(workbench: Workbench): Promise<number[]> {
  await workbench.editor().locator('.view-line').first().click();
  const { page } = workbench;
  await page.keyboard.press('Control+End');
  await page.evaluate(() => {
    const measured: number[] = [];
    const listen = (event: KeyboardEvent) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        requestAnimationFrame(() => measured.push(performance.now() - event.timeStamp));
      });
      observer.observe(document.querySelector('.editor-instance .view-lines')!, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    };
    window.addEventListener('keydown', listen, true);
    Object.assign(window, {
      measuredKeys: () => {
        window.removeEventListener('keydown', listen, true);
        return measured;
      },
    });
  });
  for (let i = 0; i < characters; i++) {
    await page.keyboard.press('abcdefgh'[i % 8]);
    await page.waitForTimeout(pause);
  }
  return page.evaluate(() => (window as unknown as { measuredKeys: () => number[] }).measuredKeys());
}

const summary = (keys: readonly number[]) =>
  `median ${median(keys).toFixed(0)} ms, 95 of 100 below ${percentile(keys, 95).toFixed(0)} ms, at most ${Math.max(...keys).toFixed(0)} ms (${keys.length} keys)`;

/** Milliseconds from the click on the notification's Cancel until the status bar tells that the batch has ended. */
async function cancelByButton(workbench: Workbench): Promise<number[]> {
  const { page } = workbench;
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await workbench.runCommand('Headlight: Caption Workspace Images');
    await workbench.notification(/have captions already/).waitFor();
    await page.getByRole('button', { name: 'Caption Again' }).click();
    await workbench.notification(/[3-9] of 99\d/).waitFor({ timeout: 30_000 });
    const button = page.locator('.notifications-toasts').getByRole('button', { name: 'Cancel' });
    await page.locator('.statusbar-item', { hasText: 'Captioning ended' }).waitFor({ state: 'detached' });
    await button.hover();
    times.push(
      await button.evaluate(
        element =>
          new Promise<number>(resolve => {
            const from = performance.now();
            const bar = document.querySelector('.part.statusbar')!;
            const observer = new MutationObserver(() => {
              if (!bar.textContent.includes('Captioning ended')) return;
              observer.disconnect();
              resolve(performance.now() - from);
            });
            observer.observe(bar, { subtree: true, childList: true, characterData: true });
            (element as HTMLElement).click();
          }),
      ),
    );
    await workbench.dismissNotifications();
  }
  return times;
}

async function main(): Promise<void> {
  console.log(
    `machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)} before; VS Code in a browser on the same cores`,
  );
  const scratch = process.env.HEADLIGHT_SCRATCH!;
  const [started, report] = ['captions-started', 'captions-report.json'].map(name => path.join(scratch, name));
  const order = { root: path.resolve('.'), report, script: 'out/test/bench/captions/inHost.js', started };
  const session = await Session.start({
    extensions: 'extensions-host',
    env: { HEADLIGHT_HOST_SUITE: JSON.stringify(order) },
  });
  try {
    const files = await manyImages(session.inWorkspace('many'), count);
    writeFileSync(session.inWorkspace('notes.md'), '# Notes\n\n![](many/1.png)\n\n');
    const workbench = await session.openWorkbench();
    await workbench.showSidebar();
    await workbench
      .pane('Images')
      .getByText(/0 of 1,0\d\d captioned/)
      .waitFor({ timeout: 60_000 });
    await workbench.openFile('notes.md');
    console.log(`typing at rest: ${summary(await type(workbench))}`);
    writeFileSync(started, '');
    await workbench.notification(/\d+ of 1,0\d\d/).waitFor({ timeout: 60_000 });
    console.log(
      `typing while images are captioned: ${summary(await type(workbench))}; load ${os.loadavg()[0].toFixed(1)}`,
    );
    while (!existsSync(report)) await workbench.page.waitForTimeout(500);
    tell(JSON.parse(readFileSync(report, 'utf8')) as HostTimes);
    await workbench.dismissNotifications();
    // What failed would be tried again, alone.
    for (let i = 50; i < count; i += 100) rmSync(files[i]);
    await workbench
      .pane('Images')
      .getByText(/^99\d of 99\d captioned/)
      .waitFor({ timeout: 60_000 });
    const cancels = await cancelByButton(workbench);
    console.log(
      `the status bar tells of the end ${median(cancels).toFixed(0)} ms after a click on the notification’s Cancel, at most ${Math.max(...cancels).toFixed(0)} ms (n = ${cancels.length}; aim: 200 ms)`,
    );
  } finally {
    await session.stop();
  }
}

function tell({ failure, images, listed, rest, points, failed, cancels, many }: HostTimes): void {
  if (failure) throw new Error(failure);
  console.log(
    `${images} images found in ${listed.toFixed(0)} ms; the host’s event loop at rest was held up for ${rest.most.toFixed(0)} ms at most (99 of 100: ${rest.p99.toFixed(0)} ms)`,
  );
  let before = { done: 0, time: 0 };
  for (const { done, time, process, host, delay } of points) {
    console.log(
      `${String(done).padStart(5)} images: process ${process} MB, host ${host} MB, ${((time - before.time) / (done - before.done)).toFixed(0)} ms an image, host held up for ${delay.most.toFixed(0)} ms at most (99 of 100: ${delay.p99.toFixed(0)} ms)`,
    );
    before = { done, time };
  }
  const [first, last] = [points[0], points[points.length - 1]];
  console.log(
    `an image: ${((last.time - first.time) / (last.done - first.done)).toFixed(0)} ms after the first ${first.done} (aim: 300 ms); ${failed} broken files were passed over; load ${os.loadavg()[0].toFixed(1)}`,
  );
  const [batch, process] = [cancels.map(cancel => cancel.batch), cancels.map(cancel => cancel.process)];
  console.log(
    `a cancelled batch ends after ${median(batch).toFixed(0)} ms, at most ${Math.max(...batch).toFixed(0)} ms; the process answers again after ${median(process).toFixed(0)} ms, at most ${Math.max(...process).toFixed(0)} ms (n = ${cancels.length}; aim: 200 ms)`,
  );
  console.log(
    `10,000 more images are in the sidebar’s list ${many.listed.toFixed(0)} ms after the last was written; the host was held up for ${many.delay.most.toFixed(0)} ms at most meanwhile (99 of 100: ${many.delay.p99.toFixed(0)} ms)`,
  );
}

void main();
