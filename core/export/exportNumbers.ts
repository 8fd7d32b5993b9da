import { attentionCsv } from './attentionCsv';
import { attentionJson } from './attentionJson';
import { bertvizJson } from './bertvizJson';
import { headsFile, type HeadsInParts, type StreamedFormat } from './headsFile';
import { joinParts } from './joinBytes';
import type { ExportedRun, LayerWeights } from './layerWeights';
import { npy } from './npy';
import { type PageHeading, standaloneHtml } from './standaloneHtml';
import type { NumbersFormat } from './weightFormats';

/** Where the numbers come from: only what a format holds is asked for. */
export interface NumbersSource {
  /** The chosen head. */
  head(): Promise<LayerWeights>;
  /** All heads of all kinds. */
  all(): Promise<readonly LayerWeights[]>;
  /** The same a part at a time. */
  inParts(): Promise<HeadsInParts>;
}

/** Writes a run's numbers in one format. */
type Writer = (run: ExportedRun, source: NumbersSource, heading: PageHeading) => Promise<string | Uint8Array>;

function streamed(format: StreamedFormat): Writer {
  return async (run, source, heading) => {
    const heads = await source.inParts();
    return joinParts(headsFile(format, run, heads, heading.chosen?.kind ?? heads.layers[0].kind));
  };
}

/** How each format of {@link weightFormats} is written. */
const writers: Readonly<Record<NumbersFormat, Writer>> = {
  html: async (run, source, heading) => standaloneHtml(run, await source.all(), heading),
  csv: async (run, source) => joinText(attentionCsv(run, [await source.head()])),
  npy: async (_run, source) => {
    const { queries, keys, data } = await source.head();
    return joinParts(npy([queries, keys], [data]));
  },
  json: async (run, source) => joinText(attentionJson(run, await source.all())),
  npyHeads: streamed('npyHeads'),
  safetensors: streamed('safetensors'),
  bertviz: async (run, source) => joinText(bertvizJson(run, await source.all())),
};

/** A run's numbers as the content of a file; of a page also how it is headed. */
export function exportNumbers(
  format: NumbersFormat,
  run: ExportedRun,
  heading: PageHeading,
  source: NumbersSource,
): Promise<string | Uint8Array> {
  return writers[format](run, source, heading);
}

async function joinText(parts: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const texts: string[] = [];
  for await (const part of parts) texts.push(part);
  return texts.join('');
}
