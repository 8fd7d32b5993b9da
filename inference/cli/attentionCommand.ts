/**
 * The command line: attention of a model for given inputs, for scripts and tests.
 *   npm run --silent attention -- MODEL.onnx --inputs INPUTS.json --out DIR
 *   npm run --silent attention -- MODEL.onnx --list
 * Masks, positions, segments and an empty cache may be left out of the inputs, as in the panel.
 * Exit code 0; 3 where the file holds no attention; 1 for any other fault, with one sentence on the error stream.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Tensor } from 'onnxruntime-node';
import { addAttention, patchSize, type FoundAttention } from '../../core/onnx';
import { externalDataPlaces } from '../models/externalDataPlaces';
import { gridCells } from '../../core/images/gridCells';
import type { PixelSize } from '../../core/images/pixelSize';
import { declaredInputs } from '../graph/declaredInputs';
import type { PictureInputs } from '../graph/pictureInputs';
import { runFailure } from '../graph/runFailure';
import { unoptimizedNote } from '../models/openSession';
import { CommandFault } from './commandFault';
import { attentionOf, opened, readInputs } from './graphFile';
import { runCommand } from './runCommand';

const usage = 'Usage: attention MODEL.onnx --inputs INPUTS.json --out DIR, or attention MODEL.onnx --list';

async function main(resolve: (file: string) => string): Promise<void> {
  const { list, ...given } = parameters();
  const [file, inputsFile, out] = [given.model, given.inputs ?? '', given.out ?? ''].map(resolve);
  if (list) {
    const found = await attentionOf(file, true);
    printFound(found);
    if (found.attentions.length === 0) throw new CommandFault(`${path.basename(file)}: ${found.summary}.`, 3);
    return;
  }
  const found = await attentionOf(file);
  const { model } = found;
  const extended = addAttention(model, found, { exactHalf: true });
  await externalDataPlaces(model, path.dirname(file));
  await mkdir(out, { recursive: true });
  const reason = path.join(out, 'error.txt');
  // One of an earlier try would speak of that.
  await rm(reason, { force: true });
  const { session, optimized } = await opened(file, extended.bytes, reason);
  const inputs = declaredInputs(session);
  const {
    feeds,
    given: { arrays },
    picture,
  } = await readInputs(inputsFile, inputs, path.dirname(file));
  const results = await session
    .run(
      feeds,
      extended.outputs.map(o => o.name),
      // What goes wrong is told once, by us.
      { logSeverityLevel: 4 },
    )
    .catch(async (error: Error) => {
      await writeFile(reason, `${error.message}\n`);
      const otherwise = `ONNX Runtime’s reason is in ${reason}`;
      throw new CommandFault(runFailure({ id: path.basename(file), inputs, arrays, otherwise }, error));
    });

  const attentions: { kind: string; layer: number; shape: readonly number[]; offset: number }[] = [];
  const parts: Float32Array[] = [];
  let offset = 0;
  for (const { site, name } of extended.outputs) {
    const { dims, data } = results[name] as Tensor & { data: Float32Array };
    attentions.push({ kind: site.kind, layer: site.layer, shape: dims, offset });
    parts.push(data);
    offset += data.length;
  }
  await writeFile(
    path.join(out, 'attention.bin'),
    Buffer.concat(parts.map(p => Buffer.from(p.buffer, p.byteOffset, p.byteLength))),
  );
  await writeFile(
    path.join(out, 'attention.json'),
    `${JSON.stringify({ attentions, added: extended.added, found: found.summary, note: optimized ? undefined : unoptimizedNote, ...pictureFacts(picture, attentions, patchSize(model.graph)) }, undefined, 1)}\n`,
  );
}

/** How a picture was read, and the grid that the positions of the first attention are taken for. */
function pictureFacts(
  picture: PictureInputs | undefined,
  attentions: readonly { readonly shape: readonly number[] }[],
  patch: PixelSize | undefined,
): object {
  if (!picture) return {};
  const { note, width, height } = picture;
  const grid = gridCells(attentions[0].shape.at(-1) ?? 0, { width, height }, patch);
  return { picture: note, grid: grid && { rows: grid.rows, columns: grid.columns, before: grid.before } };
}

function parameters(): { model: string; inputs?: string; out?: string; list: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { inputs: { type: 'string' }, out: { type: 'string' }, list: { type: 'boolean', default: false } },
    });
    if (positionals.length === 1 && (values.list || (values.inputs && values.out))) {
      return { ...values, model: positionals[0] };
    }
  } catch {
    // An option that does not exist: the usage says which do.
  }
  throw new CommandFault(usage);
}

function printFound(found: FoundAttention): void {
  process.stdout.write(`${found.summary}\n`);
  for (const site of found.attentions) {
    const heads = site.heads === undefined ? '' : `, ${site.heads} ${site.heads === 1 ? 'head' : 'heads'}`;
    const seen = site.span === 'band' ? ', sliding window' : site.span === 'global' ? ', global' : '';
    process.stdout.write(
      `${site.kind} ${site.layer}${heads}${site.causal ? ', causal' : ''}${seen}: ${site.form} at ${JSON.stringify(site.node)}\n`,
    );
  }
}

runCommand('attention', main);
