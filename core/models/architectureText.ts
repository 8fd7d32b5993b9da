import type { AttentionSite } from '../onnx/find/findAttention';
import { formatBytes } from './formatBytes';

/** One ONNX file of a model, as far as its architecture goes. */
export interface GraphArchitecture {
  readonly file: string;
  /** Bytes of the file and of the weights beside it. */
  readonly bytes: number;
  /** What attention was found, in words. */
  readonly found: string;
  readonly operations: number;
  /** Its attention as numbers and words, without the places in the graph. */
  readonly sites: readonly Pick<AttentionSite, 'kind' | 'layer' | 'heads' | 'headSize' | 'causal' | 'form' | 'node'>[];
}

/** What is known of a model without running it. */
export interface Architecture {
  readonly id: string;
  readonly task: string;
  readonly dtype: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly graphs: readonly GraphArchitecture[];
  /** Where it came from, one fact a line. */
  readonly origin: readonly string[];
}

/** What config.json calls what, in the order in which it is told. */
const facts: readonly (readonly [label: string, ...names: string[]])[] = [
  ['Architecture', 'model_type'],
  ['Layers', 'num_hidden_layers', 'n_layer', 'num_layers', 'encoder_layers'],
  ['Decoder layers', 'decoder_layers', 'num_decoder_layers'],
  ['Heads', 'num_attention_heads', 'n_head', 'num_heads', 'encoder_attention_heads'],
  ['Decoder heads', 'decoder_attention_heads'],
  ['Heads of keys and values', 'num_key_value_heads'],
  ['Width', 'hidden_size', 'n_embd', 'd_model', 'dim'],
  ['Width of a head', 'head_dim', 'd_kv'],
  ['Width of the feed-forward layers', 'intermediate_size', 'n_inner', 'ffn_dim', 'encoder_ffn_dim', 'd_ff'],
  ['Vocabulary', 'vocab_size'],
  ['Context', 'max_position_embeddings', 'n_positions', 'n_ctx'],
  ['Image', 'image_size'],
  ['Patch', 'patch_size'],
  ['Classes', 'num_labels'],
];

/** A model's architecture as Markdown: what config.json says, and what attention its graphs hold. */
export function architectureText({ id, task, dtype, config, graphs, origin }: Architecture): string {
  const labels = config.id2label;
  const known = {
    num_labels: typeof labels === 'object' && labels !== null ? Object.keys(labels).length : undefined,
    ...config,
  };
  const rows = facts.flatMap(([label, ...names]) => {
    const value = names.map(name => lookUp(known, name)).find(found => found !== undefined);
    return value === undefined
      ? []
      : [`| ${label} | ${typeof value === 'number' ? value.toLocaleString('en') : escape(value)} |`];
  });
  return [
    `# ${escape(id)}`,
    '',
    `${escape(task)}, ${escape(dtype)}`,
    '',
    ...origin.map(line => `- ${escape(line)}`),
    '',
    '## What config.json says',
    '',
    '| | |',
    '| --- | --- |',
    ...rows,
    '',
    '## What its files hold',
    '',
    ...graphs.flatMap(graphText),
  ].join('\n');
}

function graphText({ file, bytes, found, operations, sites }: GraphArchitecture): string[] {
  const table =
    sites.length === 0
      ? []
      : [
          '',
          '| attention | layer | heads | width of a head | causal | written as | node |',
          '| --- | --- | --- | --- | --- | --- | --- |',
          ...sites.map(
            site =>
              `| ${site.kind} | ${site.layer} | ${site.heads ?? '?'} | ${site.headSize ?? '?'} | ${site.causal ? 'yes' : 'no'} | ${escape(site.form)} | ${escape(site.node)} |`,
          ),
        ];
  return [
    `### ${escape(file)}`,
    '',
    `${formatBytes(bytes)}, ${operations.toLocaleString('en')} operations: ${escape(found)}.`,
    ...table,
    '',
  ];
}

/** A value of config.json, or of the part of it that describes text or pictures. */
function lookUp(config: Readonly<Record<string, unknown>>, name: string): string | number | undefined {
  const parts = [config, config.text_config, config.decoder, config.vision_config, config.encoder];
  for (const part of parts) {
    const value = (part as Record<string, unknown> | undefined)?.[name];
    if (typeof value === 'number' || typeof value === 'string') return value;
  }
  return undefined;
}

/** Text of a model's files, which may hold anything, as Markdown that shows it as it stands. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}
