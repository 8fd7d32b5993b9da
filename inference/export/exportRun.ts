import type { AttentionKind } from '../../core/attention/attentionKind';
import { exportNumbers, type NumbersFormat } from '../../core/export/exportNumbers';
import { type ExportedRun, layersOf, type LayerWeights } from '../../core/export/layerWeights';
import type { AttentionTensor, HeadAddress } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { HeadMatrix } from '../runs/runAttention';

/** An HTML file of more weights than this opens slowly everywhere. */
const mostHtmlWeights = 24e6;

/** How to get at a run's numbers. */
interface RunNumbers {
  head(): Promise<HeadMatrix>;
  all(kind: AttentionKind): Promise<AttentionTensor>;
}

/**
 * A run's numbers as the content of a file.
 * @throws {InferenceFault} where they are too many for the format.
 */
export function exportRun(
  format: NumbersFormat,
  run: ExportedRun,
  title: string,
  { kind, layer, head }: HeadAddress,
  numbers: RunNumbers,
): Promise<string | Uint8Array> {
  return exportNumbers(format, run, title, {
    head: async () => {
      const { queries, keys, data } = await numbers.head();
      return { kind, layer, heads: [head], queries, keys, data };
    },
    all: async () => {
      const layers: LayerWeights[] = [];
      for (const group of run.groups) layers.push(...layersOf(group.kind, await numbers.all(group.kind)));
      const weights = layers.reduce((sum, { data }) => sum + data.length, 0);
      if (format === 'html' && weights > mostHtmlWeights) {
        throw new InferenceFault(
          InferenceErrorCode.run,
          'This text is too long for one HTML file of all heads; export one head as SVG or CSV, or explain a shorter part.',
        );
      }
      return layers;
    },
  });
}
