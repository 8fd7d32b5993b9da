import type { Picture } from '../../core/export/drawPicture';
import { fileEnding, type FileFormat } from '../../core/export/fileFormat';
import { isStreamed } from '../../core/export/headsFile';
import type { RunPart, RunView } from '../../core/export/runPart';
import { weightFormat } from '../../core/export/weightFormats';
import { PanelRequest } from '../../core/protocol/attentionPanelProtocol';
import type { HeadReading } from '../../core/run/explanation';
import { RunRequest } from '../../core/protocol/runProtocol';
import { exportLook } from '../common/exportLook';
import { saveExport, type ExportFormat } from '../common/saveExport';
import type { PanelRun, TabExports } from '../run/panelTab';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';

/** A view that gives its own picture, or says what is shown in it. */
export interface PictureView {
  /** What is shown, to be drawn. @throws Error with one sentence where there is nothing to draw yet. */
  picture?(source: string): Picture;
  /** What is shown, for the process to draw. @throws Error with one sentence where there is nothing yet. */
  readonly shown?: RunView;
}

/**
 * Saves or copies what a panel shows of a run.
 * @param view What is shown, where that gives its own picture.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export async function exportRun(
  format: ExportFormat,
  run: PanelRun,
  state: RunState,
  host: RunHost,
  exports: TabExports,
  view?: PictureView,
): Promise<string> {
  const look = exportLook(state.choice.scale, state.each.length);
  const part = format === 'png' || format === 'copy' ? undefined : partOf(format, run, state, exports, view);
  if (part?.kind === 'weights') {
    const file = `${nameOf(format, run, state, exports)}.${fileEnding(format as FileFormat)}`;
    if (isStreamed(format)) {
      const saved = await host.request(PanelRequest.saveHeads, { name: file, head: part.head, format });
      return saved ? `${file} saved` : 'Nothing was saved';
    }
    const bytes = bytesOf(format, run, part.head);
    if (bytes > large && !(await host.request(PanelRequest.confirmSize, { format: wordOf(format), bytes }))) {
      return 'Nothing was saved';
    }
  }
  return saveExport(format, {
    name: nameOf(format, run, state, exports),
    make: made =>
      host.request(RunRequest.export, { what: partOf(made, run, state, exports, view), format: made, look }),
    save: file => host.request(PanelRequest.save, file),
  });
}

/** Of a larger file of all heads is told how large it will be, in bytes. */
const large = 50e6;

/** About so many bytes a weight takes in files of all heads: half precision in base64, or decimals and a comma. */
const bytesAWeight: Readonly<Record<string, number>> = { html: 2.7, json: 11, bertviz: 11 };

/** About how large a file of all heads will be; 0 of one head. */
function bytesOf(format: string, { explanation: { groups } }: PanelRun, { reading }: HeadReading): number {
  const weights = groups.reduce(
    (sum, { layers }) =>
      layers.reduce(
        (more, { heads, queries, keys }) => more + (reading === 'rollout' ? 1 : heads) * queries * keys,
        sum,
      ),
    0,
  );
  return weights * (bytesAWeight[format] ?? 0);
}

function wordOf(format: string): string {
  return format === 'bertviz' ? 'BertViz’s JSON' : format.toUpperCase();
}

/** "attention-tiny-code-gpt-self-2.1"; what holds all heads has none of their numbers in its name. */
function nameOf(
  format: ExportFormat,
  { explanation: { model } }: PanelRun,
  { choice }: RunState,
  exports: TabExports,
): string {
  if (format === 'residuals') return `residuals-${model.id}`;
  if (format === 'distances') return `distances-${model.id}`;
  const name = `${exports.file}-${model.id}`;
  if (exports.ownNumbers) return name;
  const { head, reading, withoutFirst } = choice;
  const read = exports.numbers ? '' : (reading === 'raw' ? '' : `-${reading}`) + (withoutFirst ? '-without-first' : '');
  if (format === 'bertviz') return `${name}${read}-bertviz`;
  if (!exports.numbers && weightFormat(format)?.holds === 'all') return name + read;
  const place = reading === 'rollout' && !exports.numbers ? `layer-${head.layer}` : `${head.layer}.${head.head}`;
  return `${name}-${head.kind}-${place}${read}`;
}

/** What is shown: pictures as the view or the tab has them, else the matrix of the chosen heads; numbers as the process has them. */
function partOf(format: FileFormat, run: PanelRun, state: RunState, exports: TabExports, view?: PictureView): RunPart {
  const { head, reading, withoutFirst } = state.choice;
  const read = { ...head, reading, ...(withoutFirst && { withoutFirst }) };
  if (format !== 'svg' && exports.numbers) return exports.numbers(format, state);
  if (format !== 'svg' && !exports.ownNumbers) return { kind: 'weights', head: read };
  if (view?.picture) {
    const { model } = run.explanation;
    return { kind: 'picture', picture: view.picture(`${model.id}, ${model.dtype} · ${run.title}`) };
  }
  if (view?.shown) return view.shown;
  if (exports.shown) return exports.shown(state);
  const { title, combined, sentenceRange } = state;
  const sentences = sentenceRange && state.choice.sentences;
  return { kind: 'matrix', title, head: { ...read, combined }, ...(sentences && { sentences }) };
}
