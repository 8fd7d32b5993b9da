/** More parts than a model has: what transformers.js refuses. */
const mostParts = 100;

/**
 * The files in which a graph keeps weights, as config.json tells transformers.js (`transformers.js_config`,
 * `use_external_data_format`: whether, or how many, of all graphs or of each by its name).
 * @param graph the name of its file, such as `decoder_model_merged_q4.onnx`.
 * @param base the same without its precision: `decoder_model_merged`.
 */
export function externalDataNames(config: object, graph: string, base: string): string[] {
  const own = (config as { 'transformers.js_config'?: { use_external_data_format?: unknown } | null })[
    'transformers.js_config'
  ];
  const format = own?.use_external_data_format;
  const of =
    typeof format === 'object' && format !== null
      ? ((format as Record<string, unknown>)[graph] ?? (format as Record<string, unknown>)[base])
      : format;
  const parts = Number(of ?? 0);
  return Array.from({ length: Math.min(mostParts, parts > 0 ? Math.ceil(parts) : 0) }, (_, part) =>
    part === 0 ? `${graph}_data` : `${graph}_data_${part}`,
  );
}
