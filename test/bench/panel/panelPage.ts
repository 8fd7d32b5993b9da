import path from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { informativeHead } from '../../../core/attention/informativeHead';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import type { PanelContent } from '../../../core/protocol/attentionPanelProtocol';
import { expectedExplanation, unknownExplanation } from '../../../core/run/expectedExplanation';
import type { AttentionTensor, Explanation } from '../../../core/run/explanation';
import type { HeadRegion, RegionWeights } from '../../../core/attention/region/headRegion';
import { chromiumFlags, chromiumPath } from '../../support/chromium.mjs';
import { codeOf } from '../codeOf';

type Run = Extract<PanelContent, { phase: 'run' }>;

export const layers = 12;
export const heads = 12;
const webview = 'dist/webview';
/** Answered by {@link openPage}: the panel's scripts are modules, which need an origin. */
const origin = 'http://bench.invalid';

/** Rows as a causal softmax gives them: some peaks, much that is small. The same numbers each time. */
export function someHead(head: number, n: number): Float32Array {
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

/** A run of 144 such heads on a made-up text. */
export function someRun(n: number): Run {
  const { text, tokens } = codeOf(n);
  const group = Array.from({ length: layers }, (_, layer) => {
    const pooled = Array.from({ length: heads }, (__, head) => poolMaximum(someHead(layer * heads + head, n), n, n));
    const { rows, columns } = pooled[0];
    const data = new Float32Array(heads * rows * columns);
    pooled.forEach((one, head) => data.set(one.data, head * rows * columns));
    return { layer, heads, queries: n, keys: n, thumbnails: { rows, columns, data } };
  });
  const explanation: Explanation = {
    run: 'bench',
    model: { id: 'bench', architecture: 'gpt2', dtype: 'fp32', task: 'text-generation', contextLength: n, found: '' },
    text,
    tokens,
    groups: [
      {
        kind: 'self',
        causal: true,
        queries: 'input',
        keys: 'input',
        layers: group,
        first: informativeHead(group, true),
      },
    ],
    predictions: [],
    predictionsOf: 'input',
    times: { load: 0, run: 0, total: 0 },
  };
  return { phase: 'run', title: 'bench', explanation, elapsed: 0, restore: null };
}

/** Typed arrays do not pass through the driver as they are. */
const packed = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner instanceof Float32Array
      ? { float32: Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString('base64') }
      : inner,
  );

/** What stands in for VS Code's side: answers the panel's requests. Runs in the page. */
async function host(): Promise<void> {
  const unpack = (text: string): unknown =>
    JSON.parse(text, (_, value: { float32?: string } | null) => {
      if (typeof value !== 'object' || value?.float32 === undefined) return value;
      return new Float32Array(Uint8Array.from(atob(value.float32), character => character.charCodeAt(0)).buffer);
    });
  const [run, head, expected, unknown] = await Promise.all(
    ['run.json', 'head.json', 'expected.json', 'unknown.json'].map(async file =>
      unpack(await (await fetch(file)).text()),
    ),
  );
  const answers: Record<string, unknown> = {
    ready: { content: { phase: 'loading', title: '', message: '', expected: unknown }, selection: {}, loop: undefined },
    'run/head': head,
    'run/measures': [],
  };
  const post = (message: object) => postMessage({ jsonrpc: '2.0', ...message });
  // Of a long head only parts are asked for; made up where they are, of the same kind of numbers.
  const region = ({ firstQuery, queries, firstKey, keys, factor }: HeadRegion): RegionWeights => {
    const [rows, columns] = [Math.ceil(queries / factor), Math.ceil(keys / factor)];
    const data = Float32Array.from({ length: rows * columns }, (_, i) => {
      const [query, key] = [firstQuery + Math.floor(i / columns) * factor, firstKey + (i % columns) * factor];
      return key > query ? 0 : Math.exp(-Math.abs(query - 2 * key) / 40) + 0.2 * (key % 97 < factor ? 1 : 0);
    });
    return { rows, columns, data };
  };
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: ({ id, method, params }: { id?: number; method: string; params?: unknown }) => {
        if (id === undefined) return;
        if (method === 'run/region') post({ id, result: region((params as { region: HeadRegion }).region) });
        else if (method in answers) post({ id, result: answers[method] });
        else post({ id, error: { code: -32601, message: 'Not in this bench.' } });
      },
      getState: () => undefined,
      setState: () => undefined,
    }),
    // As the inference process tells once it has read the text, and before it runs the model.
    expect: () => {
      post({ method: 'show', params: [{ phase: 'loading', title: '', message: '', expected }] });
    },
    arrive: () => post({ method: 'show', params: [run] }),
  });
}

