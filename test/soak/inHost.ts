/** Runs inside a real extension host (test/host/runner): what is done a thousand times there, and what is counted meanwhile. */
import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import * as vscode from 'vscode';
import { WorkspaceImages } from '../../extension/captions/workspaceImages';
import type { HeadlightApi } from '../../extension/extension';
import { collectGarbage } from '../../inference/models/collectGarbage';
import { explainRun } from '../../extension/runs/explainRun';
import type { Services } from '../../extension/services/services';

/** What is measured in the host, by part. */
export interface HostParts {
  readonly runs: readonly RunPoint[];
  readonly panels: OpenedAndClosed;
  readonly files: FoundFiles;
}

/** What there was before panels were opened and closed, and after. */
export interface OpenedAndClosed {
  readonly opened: number;
  readonly before: Counts;
  readonly after: Counts;
}

/** A search for the workspace's images. */
export interface FoundFiles {
  readonly images: number;
  /** Milliseconds until all are there, and for which the host's event loop was held up meanwhile, at most. */
  readonly found: number;
  readonly held: number;
  /** Milliseconds from a cancel, at moments over all of a search, until who waits is told; the longest. */
  readonly cancelled: number;
}

/** What the runner is ordered to do. */
export interface HostOrder {
  readonly root: string;
  readonly report: string;
  readonly script: string;
  readonly part: keyof HostParts;
}

/** Memory after so many runs, in kilobytes. */
export interface RunPoint {
  readonly run: number;
  readonly tokens: number;
  readonly process: number;
  readonly host: number;
  /** What the host's own heap and arrays hold. */
  readonly heap: number;
  readonly arrays: number;
}

/** What there is of each kind. */
export interface Counts {
  /** Processes below the extension host. */
  readonly processes: number;
  /** Listeners of all emitters in the extension host, VS Code's own too. */
  readonly listeners: number;
  readonly timers: number;
  /** Pipes, ports, watchers: what keeps the event loop busy beside timers. */
  readonly handles: number;
  /** Kilobytes of the host's heap that are in use. */
  readonly heap: number;
}

/** Explanations in all, and panels. */
const runs = 1000;
const panels = 200;

export async function run({ part }: HostOrder): Promise<HostParts[keyof HostParts]> {
  const extension = vscode.extensions.getExtension<HeadlightApi>('headlight.headlight')!;
  const services = await (await extension.activate()).services();
  if (part === 'files') return searchAndCancel(services);
  return part === 'runs' ? explainOften(services) : openAndClose(services, panels, 10_000);
}

/** Explains pieces of the sample's files, from a line to 1,500 characters, with the model that is shipped and, each tenth, the others. */
async function explainOften(services: Services): Promise<RunPoint[]> {
  const files = await vscode.workspace.findFiles('src/*.ts');
  const document = await vscode.workspace.openTextDocument(files.sort()[0]);
  const texts = files.map(({ fsPath }) => readFileSync(fsPath, 'utf8'));
  const all = texts.join('\n').repeat(Math.ceil(4000 / texts.join('\n').length));
  const { catalogue } = services;
  const used = await catalogue.used();
  const [classifier, dates] = [await catalogue.named('tiny-code-classifier'), await catalogue.named('tiny-dates')];
  const points: RunPoint[] = [];
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let i = 1; i <= runs; i++) {
    const start = random(2000);
    const text = all.slice(start, start + 20 + random(1480));
    const [model, said] = i % 20 === 0 ? [dates, 'March 5, 2024'] : [i % 10 === 0 ? classifier : used, text];
    const source = { uri: document.uri, start: 0, text: said, title: `run ${i}` };
    const made = await explainRun(services, source, model, new vscode.CancellationTokenSource().token);
    if (!made) throw new Error(`Run ${i} was not made.`);
    if (i % 10 !== 1) continue;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    points.push({
      run: i,
      tokens: made.explanation.tokens.length,
      process: residentKilobytes(services.client.processId!),
      host: residentKilobytes(process.pid),
      heap: Math.round(heapUsed / 1024),
      arrays: Math.round(arrayBuffers / 1024),
    });
  }
  return points;
}

