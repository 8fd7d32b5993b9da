import type { AttentionHints } from './findAttention';

const headCounts = ['num_attention_heads', 'n_head', 'num_heads', 'n_heads'];

/** Parts of a configuration that hold one of their own. */
const nested = ['text_config', 'decoder', 'encoder', 'vision_config', 'llm_config'];

/**
 * What a Hugging Face `config.json` tells where a graph alone cannot: heads, layers, Swin's stages.
 * @param config the parsed file; anything else gives no hints
 */
export function configHints(config: unknown): AttentionHints {
  const { depths, window_size: windows } = (config ?? {}) as { depths?: unknown; window_size?: unknown };
  return {
    stages:
      windows !== undefined && Array.isArray(depths) && depths.every(d => Number.isInteger(d))
        ? (depths as number[])
        : undefined,
    heads: find([...headCounts, 'encoder_attention_heads', 'decoder_attention_heads'], config),
    keyValueHeads: find(
      [
        'num_key_value_heads',
        'num_kv_heads',
        'n_head_kv',
        'multi_query_group_num',
        'decoder_attention_heads',
        ...headCounts,
      ],
      config,
    ),
    headSize: headSize(config),
    layers: find(['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers', 'encoder_layers'], config),
  };
}

/** What the configuration says, else the width of the model over the number of its heads. */
function headSize(config: unknown): number | undefined {
  const said = find(['head_dim', 'd_kv', 'kv_channels'], config);
  if (said !== undefined) return said;
  const width = find(['hidden_size', 'n_embd', 'd_model', 'dim'], config);
  const heads = find([...headCounts, 'decoder_attention_heads'], config);
  return width !== undefined && heads !== undefined && width % heads === 0 ? width / heads : undefined;
}

function find(names: readonly string[], within: unknown): number | undefined {
  if (typeof within !== 'object' || within === null) return undefined;
  for (const name of names) {
    const value = (within as Record<string, unknown>)[name];
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  }
  for (const part of nested) {
    const value = find(names, (within as Record<string, unknown>)[part]);
    if (value !== undefined) return value;
  }
  return undefined;
}
