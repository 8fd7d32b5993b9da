/**
 * How fast the attention panel paints and follows: its own bundle in Chromium, with 144 heads of made-up numbers that come
 * through the real messages. Times from the moment the run arrives to the frame after the picture is painted.
 */
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { poolMaximum } from '../../core/attention/poolMaximum';
import type { PanelContent } from '../../core/protocol/attentionPanelProtocol';
import type { Explanation } from '../../core/protocol/explanation';
import { chromiumFlags, chromiumPath } from '../support/chromium.mjs';

const layers = 12;
const heads = 12;
const again = 5;
const webview = 'dist/webview';
/** Answered by {@link open}: the panel's scripts are modules, which need an origin. */
const origin = 'http://bench.invalid';

/** Rows as a causal softmax gives them: some peaks, much that is small. The same numbers each time. */
function someHead(head: number, n: number): Float32Array {
  let seed = head + 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const data = new Float32Array(n * n);
  for (let query = 0; query < n; query++) {
    let sum = 0;
    for (let key = 0; key <= query; key++) sum += data[query * n + key] = Math.exp(6 * random() ** 3);
    for (let key = 0; key <= query; key++) data[query * n + key] /= sum;
  }
  return data;
}

function someRun(n: number): Extract<PanelContent, { phase: 'run' }> {
  const pieces = ['function', ' add', '(', 'left', ',', ' right', ')', ' {', '\n ', ' return', ' left', ' +', ' right', ';', '\n', '}', '\n'];
  let text = '';
  const tokens = Array.from({ length: n }, (_, i) => {
    const piece = pieces[i % pieces.length];
    const start = text.length;
    text += piece;
    return { id: i % pieces.length, text: piece, start, end: text.length, special: false };
  });
  const group = Array.from({ length: layers }, (_, layer) => {
    const pooled = Array.from({ length: heads }, (__, head) => poolMaximum(someHead(layer * heads + head, n), n, n));
    const { rows, columns } = pooled[0];
    const data = new Float32Array(heads * rows * columns);
    pooled.forEach((one, head) => data.set(one.data, head * rows * columns));
    return { layer, heads, queries: n, keys: n, thumbnails: { rows, columns, data } };
  });
  const explanation: Explanation = {
    run: 'bench', model: { id: 'bench', architecture: 'gpt2', dtype: 'fp32', task: 'text-generation', contextLength: n, found: '' },
    text, tokens, groups: [{ kind: 'self', causal: true, queries: 'input', keys: 'input', layers: group }],
    predictions: [], predictionsOf: 'input', times: { load: 0, run: 0, total: 0 },
  };
  return { phase: 'run', title: 'bench', explanation, elapsed: 0, restore: null };
}

/** Typed arrays do not pass through the driver as they are. */
const packed = (value: unknown) => JSON.stringify(value, (_, inner: unknown) =>
  inner instanceof Float32Array ? { float32: Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString('base64') } : inner);

/** What stands in for VS Code's side: answers the panel's requests. Runs in the page. */
async function host(): Promise<void> {
  const unpack = (text: string): unknown => JSON.parse(text, (_, value: { float32?: string } | null) => {
    if (typeof value !== 'object' || value?.float32 === undefined) return value;
    return new Float32Array(Uint8Array.from(atob(value.float32), character => character.charCodeAt(0)).buffer);
  });
  const [run, head] = await Promise.all(['run.json', 'head.json'].map(async file => unpack(await (await fetch(file)).text())));
  const answers: Record<string, unknown> = { ready: { content: { phase: 'loading', title: '', message: '' }, selection: {} }, head, measures: [] };
  const post = (message: object) => postMessage({ jsonrpc: '2.0', ...message });
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: ({ id, method }: { id?: number; method: string }) => {
        if (id === undefined) return;
        if (method in answers) post({ id, result: answers[method] });
        else post({ id, error: { code: -32601, message: 'Not in this bench.' } });
      },
      getState: () => undefined, setState: () => undefined,
    }),
    arrive: () => post({ method: 'show', params: [run] }),
  });
}

