import { attentionCsv } from './attentionCsv';
import { attentionJson } from './attentionJson';
import { bertvizJson } from './bertvizJson';
import { joinParts } from './joinBytes';
import type { ExportedRun, LayerWeights } from './layerWeights';
import { npy } from './npy';
import { layerTensors, runMetadata, safetensors } from './safetensors';
import { standaloneHtml } from './standaloneHtml';
import type { NumbersFormat } from './weightFormats';

/** Where the numbers come from: only what a format holds is asked for. */
export interface NumbersSource {
  /** The chosen head. */
  head(): Promise<LayerWeights>;
  /** All heads of all kinds. */
  all(): Promise<readonly LayerWeights[]>;
}

/** Writes a run's numbers in one format. */
type Writer = (run: ExportedRun, source: NumbersSource, title: string) => Promise<string | Uint8Array>;

/** How each format of {@link weightFormats} is written. */
const writers: Readonly<Record<NumbersFormat, Writer>> = {
  html: async (run, source, title) => standaloneHtml(run, await source.all(), { title }),
  csv: async (run, source) => joinText(attentionCsv(run, [await source.head()])),
  npy: async (_run, source) => {
    const { queries, keys, data } = await source.head();
    return joinParts(npy([queries, keys], [data]));
  },
  json: async (run, source) => joinText(attentionJson(run, await source.all())),
  safetensors: async (run, source) => joinParts(safetensors(layerTensors(await source.all()), runMetadata(run))),
  bertviz: async (run, source) => joinText(bertvizJson(run, await source.all())),
};

/** A run's numbers as the content of a file. */
export function exportNumbers(
  format: NumbersFormat,
  run: ExportedRun,
  title: string,
  source: NumbersSource,
): Promise<string | Uint8Array> {
  return writers[format](run, source, title);
}

async function joinText(parts: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const texts: string[] = [];
  for await (const part of parts) texts.push(part);
  return texts.join('');
}
