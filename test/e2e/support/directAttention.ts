import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const layers = 4;
const heads = 6;

/** Attention as numbers, by head ("2.1"), query and key. */
export type Attention = (head: string, query: number, key: number) => number;

/** An example text of tiny-code-gpt, its tokens, and the attention that PyTorch computes with the fp32 weights. */
export function pytorchReference(): { text: string; ids: number[]; attention: Attention } {
  const folder = 'test/fixtures/models/tiny-code-gpt';
  const { examples } = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as {
    examples: { text: string; ids: number[]; offset: number }[];
  };
  const { text, ids, offset } = examples[2];
  return { text, ids, attention: reader(path.join(folder, 'reference.bin'), offset, ids.length) };
}

/** What the shipped int8 file of tiny-code-gpt computes for these tokens, got by the command line: without VS Code and transformers.js. */
export function shippedAttention(ids: number[]): Attention {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-direct-'));
  try {
    const inputs = path.join(folder, 'inputs.json');
    const int64 = (data: number[]) => ({ dtype: 'int64', shape: [1, data.length], data });
    const empty = { dtype: 'float32', shape: [1, heads, 0, 32], data: [] };
    writeFileSync(
      inputs,
      JSON.stringify({
        input_ids: int64(ids),
        attention_mask: int64(ids.map(() => 1)),
        position_ids: int64(ids.map((_, position) => position)),
        ...Object.fromEntries(
          Array.from({ length: layers }, (_, layer) => [
            [`past_key_values.${layer}.key`, empty],
            [`past_key_values.${layer}.value`, empty],
          ]).flat(),
        ),
      }),
    );
    execFileSync(process.execPath, [
      'test/support/command.mjs',
      'attention',
      'media/models/tiny-code-gpt/onnx/model_fp16.onnx',
      '--inputs',
      inputs,
      '--out',
      folder,
    ]);
    return reader(path.join(folder, 'attention.bin'), 0, ids.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads [layer][head][query][key], float32, little-endian. */
function reader(file: string, offset: number, length: number): Attention {
  const bytes = readFileSync(file);
  return (name, query, key) => {
    const [layer, head] = name.split('.').map(Number);
    return bytes.readFloatLE(4 * (offset + ((layer * heads + head) * length + query) * length + key));
  };
}
