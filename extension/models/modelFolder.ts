import * as vscode from 'vscode';
import { fileLimits } from '../../core/files/fileLimits';
import { FileTooLarge } from '../../core/files/readWithin';
import { modelTask, type ModelTask } from '../../core/models/modelTask';
import { inOrderOfChoice, precisionOf, precisionsOf, type PrecisionName } from '../../core/models/precisions';
import { readLimited } from '../files/readLimited';

/** What a folder with a model holds. */
export interface ModelFolder {
  readonly folder: vscode.Uri;
  readonly config: Readonly<Record<string, unknown>>;
  readonly task: ModelTask;
  /** The first is taken where nobody has chosen. */
  readonly precisions: readonly PrecisionName[];
  /** Bytes of the ONNX files and weights of each precision. */
  readonly bytes: ReadonlyMap<PrecisionName, number>;
}

/** Why a folder is no model, in one sentence. */
class NoModel extends Error {}

/**
 * Reads a folder in transformers.js's layout (config.json, tokenizer.json, onnx/) or Optimum's (the ONNX files beside config.json).
 * @throws {NoModel} where it is none.
 */
export async function readModelFolder(folder: vscode.Uri): Promise<ModelFolder> {
  const name = folder.path.split('/').pop();
  let config: Record<string, unknown>;
  try {
    const bytes = await readLimited(vscode.Uri.joinPath(folder, 'config.json'), fileLimits.configuration);
    config = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof FileTooLarge) throw new NoModel(`${name}: ${error.message}`);
    throw new NoModel(
      error instanceof SyntaxError
        ? `${name}: config.json is not valid JSON; put the original file back.`
        : `${name} has no config.json; choose a folder that holds config.json, tokenizer.json and a folder onnx.`,
    );
  }
  const files = await onnxFiles(folder);
  const sizes = precisionsOf(files.map(({ file }) => file)).map(dtype => ({
    dtype,
    bytes: files
      .filter(({ file }) => precisionOf(file.replace(/\.onnx.*$/, '.onnx')).precision === dtype)
      .reduce((sum, { size }) => sum + size, 0),
  }));
  const precisions = inOrderOfChoice(sizes).map(({ dtype }) => dtype);
  if (precisions.length === 0) {
    throw new NoModel(`${name} holds no ONNX files; export the model with Optimum, or choose another folder.`);
  }
  const bytes = new Map(sizes.map(size => [size.dtype, size.bytes]));
  return { folder, config, task: modelTask(config), precisions, bytes };
}

/** The ONNX files and weights in `onnx`, or where there are none in the folder itself. */
async function onnxFiles(folder: vscode.Uri): Promise<{ file: string; size: number }[]> {
  for (const place of [vscode.Uri.joinPath(folder, 'onnx'), folder]) {
    const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(place)).catch(() => []);
    const names = entries.map(([file]) => file).filter(file => /\.onnx$|\.onnx_data|\.onnx\.data/.test(file));
    if (!names.some(file => file.endsWith('.onnx'))) continue;
    return Promise.all(
      names.map(async file => ({
        file,
        size: (await vscode.workspace.fs.stat(vscode.Uri.joinPath(place, file))).size,
      })),
    );
  }
  return [];
}

/** Layers × heads of its main stack, where config.json tells. */
export function sizeWords(config: Readonly<Record<string, unknown>>): string | undefined {
  const layers = config.n_layer ?? config.num_hidden_layers ?? config.encoder_layers ?? config.num_layers;
  const heads = config.n_head ?? config.num_attention_heads ?? config.encoder_attention_heads ?? config.num_heads;
  if (typeof layers !== 'number' || typeof heads !== 'number') return undefined;
  const decoder = config.decoder_layers ?? config.num_decoder_layers;
  return `${typeof decoder === 'number' ? `${layers} + ${decoder}` : `${layers}`} layers × ${heads} heads`;
}

/** Whether a model's folder has a chat template, in a file of its own or in tokenizer_config.json. */
export async function hasChatTemplate(folder: string): Promise<boolean> {
  const file = (name: string) => vscode.Uri.joinPath(vscode.Uri.file(folder), name);
  try {
    await vscode.workspace.fs.stat(file('chat_template.jinja'));
    return true;
  } catch {
    const bytes = await readLimited(file('tokenizer_config.json'), fileLimits.configuration).catch(() => undefined);
    return bytes !== undefined && /"chat_template"\s*:\s*["[]/.test(new TextDecoder().decode(bytes));
  }
}