/**
 * Opens and closes panels of attention, some before their page is there, and of captions; counts before and after.
 * @param rest milliseconds for which everything comes to rest before it is counted.
 */
export async function openAndClose(services: Services, panels: number, rest: number): Promise<OpenedAndClosed> {
  const folder = vscode.workspace.workspaceFolders![0].uri;
  const [code, image] = ['src/shoppingList.ts', 'images/disc.svg'].map(file => vscode.Uri.joinPath(folder, file));
  let opened = 0;
  const openOne = async (i: number) => {
    const editor = await vscode.window.showTextDocument(code, { viewColumn: vscode.ViewColumn.One });
    editor.selections = [new vscode.Selection(4 + (i % 3), 0, 8 + (i % 5), 0)];
    if (i % 5 === 1) await vscode.commands.executeCommand('headlight.captionImage', image);
    else await vscode.commands.executeCommand('headlight.explainAttentionInNewPanel');
    // Each third is closed as soon as its run is there, its page or not.
    if (i % 3 !== 2) await sleep(700);
    const tabs = webviewTabs();
    opened += tabs.length;
    await vscode.window.tabGroups.close(tabs);
  };
  const atRest = async () => {
    for (const run of [...services.history.all]) services.history.delete(run);
    for (let waited = 0; webviewTabs().length > 0 && waited < 100; waited++) await sleep(100);
    await sleep(rest);
    return counts();
  };
  // One of each kind, so that what the first starts is there.
  for (let i = 0; i < 3; i++) await openOne(i);
  const before = await atRest();
  opened = 0;
  for (let i = 0; i < panels; i++) await openOne(i);
  return { opened, before, after: await atRest() };
}

async function searchAndCancel({ captionStore, captionQueue, log }: Services): Promise<FoundFiles> {
  const search = () => new WorkspaceImages(captionStore, captionQueue, log);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const from = performance.now();
  const images = (await search().all()).length;
  const found = performance.now() - from;
  const held = loop.max / 1e6;
  let cancelled = 0;
  for (let part = 0; part < 10; part++) {
    const searching = search();
    const told = searching.all().catch(() => undefined);
    await sleep((found * part) / 10);
    const at = performance.now();
    searching.cancelSearch();
    await told;
    cancelled = Math.max(cancelled, performance.now() - at);
    searching.dispose();
  }
  return { images, found, held, cancelled };
}

function webviewTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview);
}

function counts(): Counts {
  const listeners = countListeners();
  collectGarbage();
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter(name => name === 'Timeout' || name === 'Immediate').length;
  return {
    processes: below(process.pid).length,
    listeners,
    timers,
    handles: resources.length - timers,
    heap: Math.round(process.memoryUsage().heapUsed / 1024),
  };
}

/** VS Code keeps each listener of an emitter in an object of one class, which an emitter of ours shows. */
function countListeners(): number {
  const emitter = new vscode.EventEmitter<void>();
  const listening = emitter.event(() => undefined);
  const [kept]: object[] = [(emitter as unknown as { _listeners: object | object[] })._listeners].flat();
  const count = (v8 as unknown as { queryObjects(of: unknown, options: { format: 'count' }): number }).queryObjects(
    kept.constructor,
    { format: 'count' },
  );
  listening.dispose();
  return count;
}

/** All processes that were started by one, and by those. */
function below(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        return [[Number(name), Number(readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1].split(' ')[1])]];
      } catch {
        return [];
      }
    });
  const found = [pid];
  for (const each of found) found.push(...parents.filter(([, parent]) => parent === each).map(([child]) => child));
  return found.slice(1);
}

function residentKilobytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
