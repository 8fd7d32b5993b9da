import type { AttentionKind } from '../../core/attention/attentionKind';
import { drawPicture } from '../../core/export/drawPicture';
import { exportNumbers } from '../../core/export/exportNumbers';
import type { FileFormat } from '../../core/export/fileFormat';
import { causeArrays } from '../../core/export/causeNumbers';
import { headsCsv, headsJson } from '../../core/export/headNumbers';
import { npyRecord } from '../../core/export/npy';
import type { HeadTensors } from '../../core/export/headTensors';
import { headTensorsFile } from '../../core/export/headTensorsFile';
import { type HeadsInParts, weightCount } from '../../core/export/headsFile';
import { joinParts } from '../../core/export/joinBytes';
import { type NamedTensor, runMetadata, safetensors } from '../../core/export/safetensors';
import type { ExportedRun, LayerWeights } from '../../core/export/layerWeights';
import type { PictureLook } from '../../core/export/pictureLook';
import { type CauseView, partFormats, type RunPart } from '../../core/export/runPart';
import type { NumbersFormat } from '../../core/export/weightFormats';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadAddress, HeadReading, Reading } from '../../core/run/explanation';
import { InferenceFault } from '../models/inferenceFault';
import { checkOneShape } from './saveHeads';
import { exportView, type ViewFormat, type ViewedPartner, type ViewedRun } from './exportView';

/** An HTML file of more weights than this opens slowly everywhere. */
const mostHtmlWeights = 24e6;

/** More numbers than this are not written as text. */
const mostTextNumbers = 16e6;

/** Of the weights of all heads so many: JavaScript has no longer texts. */
const mostJsonWeights = 40e6;

/** The most numbers that are given at once: 1 GB. */
const mostNumbersAtOnce = 2 ** 28;

/** How to get at what a file holds of a run. */
export interface ExportedSource extends ViewedRun {
  /** All heads of a kind in a reading, maybe without the first token; a rollout has one matrix a layer. */
  layers(kind: AttentionKind, reading: Reading, withoutFirst?: boolean): Promise<readonly LayerWeights[]>;
  /** All heads in a reading, maybe without the first token, a part at a time. */
  inParts(reading: Reading, withoutFirst?: boolean): Promise<HeadsInParts>;
  /** All that goes into one head's attention and comes of it. */
  steps(head: HeadAddress): Promise<HeadTensors>;
  /** The residual stream, what each head adds to it, and the logits. */
  residuals(): Promise<readonly NamedTensor[]>;
}

/**
 * A part of a run as the content of a file: the one place where such files are made.
 * @throws {InferenceFault} where there is nothing to draw, the format does not hold the part, or it would be too large.
 */
export async function exportRunPart(
  part: RunPart,
  format: FileFormat,
  look: PictureLook,
  run: ExportedSource,
  partner?: ViewedPartner,
): Promise<string | Uint8Array> {
  switch (part.kind) {
    case 'weights':
      return exportWeights(oneOf(partFormats.weights, format), part.head, run);
    case 'steps':
      return exportSteps(oneOf(partFormats.steps, format), await run.steps(part.head), run.about);
    case 'residuals':
      oneOf(partFormats.residuals, format);
      return joinParts(
        safetensors(await run.residuals(), { ...runMetadata(run.about), format: 'headlight-residuals' }),
      );
    case 'headTable':
      return oneOf(partFormats.headTable, format) === 'csv'
        ? headsCsv(part.summaries)
        : headsJson(run.about.model.id, run.about.text, part.summaries);
    case 'cause':
      return exportCause(oneOf(partFormats.cause, format), part, look, run);
    case 'picture':
      oneOf(partFormats.picture, format);
      return drawPicture(part.picture);
    default:
      return exportView(oneOf<ViewFormat>(partFormats[part.kind], format), part, look, run, partner);
  }
}

function exportCause(
  format: (typeof partFormats.cause)[number],
  part: CauseView,
  look: PictureLook,
  run: ExportedSource,
): Promise<string | Uint8Array> {
  return format === 'npy' ? joinParts(npyRecord(causeArrays(part.found))) : exportView(format, part, look, run);
}

function exportSteps(
  format: (typeof partFormats.steps)[number],
  steps: HeadTensors,
  about: ExportedRun,
): string | Promise<Uint8Array> {
  const numbers = steps.tensors.reduce((sum, { data }) => sum + data.length, 0);
  if ((format === 'csv' || format === 'json') && numbers > mostTextNumbers) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `These are ${numbers.toLocaleString('en')} numbers, too many for a text; save them as NPY or safetensors.`,
    );
  }
  return headTensorsFile(format, about, steps);
}

function exportWeights(format: NumbersFormat, address: HeadReading, run: ExportedSource): Promise<string | Uint8Array> {
  const { kind, layer, head, reading = 'raw', withoutFirst } = address;
  const { about } = run;
  return exportNumbers(
    format,
    { ...about, reading, withoutFirst },
    { title: about.title, chosen: address },
    {
      head: async () => {
        const { queries, keys, data } = await run.head(address);
        return { kind, layer, heads: [head], queries, keys, data };
      },
      all: async () => {
        checkSize(format, weightCount((await run.inParts(reading)).layers));
        const layers: LayerWeights[] = [];
        for (const group of about.groups) {
          // A rollout goes through layers of one sequence.
          if (reading === 'rollout' && group.queries !== group.keys) continue;
          layers.push(...(await run.layers(group.kind, reading, withoutFirst)));
        }
        return layers;
      },
      inParts: async () => {
        const heads = await run.inParts(reading, withoutFirst);
        if (weightCount(heads.layers) > mostNumbersAtOnce) {
          throw new InferenceFault(
            InferenceErrorCode.run,
            'All heads of this text are too much for one answer; save them to a folder of this machine.',
          );
        }
        if (format === 'npyHeads') checkOneShape(heads.layers.filter(layer => layer.kind === kind));
        return heads;
      },
    },
  );
}

/** @throws {InferenceFault} where a file of all heads would be too large for its format. */
function checkSize(format: NumbersFormat, weights: number): void {
  if (weights <= (format === 'html' ? mostHtmlWeights : mostJsonWeights)) return;
  throw new InferenceFault(
    InferenceErrorCode.run,
    `${weights.toLocaleString('en')} weights are too many for one ${format === 'html' ? 'HTML' : 'JSON'} file; save all heads as safetensors or NPY, one head as CSV, or explain a shorter part.`,
  );
}

/** @throws {InferenceFault} where a part cannot be saved so. */
function oneOf<Format extends FileFormat>(formats: readonly Format[], format: FileFormat): Format {
  const found = formats.find(one => one === format);
  if (found) return found;
  throw new InferenceFault(
    InferenceErrorCode.run,
    `This cannot be saved as ${format}; choose one of ${formats.join(', ')}.`,
  );
}
