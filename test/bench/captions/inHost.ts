/**
 * Runs inside a real extension host (test/host/runner): captions all images of the workspace by the command, and once more, and measures
 * what the host itself can: how long its event loop is held up, memory along the way, how soon a cancel is heard.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { ImageRequest } from '../../../core/protocol/imageProtocol';
import { findImages } from '../../../extension/captions/findImages';
import { imageSource } from '../../../extension/captions/imageSource';
import type { HeadlightApi } from '../../../extension/extension';
import { memory } from './numbers';

/** A point of the curve: after so many images. */
export interface BatchPoint {
  readonly done: number;
  /** Milliseconds since the batch began. */
  readonly time: number;
  /** Megabytes of the inference process, and of the extension host with all its extensions. */
  readonly process: number;
  readonly host: number;
  /** Milliseconds for which the host's event loop was held up since the point before: at most, and 99 of 100 times less. */
  readonly delay: { readonly most: number; readonly p99: number };
}

/** What was measured in the host. */
export interface HostTimes {
  readonly failure?: string;
  readonly images: number;
  /** Milliseconds in which the workspace is searched for images. */
  readonly listed: number;
  /** The host's event loop at rest, for five seconds. */
  readonly rest: BatchPoint['delay'];
  readonly points: readonly BatchPoint[];
  readonly failed: number;
  /** Milliseconds from a cancel to the end of the batch, and to the answer of the process to another request. */
  readonly cancels: readonly { readonly batch: number; readonly process: number }[];
  /** After ten thousand more images were written: milliseconds until all are listed, and how long the event loop was held up. */
  readonly many: { readonly listed: number; readonly delay: BatchPoint['delay'] };
}

/** @param started is there once the window is ready to be measured. */
export async function run({ started }: { started: string }): Promise<HostTimes> {
  try {
    return await measure(started);
  } catch (error) {
    return {
      failure: (error as Error).stack,
      images: 0,
      listed: 0,
      rest: { most: 0, p99: 0 },
      points: [],
      failed: 0,
      cancels: [],
      many: { listed: 0, delay: { most: 0, p99: 0 } },
    };
  }
}

async function measure(started: string): Promise<HostTimes> {
  while (!existsSync(started)) await sleep(100);
  const extension = vscode.extensions.getExtension<HeadlightApi>('headlight.headlight')!;
  const { images, captionQueue, catalogue, client } = await (await extension.activate()).services();
  const all = await images.all();
  const from = performance.now();
  await findImages();
  const listed = performance.now() - from;

  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const held = () => {
    // What the monitor waits for anyway is no delay.
    const delay = { most: Math.max(0, loop.max / 1e6 - 5), p99: Math.max(0, loop.percentile(99) / 1e6 - 5) };
    loop.reset();
    return delay;
  };
  await sleep(5000);
  const rest = held();

  const model = await catalogue.captioner();
  const points: BatchPoint[] = [];
  let failures = 0;
  let earlier = 0;
  const began = performance.now();
  const listening = captionQueue.onDidProgress(({ done, failed, current }) => {
    if (current) return;
    failures = failed;
    if ((done + failed) % 100 !== 0) return;
    points.push({
      done: earlier + done + failed,
      time: performance.now() - began,
      process: memory(client.processId!),
      host: memory(process.pid),
      delay: held(),
    });
  });
  await vscode.commands.executeCommand('headlight.captionWorkspaceImages');
  // All again: whether memory goes on growing.
  earlier = points[points.length - 1].done;
  await captionQueue.add(
    all.map(({ uri }) => uri),
    model,
  );
  listening.dispose();

  const cancels: HostTimes['cancels'][number][] = [];
  for (let i = 0; i < 20; i++) {
    const batch = captionQueue.add(
      all.slice(i, i + 40).map(({ uri }) => uri),
      model,
    );
    await sleep(300 + i * 17);
    const cancelled = performance.now();
    captionQueue.cancel();
    await batch;
    const ended = performance.now() - cancelled;
    await client.request(ImageRequest.identify, { source: await imageSource(all[0].uri) });
    cancels.push({ batch: ended, process: performance.now() - cancelled });
  }

  held();
  const tenThousand = performance.now();
  const folder = vscode.workspace.workspaceFolders![0].uri.fsPath;
  mkdirSync(path.join(folder, 'ten-thousand'));
  for (let i = 0; i < 10_000; i++) {
    writeFileSync(
      path.join(folder, 'ten-thousand', `${i}.svg`),
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><!-- ${i} --></svg>`,
    );
  }
  const written = performance.now() - tenThousand;
  held();
  while ((await images.all()).length < all.length + 10_000) await sleep(50);
  const many = { listed: performance.now() - tenThousand - written, delay: held() };
  rmSync(path.join(folder, 'ten-thousand'), { recursive: true });
  while ((await images.all()).length > all.length) await sleep(50);
  return { images: all.length, listed, rest, points, failed: failures, cancels, many };
}