/** From the arrival of the run to the end of the frame that holds overview and matrix: roughly, then with the exact numbers. Runs in the page. */
export async function firstPaint(exactRows: number): Promise<{ rough: number; exact: number }> {
  const panel = document.querySelector('headlight-attention')?.shadowRoot;
  /** How many rows of numbers the matrix of the run was painted from, once it and the overview's thumbnails are; before, 0. */
  const rows = () => {
    const view = panel?.querySelector<
      HTMLElement & { run: { explanation: { run: string; groups: { layers: object[] }[] } } }
    >('headlight-run');
    const { run: name, groups } = view?.run.explanation ?? {};
    const matrix = view?.shadowRoot?.querySelector<
      HTMLElement & { painted?: { rows: number }[]; matrix?: { rows: number } }
    >('headlight-matrix');
    const overview = view?.shadowRoot
      ?.querySelector('headlight-overview')
      ?.shadowRoot?.querySelector<
        HTMLElement & { pictures?: readonly { readonly painted?: readonly { heads: { of: object }[] }[][] }[] }
      >('headlight-heads');
    // What stood there while the run was under way does not count.
    const painted = overview?.pictures?.[0]?.painted?.[0]?.[0].heads[0].of;
    return name === 'bench' &&
      painted &&
      painted === groups?.[0].layers[0] &&
      matrix?.matrix &&
      matrix.painted?.[1] === matrix.matrix
      ? matrix.matrix.rows
      : 0;
  };
  const { arrive, frameWith } = window as unknown as {
    arrive: () => void;
    frameWith: (drawn: () => boolean) => Promise<number>;
  };
  const started = performance.now();
  arrive();
  const rough = (await frameWith(() => rows() > 0)) - started;
  return { rough, exact: rows() === exactRows ? rough : (await frameWith(() => rows() === exactRows)) - started };
}

/** Gives the page `frameWith`: the time at which the first frame that holds something was laid out and painted. Runs in the page. */
function measureFrames(): void {
  const frameWith = (drawn: () => boolean) =>
    new Promise<number>(resolve => {
      const { port1, port2 } = new MessageChannel();
      const frame = () => requestAnimationFrame(() => port1.postMessage(0));
      // A message that is sent before a frame is drawn comes after it.
      port2.onmessage = () => {
        if (drawn()) resolve(performance.now());
        else frame();
      };
      frame();
    });
  Object.assign(window, { frameWith });
}

/** A page of an origin of its own, its files answered by path: as text, or from the disk. */
export async function openPage(
  answers: ReadonlyMap<string, { readonly contentType: string; readonly body: string }>,
  files: (pathname: string) => string,
): Promise<{ page: Page; browser: Browser }> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.route('**/*', route => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill(answers.get(pathname) ?? { path: files(pathname) });
  });
  await page.goto(`${origin}/`);
  await page.evaluate(measureFrames);
  return { page, browser };
}

/** The panel, open and waiting for the numbers of a run whose text was read; `ahead`: ms of CPU that showing its text and heads took. */
export async function openPanel(
  run: Run,
  head: AttentionTensor,
): Promise<{ page: Page; browser: Browser; ahead: number }> {
  const {
    model,
    text,
    tokens,
    groups: [{ layers: own }],
  } = run.explanation;
  const expected = expectedExplanation(model, text, tokens, true, own);
  const { page, browser } = await openPage(
    new Map([
      [
        '/',
        {
          contentType: 'text/html',
          body: '<!DOCTYPE html><html><body class="vscode-dark" style="margin:0"></body></html>',
        },
      ],
      ['/run.json', { contentType: 'application/json', body: packed(run) }],
      ['/head.json', { contentType: 'application/json', body: packed(head) }],
      ['/expected.json', { contentType: 'application/json', body: packed(expected) }],
      ['/unknown.json', { contentType: 'application/json', body: packed(unknownExplanation) }],
    ]),
    pathname => path.join(webview, pathname),
  );
  await page.evaluate(host);
  // As a script of the page: the driver's own way to add one leaves 300 KB of its scripts in the heap.
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const script = Object.assign(document.createElement('script'), {
          type: 'module',
          src: '/attention.js',
          onload: resolve,
          onerror: reject,
        });
        document.body.append(document.createElement('headlight-attention'), script);
      }),
  );
  await page.waitForTimeout(300);
  const { busy } = await costOf(page);
  await page.evaluate(() => {
    (window as unknown as { expect: () => void }).expect();
  });
  await page.waitForTimeout(300);
  return { page, browser, ahead: (await costOf(page)).busy - busy };
}

const devtoolsOf = new WeakMap<Page, CDPSession>();

/** What a page takes, after its garbage was collected: bytes of script heap, and with the DOM's and typed arrays' own, DOM nodes, and the CPU time of its main thread in ms. */
export async function costOf(page: Page): Promise<{ heap: number; all: number; nodes: number; busy: number }> {
  // The time counts from here on; a session of its own each time would begin anew.
  let devtools = devtoolsOf.get(page);
  if (!devtools) {
    devtoolsOf.set(page, (devtools = await page.context().newCDPSession(page)));
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  }
  const busy =
    (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = (await devtools.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  const { nodes } = await devtools.send('Memory.getDOMCounters');
  return {
    heap: usedSize,
    all: usedSize + (embedderHeapUsedSize ?? 0) + (backingStorageSize ?? 0),
    nodes,
    busy: busy * 1000,
  };
}
