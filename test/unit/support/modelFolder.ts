import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The tokenizer of test/fixtures/tokenizers that models of BERT's kind have. */
export const bertTokenizer = {
  name: 'bert-uncased',
  config: {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    mask_token: '[MASK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    model_max_length: 64,
  },
};

/** The same of models of Llama's kind. */
export const llamaTokenizer = { name: 'llama', config: { tokenizer_class: 'LlamaTokenizer' } };

/** What a model's folder is made of. */
export interface FolderParts {
  /** A reference model's name, or a folder's as it is told from there: its graph and its config.json. */
  readonly reference: string;
  readonly graphs: Readonly<Record<string, string>>;
  readonly config?: object;
  /** A tokenizer of test/fixtures/tokenizers, and its tokenizer_config.json. */
  readonly tokenizer?: { readonly name: string; readonly config: object };
  readonly files?: Readonly<Record<string, string>>;
  /** Graphs from elsewhere, by their names in the folder `onnx`. */
  readonly copied?: Readonly<Record<string, string>>;
}

/** The reference models call their output “output”; transformers.js wants “logits”, which is as long. */
function withLogits(graph: Buffer): Buffer {
  return Buffer.from(graph.toString('latin1').replaceAll('\x06output', '\x06logits'), 'latin1');
}

/** A folder in transformers.js's layout around a reference model, below the system's temporary folder. */
export function modelFolder({ reference, graphs, config, tokenizer, files = {}, copied = {} }: FolderParts): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-task-'));
  const from = path.join('test/fixtures/reference-models', reference);
  mkdirSync(path.join(folder, 'onnx'));
  for (const [to, graph] of Object.entries(graphs)) {
    writeFileSync(path.join(folder, 'onnx', to), withLogits(readFileSync(path.join(from, graph))));
  }
  for (const [to, graph] of Object.entries(copied)) cpSync(graph, path.join(folder, 'onnx', to));
  const own = JSON.parse(readFileSync(path.join(from, 'config.json'), 'utf8')) as object;
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...own, ...config }));
  if (tokenizer) {
    cpSync(path.join('test/fixtures/tokenizers', `${tokenizer.name}.json`), path.join(folder, 'tokenizer.json'));
    writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizer.config));
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}
