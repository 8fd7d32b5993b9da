import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredInput } from '../../core/graph/graphInputs';
import { findAttention, readModelFile, type FoundAttention, type OnnxModel } from '../../core/onnx';
import { sentenceOf } from '../../core/text/reasonOf';
import { readFeeds, type GraphFeeds } from '../graph/readFeeds';
import { weightsBeside } from '../models/externalDataPlaces';
import { hintsBeside } from '../models/hintsBeside';
import { modelFile } from '../models/modelFile';
import { openSession, type OpenedSession } from '../models/openSession';
import { runtimeRefusal } from '../models/runtimeRefusal';
import { CommandFault } from './commandFault';

/**
 * The attention of a model's file: its weights stay where they are.
 * @throws {CommandFault} 1 where it cannot be read, 3 where it holds none, unless `orNone`.
 */
export async function attentionOf(file: string, orNone = false): Promise<FoundAttention> {
  const found = findAttention(read(file), await hintsBeside(file));
  if (found.attentions.length === 0 && !orNone) throw new CommandFault(`${path.basename(file)}: ${found.summary}.`, 3);
  return found;
}

function read(file: string): OnnxModel {
  try {
    return readModelFile(modelFile(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFault(`${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}.`);
  }
}

/**
 * Opens a changed model whose weights lie beside its file.
 * @param reason the file that the runtime's words go to, where it refuses the model.
 */
export async function opened(file: string, bytes: Uint8Array, reason: string): Promise<OpenedSession> {
  try {
    return await openSession(bytes, weightsBeside(path.dirname(file)));
  } catch (error) {
    await writeFile(reason, `${(error as Error).message}\n`);
    throw new CommandFault(
      `${path.basename(file)} cannot be opened: ${runtimeRefusal(error, `its reason is in ${reason}`)}.`,
    );
  }
}

/** Reads a file of inputs for a graph. */
export async function readInputs(
  file: string,
  inputs: readonly DeclaredInput[],
  graphFolder: string,
): Promise<GraphFeeds> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFault(`The inputs ${file} cannot be read.`);
  });
  return readFeeds(text, inputs, { home: path.dirname(file), graphFolder }, true).catch((error: Error) => {
    throw new CommandFault(sentenceOf(error.message));
  });
}
