import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { WorkspaceImages } from '../../extension/captions/workspaceImages';
import type { SourceText } from '../../extension/source/sourceText';
import { RunHistory, type Run } from '../../extension/runs/runHistory';
import { openAndClose } from '../soak/inHost';
import { headlight } from './support/headlight';

/** What `npm run soak` does at length, in short: counts alone, neither times nor memory. */
describe('in the long run', function () {
  this.timeout(120_000);

  it('panels that were opened and closed leave no process, listener or timer behind', async () => {
    const services = await (await headlight()).exports.services();
    const { opened, before, after } = await openAndClose(services, 10, 2000);
    assert.equal(opened, 10);
    // A process, listener or timer that each panel leaves would be ten more; VS Code's own and other extensions' come and go.
    for (const what of ['processes', 'listeners', 'timers', 'handles'] as const) {
      assert.ok(after[what] < before[what] + 6, `${what}: ${JSON.stringify([before, after])}`);
    }
  });

  it('the list of runs is bounded by their number and their bytes; named and shown ones stay', () => {
    const bytes = { small: 400, large: 2 ** 23 };
    const history = new RunHistory();
    const add = (name: string, size: number): Run => {
      const thumbnails = { rows: 1, columns: 1, data: new Float32Array(size / 4) };
      const source: SourceText = { uri: vscode.Uri.parse(`untitled:${name}`), start: 0, text: name, title: name };
      const explanation = {
        run: name,
        groups: [{ kind: 'self', layers: [{ layer: 0, heads: 1, queries: 1, keys: 1, thumbnails }] }],
      } as unknown as Run['explanation'];
      return history.add(source, {} as Run['model'], explanation, 0, history.places.follow(source));
    };
    const gone: string[] = [];
    history.onDidDelete(({ explanation }) => gone.push(explanation.run));
    const [named, shown] = [add('named', bytes.small), add('shown', bytes.small)];
    history.rename(named, 'mine');
    history.isShown = run => run === shown;
    for (let i = 0; i < 250; i++) add(`run ${i}`, bytes.small);
    assert.equal(history.all.length, 200);
    assert.equal(history.all[0].explanation.run, 'run 249');
    assert.deepEqual(gone.slice(0, 2), ['run 0', 'run 1']);
    assert.ok(history.all.includes(named) && history.all.includes(shown));
    for (let i = 0; i < 20; i++) add(`large ${i}`, bytes.large);
    // Sixty-four megabytes are eight of these, and a little is taken.
    assert.deepEqual(
      history.all.map(({ explanation }) => explanation.run),
      [...Array.from({ length: 7 }, (_, i) => `large ${19 - i}`), 'shown', 'named'],
    );
    history.dispose();
  });

  it('a search for images that is cancelled tells who waits, lists nothing, and is done again when asked', async () => {
    const { captionStore, captionQueue, log } = await (await headlight()).exports.services();
    const images = new WorkspaceImages(captionStore, captionQueue, log);
    try {
      const all = images.all();
      images.cancelSearch();
      await assert.rejects(all, vscode.CancellationError);
      assert.deepEqual(await images.listed(), []);
      assert.ok((await images.all()).length >= 3);
    } finally {
      images.dispose();
    }
  });
});
