import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { usePanel } from './support/usePanel';

/** The package for machines without native parts, in the real VS Code. */
describe('the universal package in VS Code', () => {
  const { session, workbench, panel, reference, shipped } = usePanel(undefined, { extensions: 'extensions-universal' });

  it('draws a picture, with the numbers of the native runtime, and no native part in its process', async () => {
    await panel.chooseHead('2.1');
    const csv = (await panel.save(/^CSV/, session.inWorkspace('head.csv'))).toString('utf8');
    const rows = csv
      .trim()
      .split('\r\n')
      .map(line => /^self,2,1,25,.*,(\d+),.*,([\d.e-]+)$/s.exec(line))
      .filter(match => match !== null);
    assert.equal(rows.length, reference.ids.length);
    for (const [, key, weight] of rows) {
      assert.ok(Math.abs(Number(weight) - shipped('2.1', 25, Number(key))) < 1e-5, `key ${key}: ${weight}`);
    }
    const maps = readFileSync(`/proc/${session.inferenceProcess}/maps`, 'utf8');
    assert.doesNotMatch(maps, /onnxruntime_binding|libonnxruntime|sharp-linux|libvips/);
    await workbench.screenshot('universal');
  });

  it('says once that it is slower', async () => {
    const note = workbench.notification(/no native build of Headlight for this machine/);
    await note.waitFor();
    await workbench.dismissNotifications();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.picture();
    assert.equal(await note.count(), 0);
  });

  it('is drawn without an error of the webview', () => assert.deepEqual(workbench.consoleErrors, []));
});