/** From the arrival of the run until overview and matrix hold a picture and the frame is out. Runs in the page. */
function firstPaint(exactRows: number): Promise<{ rough: number; exact: number }> {
  const parts = () => {
    const run = document.querySelector('headlight-attention')?.shadowRoot?.querySelector('headlight-run');
    const matrix = run?.shadowRoot?.querySelector('headlight-matrix') as (HTMLElement & { painted?: unknown[]; matrix?: { rows: number } }) | undefined;
    const rows = run?.shadowRoot?.querySelector('headlight-overview')?.shadowRoot?.querySelector('headlight-heads')?.shadowRoot?.querySelectorAll('headlight-head-row') ?? [];
    const thumbnails = [...rows].filter(row => (row as unknown as { painted?: unknown }).painted).length;
    return { matrix: matrix?.painted ? matrix.matrix?.rows : undefined, thumbnails };
  };
  return new Promise(resolve => {
    const started = performance.now();
    let rough = 0;
    const look = () => {
      const { matrix, thumbnails } = parts();
      if (matrix && thumbnails > 0) {
        rough ||= performance.now() - started;
        if (matrix === exactRows) {
          resolve({ rough, exact: performance.now() - started });
          return;
        }
      }
      requestAnimationFrame(look);
    };
    (window as unknown as { arrive(): void }).arrive();
    requestAnimationFrame(look);
  });
}

async function open(run: string, head: string): Promise<{ page: Page; close: () => Promise<void> }> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const answers = new Map([
    ['/', { contentType: 'text/html', body: '<!DOCTYPE html><html><body class="vscode-dark" style="margin:0"></body></html>' }],
    ['/run.json', { contentType: 'application/json', body: run }],
    ['/head.json', { contentType: 'application/json', body: head }],
  ]);
  await page.route(`${origin}/**`, route => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill(answers.get(pathname) ?? { path: path.join(webview, pathname) });
  });
  await page.goto(`${origin}/`);
  await page.evaluate(host);
  await page.addScriptTag({ url: '/attention.js', type: 'module' });
  await page.evaluate(() => { document.body.append(document.createElement('headlight-attention')); });
  await page.waitForTimeout(300);
  return { page, close: () => browser.close() };
}

/** Frames per second while the pointer goes across the matrix, or while it is dragged. */
async function framesPerSecond(page: Page, drag: boolean): Promise<number> {
  return page.evaluate(async ([seconds, dragging]) => {
    const run = document.querySelector('headlight-attention')?.shadowRoot?.querySelector('headlight-run');
    const matrix = run?.shadowRoot?.querySelector('headlight-matrix') as unknown as { zoomBy(factor: number): void; shadowRoot: ShadowRoot };
    const frame = matrix.shadowRoot.querySelector('.frame') as HTMLElement;
    const box = frame.getBoundingClientRect();
    frame.setPointerCapture = () => undefined;
    matrix.zoomBy(0);
    if (dragging) matrix.zoomBy(3);
    const fire = (type: string, i: number) => frame.dispatchEvent(new PointerEvent(type, {
      bubbles: true, composed: true, pointerId: 1, buttons: dragging ? 1 : 0,
      clientX: box.left + box.width * (0.55 + 0.3 * Math.sin(i / 9)), clientY: box.top + box.height * (0.6 + 0.3 * Math.cos(i / 13)),
    }));
    await new Promise(requestAnimationFrame);
    if (dragging) fire('pointerdown', 0);
    const started = performance.now();
    let frames = 0;
    while (performance.now() - started < seconds * 1000) {
      fire('pointermove', ++frames);
      await new Promise(requestAnimationFrame);
    }
    return frames / ((performance.now() - started) / 1000);
  }, [3, drag] as const);
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function main(): Promise<void> {
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
  for (const [n, goal] of [[128, 100], [1024, 400]] as const) {
    const times: { rough: number; exact: number }[] = [];
    const run = packed(someRun(n));
    const head = packed({ shape: [1, 1, n, n], data: someHead(5, n) });
    for (let i = 0; i < again; i++) {
      const { page, close } = await open(run, head);
      times.push(await page.evaluate(firstPaint, n));
      if (n === 1024 && i === again - 1) {
        console.log(`hover at 1,024 tokens: ${(await framesPerSecond(page, false)).toFixed(0)} frames a second (goal 50)`);
        console.log(`pan at 1,024 tokens: ${(await framesPerSecond(page, true)).toFixed(0)} frames a second (goal 50)`);
      }
      await close();
    }
    const list = (part: 'rough' | 'exact') => `median ${median(times.map(time => time[part])).toFixed(0)} ms (${times.map(time => time[part].toFixed(0)).join(', ')})`;
    console.log(`${n} tokens, ${layers * heads} heads: first paint ${list('rough')}, exact matrix ${list('exact')} (goal ${goal} ms)`);
  }
}

void main();
