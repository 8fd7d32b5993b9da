import type { Picture } from '../../core/export/drawPicture';
import type { FileFormat } from '../../core/export/fileFormat';
import type { RunPart, RunView } from '../../core/export/runPart';
import { PanelRequest, type PanelContent } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import { exportLook } from '../common/exportLook';
import { saveExport, type ExportFormat } from '../common/saveExport';
import type { RunHost } from '../run/runHost';
import { combinedOf } from '../run/shownHeads';
import { readingName, shownName } from '../run/wording';
import type { RunState } from './runState';

type Run = Extract<PanelContent, { phase: 'run' }>;

/** A view that gives its own picture, or says what is shown in it. */
export interface PictureView {
  /** What is shown, to be drawn. @throws Error with one sentence where there is nothing to draw yet. */
  picture?(source: string): Picture;
  /** What is shown, for the process to draw. @throws Error with one sentence where there is nothing yet. */
  readonly shown?: RunView;
}

/** The least weight that has a line in an exported picture of lines. */
const lineThreshold = 0.02;

/**
 * Saves or copies what a panel shows of a run.
 * @param view What is shown, where that gives its own picture.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export function exportRun(
  format: ExportFormat,
  run: Run,
  state: RunState,
  host: RunHost,
  view?: PictureView,
): Promise<string> {
  const look = exportLook(state.choice.scale, state.each.length);
  return saveExport(format, {
    name: nameOf(format, run, state),
    make: made => host.request(RunRequest.export, { what: partOf(made, run, state, view), format: made, look }),
    save: file => host.request(PanelRequest.save, file),
  });
}

/** "attention-tiny-code-gpt-self-2.1"; what holds all heads has none of their numbers in its name. */
function nameOf(format: ExportFormat, { explanation: { model } }: Run, { choice }: RunState): string {
  const { head, reading, view } = choice;
  if (format === 'distances') return `distances-${model.id}`;
  if (view === 'compare') return `comparison-${model.id}`;
  if (view === 'logitLens') return `logit-lens-${model.id}`;
  const name = `attention-${model.id}`;
  if (format === 'bertviz') return `${name}-bertviz`;
  if (format === 'html' || format === 'json' || format === 'safetensors') return name;
  return `${name}-${head.kind}-${head.layer}.${head.head}${reading === 'raw' ? '' : `-${reading}`}`;
}

/** What is shown: pictures as the view has them, numbers as the process has them. */
function partOf(format: FileFormat, run: Run, { choice, each }: RunState, view?: PictureView): RunPart {
  const { head, reading } = choice;
  const { model } = run.explanation;
  if (choice.view === 'logitLens') return { kind: 'logitLens', query: choice.query };
  if (view?.shown) return view.shown;
  if (format !== 'svg') return { kind: 'weights', head: { ...head, reading } };
  if (view?.picture) {
    return { kind: 'picture', picture: view.picture(`${model.id}, ${model.dtype} · ${run.title}`) };
  }
  const title = reading === 'raw' ? shownName(choice) : `${shownName(choice)}, ${readingName(reading, head.layer)}`;
  return choice.view === 'lines'
    ? { kind: 'lines', title, heads: each.map(({ address }) => ({ ...address, reading })), threshold: lineThreshold }
    : { kind: 'matrix', title, head: { ...head, reading, combined: combinedOf(choice) } };
}
