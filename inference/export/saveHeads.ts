import { open, rename, rm } from 'node:fs/promises';
import { headsFile, type HeadsInParts, type StreamedFormat, weightCount } from '../../core/export/headsFile';
import type { ExportedRun } from '../../core/export/layerWeights';
import { formatBytes } from '../../core/models/formatBytes';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionKind } from '../../core/attention/attentionKind';
import { InferenceFault } from '../models/inferenceFault';

/** What is to be saved, and where. */
export interface SavedHeads {
  readonly format: StreamedFormat;
  readonly run: ExportedRun;
  readonly source: HeadsInParts;
  /** Of an NPY, which holds one array. */
  readonly kind: AttentionKind;
  readonly file: string;
}

/**
 * Writes all heads of a run to a file piece by piece: what is in memory is a piece. The file is there once it is whole; where
 * writing fails or is stopped, nothing is left.
 * @param tell is told which part of it is written, from 0 to 1.
 * @throws {InferenceFault} where the layers do not fit the format, or the file cannot be written.
 */
export async function saveHeads(
  { format, run, source, kind, file }: SavedHeads,
  tell: (part: number) => void,
): Promise<void> {
  const layers = format === 'npyHeads' ? source.layers.filter(layer => layer.kind === kind) : source.layers;
  if (format === 'npyHeads') checkOneShape(layers);
  const bytes = 4 * weightCount(layers);
  const unfinished = `${file}.headlight-part`;
  const cannotWrite = (error: unknown) =>
    new InferenceFault(
      InferenceErrorCode.run,
      `${file} cannot be written (${(error as Error).message}); choose another place, or make room for ${formatBytes(bytes)}.`,
      error,
    );
  const handle = await open(unfinished, 'w').catch((error: unknown) => {
    throw cannotWrite(error);
  });
  try {
    let written = 0;
    for await (const piece of headsFile(format, run, source, kind)) {
      for (let at = 0; at < piece.length;) {
        const { bytesWritten } = await handle.write(piece, at).catch((error: unknown) => {
          throw cannotWrite(error);
        });
        at += bytesWritten;
      }
      written += piece.length;
      tell(Math.min(1, written / bytes));
    }
    await handle.close();
    await rename(unfinished, file).catch((error: unknown) => {
      throw cannotWrite(error);
    });
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** @throws {InferenceFault} where the layers are not one array. */
export function checkOneShape(layers: HeadsInParts['layers']): void {
  const [first] = layers;
  if (
    !layers.every(
      ({ heads, queries, keys }) => [heads, queries, keys].join() === [first.heads, first.queries, first.keys].join(),
    )
  ) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'The layers of this model differ in shape, so they are no one array; save them as safetensors.',
    );
  }
}
