/**
 * BertViz's model view (its own JavaScript, fetched from PyPI and npm for this bench) beside our overview and matrix: the
 * same 144 heads of made-up numbers, in the same browser. Time from the start of its script, which holds the numbers, or from
 * the arrival of the run, to the end of the frame that holds it all; script heap and DOM nodes once all is quiet, after
 * garbage collection. What an empty page has of each in the same browser, the driver's own scripts included, is told apart and
 * not counted as either's.
 *
 * 64 tokens; with HEADLIGHT_BENCH_LONG=1 128, too, which takes BertViz minutes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { costOf, firstPaint, heads, layers, openPage, openPanel, someHead, someRun } from './panel/panelPage';

/** jQuery 2.0.0, which BertViz names, is not on npm. */
const scripts = {
  'd3.min.js': ['d3@5.7.0', 'dist/d3.min.js'],
  'jquery.min.js': ['jquery@2.2.4', 'dist/jquery.min.js'],
  'require.js': ['requirejs@2.3.6', 'require.js'],
} as const;
const again = 9;
/** Milliseconds after which nothing more is added to a view by itself. */
const settled = 2000;

interface Drawn {
  readonly milliseconds: number;
  readonly heap: number;
  readonly all: number;
  readonly nodes: number;
}

/** What a page has before anything is on it: bytes, DOM nodes. */
async function emptyPage(): Promise<Omit<Drawn, 'milliseconds'>> {
  const { page, browser } = await openPage(
    new Map([['/', { contentType: 'text/html', body: '<!DOCTYPE html><html><body></body></html>' }]]),
    pathname => pathname,
  );
  await page.waitForTimeout(settled);
  const { heap, all, nodes } = await costOf(page);
  await browser.close();
  return { heap, all, nodes };
}

/** Fetches BertViz and what it loads from elsewhere, by the ordinary clients. */
function fetchBertviz(folder: string): string {
  execFileSync('python3', ['-m', 'pip', 'download', 'bertviz==1.4.1', '--no-deps', '--quiet', '-d', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const wheel = readdirSync(folder).find(file => file.endsWith('.whl'))!;
  execFileSync('python3', ['-m', 'zipfile', '-e', wheel, '.'], { cwd: folder });
  for (const [file, [name, inside]] of Object.entries(scripts)) {
    const archive = execFileSync('npm', ['pack', name, '--silent'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n')
      .at(-1)!;
    execFileSync('tar', ['-xzf', archive], { cwd: folder });
    execFileSync('mv', [path.join('package', inside), file], { cwd: folder });
    rmSync(path.join(folder, 'package'), { recursive: true });
  }
  return readFileSync(path.join(folder, 'bertviz/model_view.js'), 'utf8');
}

async function bertviz(folder: string, source: string, n: number): Promise<Drawn> {
  const tokens = someRun(n).explanation.tokens.map(({ text }) => text);
  const attn = Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: heads }, (__, head) => {
      const data = someHead(layer * heads + head, n);
      return Array.from({ length: n }, (___, query) => Array.from(data.subarray(query * n, (query + 1) * n)));
    }),
  );
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const params = {
    attention: [{ name: null, attn, left_text: tokens, right_text: tokens }],
    default_filter: '0',
    display_mode: 'dark',
    root_div_id: 'bertviz',
    include_layers: numbers(layers),
    include_heads: numbers(heads),
    total_heads: heads,
  };
  const { page, browser } = await openPage(
    new Map([
      [
        '/',
        {
          contentType: 'text/html',
          body: '<!DOCTYPE html><html><body><div id="bertviz"><div id="vis"></div></div><script src="/require.js"></script></body></html>',
        },
      ],
      [
        '/view.js',
        { contentType: 'text/javascript', body: source.replace('PYTHON_PARAMS;', `${JSON.stringify(params)};`) },
      ],
    ]),
    pathname => path.join(folder, path.basename(pathname)),
  );
  page.setDefaultTimeout(0);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        // Its libraries are there before the clock starts, as ours are.
        const { require: load } = window as unknown as {
          require: ((names: string[], done: () => void, failed: (error: Error) => void) => void) & {
            config(options: object): void;
          };
        };
        load.config({ paths: { d3: '/d3.min', jquery: '/jquery.min' } });
        load(['jquery', 'd3'], resolve, reject);
      }),
  );
  const milliseconds = await page.evaluate(async () => {
    // As in the page that BertViz writes, the script with its numbers is there already.
    const script = Object.assign(document.createElement('script'), { text: await (await fetch('/view.js')).text() });
    const { frameWith } = window as unknown as { frameWith: (drawn: () => boolean) => Promise<number> };
    const started = performance.now();
    document.body.append(script);
    // It draws all in one go.
    return (await frameWith(() => document.querySelector('#vis svg line') !== null)) - started;
  });
  await page.waitForTimeout(settled);
  const { heap, all, nodes } = await costOf(page);
  await browser.close();
  return { milliseconds, heap, all, nodes };
}

async function headlight(n: number): Promise<Drawn> {
  const drawn: Drawn[] = [];
  for (let i = 0; i < again; i++) {
    const { page, browser } = await openPanel(someRun(n), { shape: [1, 1, n, n], data: someHead(5, n) });
    const { exact } = await page.evaluate(firstPaint, n);
    await page.waitForTimeout(settled);
    const { heap, all, nodes } = await costOf(page);
    drawn.push({ milliseconds: exact, heap, all, nodes });
    await browser.close();
  }
  return drawn.sort((a, b) => a.milliseconds - b.milliseconds)[again >> 1];
}

async function main(): Promise<void> {
  console.log(`machine: ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}`);
  const folder = mkdtempSync(path.join(process.env.HEADLIGHT_SCRATCH ?? os.tmpdir(), 'bertviz-'));
  const source = fetchBertviz(folder);
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(2);
  const line = (name: string, { milliseconds, heap, all, nodes }: Drawn) =>
    console.log(
      `  ${name}: ${(milliseconds / 1000).toFixed(3)} s, ${megabytes(heap)} MB of script heap, ${megabytes(all)} MB with DOM and typed arrays, ${nodes.toLocaleString('en')} DOM nodes`,
    );
  const empty = await emptyPage();
  console.log(
    `an empty page has ${megabytes(empty.heap)} MB of script heap, ${megabytes(empty.all)} MB with DOM and typed arrays; both views' are counted beyond that`,
  );
  const beyond = ({ heap, all, ...rest }: Drawn): Drawn => ({ ...rest, heap: heap - empty.heap, all: all - empty.all });
  for (const n of process.env.HEADLIGHT_BENCH_LONG ? [64, 128] : [64]) {
    console.log(`${layers * heads} heads at ${n} tokens`);
    const ours = beyond(await headlight(n));
    line('Headlight', ours);
    const theirs = beyond(await bertviz(folder, source, n));
    line('BertViz', theirs);
    console.log(
      `  first paint ${(theirs.milliseconds / ours.milliseconds).toFixed(0)} times faster (goal 200), heap ${(theirs.heap / ours.heap).toFixed(0)} times smaller (goal 20), all memory ${(theirs.all / ours.all).toFixed(0)} times, ${(theirs.nodes / ours.nodes).toFixed(0)} times fewer nodes`,
    );
  }
  rmSync(folder, { recursive: true });
}

void main();
