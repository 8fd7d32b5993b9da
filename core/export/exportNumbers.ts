import { attentionCsv } from './attentionCsv';
import { attentionJson } from './attentionJson';
import { bertvizJson } from './bertvizJson';
import { joinParts } from './joinBytes';
import type { ExportedRun, LayerWeights } from './layerWeights';
import { npy } from './npy';
import { layerTensors, runMetadata, safetensors } from './safetensors';
import { standaloneHtml } from './standaloneHtml';

/** What numbers can be saved as: `csv` and `npy` hold one head, the others all heads. */
export const numbersFormats = ['csv', 'npy', 'json', 'bertviz', 'safetensors', 'html'] as const;
export type NumbersFormat = (typeof numbersFormats)[number];

/** Where the numbers come from: only what a format holds is asked for. */
export interface NumbersSource {
  /** The chosen head. */
  head(): Promise<LayerWeights>;
  /** All heads of all kinds. */
  all(): Promise<readonly LayerWeights[]>;
}

/** A run's numbers as the content of a file. */
export async function exportNumbers(
  format: NumbersFormat,
  run: ExportedRun,
  title: string,
  source: NumbersSource,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return joinText(attentionCsv(run, [await source.head()]));
    case 'npy': {
      const { queries, keys, data } = await source.head();
      return joinParts(npy([queries, keys], [data]));
    }
    case 'json':
      return joinText(attentionJson(run, await source.all()));
    case 'bertviz':
      return joinText(bertvizJson(run, await source.all()));
    case 'safetensors':
      return joinParts(safetensors(layerTensors(await source.all()), runMetadata(run)));
    case 'html':
      return standaloneHtml(run, await source.all(), { title });
  }
}

async function joinText(parts: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const texts: string[] = [];
  for await (const part of parts) texts.push(part);
  return texts.join('');
}
