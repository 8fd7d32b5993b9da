/**
 * Captioning many images with the built-in captioner, by the inference process as the extension asks it: time an image
 * after loading (the aim: 300 ms on two cores), the memory of the process along a thousand images, and how soon a batch
 * that is cancelled has ended; and how long this process, which asks as the extension host does, is blocked meanwhile and
 * while a long Markdown document is read for images.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import 'vscode-jsonrpc/node';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { findImageLinks } from '../../core/markup/findImageLinks';
import { connect } from '../../core/protocol/messagePort';
import { childPort } from '../../extension/inference/childPort';
import { LinksReader } from '../../extension/links/linksReader';
import { manyImages } from './captions/manyImages';
import { median, memory } from './captions/numbers';

const count = 1000;
const aim = 300;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-captions-'));
  const child = fork('dist/process.js', [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const connection = connect(childPort(child));
  connection.listen();
  try {
    const sources = (await manyImages(folder, count)).map(file => ({
      name: path.basename(file),
      path: file,
      background: [255, 255, 255] as const,
    }));
    const model: ModelReference = {
      id: 'tiny-captioner',
      folder: path.resolve('media/models/tiny-captioner'),
      dtype: 'q8',
    };
    const started = performance.now();
    await connection.sendRequest(InferenceRequest.load.method, { model });
    console.log(
      `${os.cpus().length} cores; the model opened in ${(performance.now() - started).toFixed(0)} ms, the process has ${memory(child.pid!)} MB`,
    );
    const captionAt = (i: number, token?: CancellationTokenSource['token']) =>
      connection.sendRequest<{ text: string }>(
        CaptionRequest.captionText.method,
        { model, source: sources[i % count], next: sources[(i + 1) % count] },
        ...(token ? [token] : []),
      );

    const times: number[] = [];
    let failed = 0;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    for (let i = 0; i < count; i++) {
      const from = performance.now();
      await captionAt(i).catch(() => failed++);
      times.push(performance.now() - from);
      if ((i + 1) % 100 === 0) {
        console.log(
          `${String(i + 1).padStart(5)} images: ${String(memory(child.pid!)).padStart(4)} MB, ${median(times.slice(-100)).toFixed(0)} ms an image (median of the last 100)`,
        );
      }
    }
    const sorted = times.slice().sort((a, b) => a - b);
    console.log(
      `an image: median ${median(times).toFixed(0)} ms, 95 of 100 below ${sorted[Math.floor(count * 0.95)].toFixed(0)} ms (aim: ${aim} ms); ${failed} broken files were passed over`,
    );

    console.log(
      `the process that asked was blocked for ${(delay.max / 1e6).toFixed(0)} ms at most in these ${count} images`,
    );

    await readMarkdown();

    const waits: number[] = [];
    for (let i = 0; i < 20; i++) {
      const cancel = new CancellationTokenSource();
      const request = captionAt(i, cancel.token).catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, 5));
      const from = performance.now();
      cancel.cancel();
      await request;
      waits.push(performance.now() - from);
    }
    console.log(
      `after a cancel the process is free again within ${Math.max(...waits).toFixed(0)} ms at most (aim: 200 ms; the batch itself ends at once and waits for nothing)`,
    );
  } finally {
    connection.dispose();
    child.kill();
    rmSync(folder, { recursive: true });
  }
}

/** A Markdown document of 170 KB with a thousand images: read here, and in the thread that the extension host has for it. */
async function readMarkdown(): Promise<void> {
  const text = Array.from(
    { length: count },
    (_, i) =>
      `## Part ${i}\n\nSome *words* with \`code\` and a [link](https://example.org/${i}) before it.\n\n![](images/picture ${i}.png)\n\n- one **point**\n- another ![chart](images/${i}.png)\n`,
  ).join('\n');
  const before = performance.now();
  const links = findImageLinks(text, 'markdown').length;
  const here = performance.now() - before;
  const reader = new LinksReader(path.resolve('dist/linksWorker.js'));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const from = performance.now();
  await reader.links({ key: 'long.md', text, language: 'markdown' });
  const there = performance.now() - from;
  await new Promise(resolve => setTimeout(resolve, 20));
  delay.disable();
  reader.dispose();
  console.log(
    `Markdown of ${Math.round(text.length / 1e3)} KB with ${links} images: ${here.toFixed(0)} ms in the thread that asks; ${there.toFixed(0)} ms in a thread of its own, with the asking one blocked for ${(delay.max / 1e6).toFixed(0)} ms at most`,
  );
}

void main();
