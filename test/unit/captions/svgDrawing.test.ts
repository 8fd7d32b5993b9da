import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CancellationTokenSource, type ResponseError } from 'vscode-jsonrpc';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { decoding, readImage } from '../../../inference/images/decodeImage';
import { DrawingGivenUp, SvgDrawing } from '../../../inference/images/svgDrawing';

const svg = (body: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">${body}</svg>`);
const red = svg('<rect width="40" height="20" fill="red"/>');
const source = { name: 'a.svg', bytes: red, background: [255, 255, 255] as const };

/** Waits until a process is gone. */
async function isGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

describe('drawing SVG', function () {
  this.timeout(60_000);
  let folder: string;
  let hanging: string;
  const drawings: SvgDrawing[] = [];
  const drawing = (...how: ConstructorParameters<typeof SvgDrawing>) => {
    const made = new SvgDrawing(...how);
    drawings.push(made);
    return made;
  };

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-drawing-'));
    // Stands for a drawing that the library never ends: a loop that hears nothing.
    hanging = path.join(folder, 'hanging.js');
    writeFileSync(hanging, `process.on('message', () => { for (;;); });`);
    writeFileSync(path.join(folder, 'dying.js'), `process.on('message', () => process.exit(1));`);
  });
  afterEach(() => drawings.splice(0).forEach(each => each.end()));
  after(() => rmSync(folder, { recursive: true }));

  it('happens in a process of its own, which draws one after the other and tells what is damaged', async () => {
    const by = drawing();
    assert.equal(by.processId, undefined);
    const image = await readImage(source, undefined, by);
    assert.deepEqual([image.facts.width, image.facts.height], [40, 20]);
    const pid = by.processId!;
    assert.notEqual(pid, process.pid);
    const [drawn, small] = await Promise.all(
      [80, 10].map(side => image.render({ side, ground: '#ffffff', as: 'pixels' })),
    );
    assert.deepEqual([drawn.width, drawn.height, drawn.channels], [80, 40, 4]);
    assert.deepEqual([...drawn.data.subarray(0, 3)], [255, 0, 0]);
    assert.deepEqual([small.width, small.height], [10, 5]);
    await assert.rejects(
      readImage({ ...source, bytes: svg('<rect') }, undefined, by),
      /^Error: a\.svg is damaged and cannot be read as SVG; save it again\.$/,
    );
    assert.equal(by.processId, pid);
  });

  it('that takes too long is given up in a sentence, and its process is ended; the next one is drawn', async () => {
    const by = drawing(500, hanging);
    const reading = readImage(source, undefined, by);
    await new Promise(resolve => setImmediate(resolve));
    const pid = by.processId!;
    await assert.rejects(
      reading,
      /^Error: a\.svg takes more than 10 seconds or more memory than there is to be drawn; simplify the drawing or save it as PNG\.$/,
    );
    await isGone(pid);
    assert.equal(by.processId, undefined);
    // Also where the size is known and the drawing itself does not end.
    const drawer = drawing();
    const image = await readImage(source, undefined, drawer);
    drawer.end();
    image.render = () => drawing(500, hanging).draw(red, 72, { side: 10, as: 'png' });
    await assert.rejects(
      decoding(source, () => image.render({ side: 10, as: 'png' })),
      /takes more than 10 seconds/,
    );
  });

  it('ends at once where it is cancelled, whatever the process does', async () => {
    const by = drawing(60_000, hanging);
    const cancel = new CancellationTokenSource();
    const reading = readImage(source, cancel.token, by);
    const waiting = readImage(source, cancel.token, by);
    await new Promise(resolve => setImmediate(resolve));
    const pid = by.processId!;
    cancel.cancel();
    for (const each of [reading, waiting]) {
      await assert.rejects(each, ({ code }: ResponseError<void>) => code === (InferenceErrorCode.cancelled as number));
    }
    await isGone(pid);
  });

  it('over which the process dies is a sentence', async () => {
    const by = drawing(60_000, path.join(folder, 'dying.js'));
    await assert.rejects(by.size(red), DrawingGivenUp);
    await assert.rejects(readImage(source, undefined, by), /more memory than there is to be drawn/);
  });
});
