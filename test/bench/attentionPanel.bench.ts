/**
 * How fast the attention panel paints and follows: its own bundle in Chromium, with 144 heads of made-up numbers that come
 * through the real messages, after the page was told of the run's text and heads, as it is while a model runs. Times from the
 * moment the run arrives to the end of the frame that holds the picture.
 */
import os from 'node:os';
import type { Page } from 'playwright-core';
import type { AttentionTensor } from '../../core/run/explanation';
import { costOf, firstPaint, heads, layers, openPanel, someHead, someRun } from './panel/panelPage';

const again = 5;

/** Frames per second while the pointer goes across the matrix, or while it is dragged. */
async function framesPerSecond(page: Page, drag: boolean): Promise<number> {
  return page.evaluate(
    async ([seconds, dragging]) => {
      const run = document.querySelector('headlight-attention')?.shadowRoot?.querySelector('headlight-run');
      const matrix = run?.shadowRoot?.querySelector('headlight-matrix') as unknown as {
        zoomBy(factor: number): void;
        shadowRoot: ShadowRoot;
      };
      const frame = matrix.shadowRoot.querySelector('.frame') as HTMLElement;
      const box = frame.getBoundingClientRect();
      frame.setPointerCapture = () => undefined;
      matrix.zoomBy(0);
      if (dragging) matrix.zoomBy(3);
      const fire = (type: string, i: number) =>
        frame.dispatchEvent(
          new PointerEvent(type, {
            bubbles: true,
            composed: true,
            pointerId: 1,
            buttons: dragging ? 1 : 0,
            clientX: box.left + box.width * (0.55 + 0.3 * Math.sin(i / 9)),
            clientY: box.top + box.height * (0.6 + 0.3 * Math.cos(i / 13)),
          }),
        );
      await new Promise(requestAnimationFrame);
      if (dragging) fire('pointerdown', 0);
      const started = performance.now();
      let frames = 0;
      while (performance.now() - started < seconds * 1000) {
        fire('pointermove', ++frames);
        await new Promise(requestAnimationFrame);
      }
      return frames / ((performance.now() - started) / 1000);
    },
    [3, drag] as const,
  );
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function main(): Promise<void> {
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
  for (const [n, goal] of [
    [128, 100],
    [1024, 400],
  ] as const) {
    const times: { rough: number; exact: number; busy: number; ahead: number }[] = [];
    const run = someRun(n);
    const head: AttentionTensor = { shape: [1, 1, n, n], data: someHead(5, n) };
    for (let i = 0; i < again; i++) {
      const { page, browser, ahead } = await openPanel(run, head);
      const { busy } = await costOf(page);
      const time = await page.evaluate(firstPaint, n);
      times.push({ ...time, ahead, busy: (await costOf(page)).busy - busy });
      if (n === 1024 && i === again - 1) {
        for (const drag of [false, true]) {
          const before = await costOf(page);
          const frames = await framesPerSecond(page, drag);
          const { busy: after } = await costOf(page);
          console.log(
            `${drag ? 'pan' : 'hover'} at 1,024 tokens: ${frames.toFixed(0)} frames a second (goal 50), ${((after - before.busy) / (frames * 3)).toFixed(1)} ms of CPU each`,
          );
        }
      }
      await browser.close();
    }
    const list = (part: 'rough' | 'exact' | 'busy' | 'ahead') =>
      `median ${median(times.map(time => time[part])).toFixed(0)} ms (${times.map(time => time[part].toFixed(0)).join(', ')})`;
    console.log(
      `${n} tokens, ${layers * heads} heads: first paint ${list('rough')}, exact matrix ${list('exact')} (goal ${goal} ms); CPU time of the main thread ${list('busy')}; before, for the text and the heads' places ${list('ahead')}`,
    );
  }
}

void main();
