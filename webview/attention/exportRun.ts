import type { Picture } from '../../core/export/drawPicture';
import type { NumbersFormat } from '../../core/export/exportNumbers';
import type { Shown, ShownColors, ShownFormat } from '../../core/export/shown';
import { PanelRequest, type PanelContent } from '../../core/protocol/attentionPanelProtocol';
import { svgToPng } from '../common/svgToPng';
import { currentTheme, pictureColors } from '../common/theme';
import { headPens } from '../common/headPens';
import { divergingColors } from '../common/divergingColors';
import type { ExportFormat } from '../common/exportMenu';
import type { RunState } from './runState';
import type { RunHost } from '../run/runHost';
import { combinedOf } from '../run/shownHeads';
import { readingName, shownName } from '../run/wording';

type Run = Extract<PanelContent, { phase: 'run' }>;

/** A view that gives its own picture, or says what is shown in it. */
export interface PictureView {
  /** What is shown, to be drawn. @throws Error with one sentence where there is nothing to draw yet. */
  picture?(source: string): Picture;
  /** What is shown, for the process to draw. @throws Error with one sentence where there is nothing yet. */
  readonly shown?: Shown;
}

/** The least weight that has a line in an exported picture of lines. */
const lineThreshold = 0.02;

/**
 * Saves or copies what a panel shows. Pictures and files are made in the inference process; here an SVG becomes pixels.
 * @param view What is shown, where that gives its own picture.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export async function exportRun(
  format: ExportFormat,
  run: Run,
  state: RunState,
  host: RunHost,
  view?: PictureView,
): Promise<string> {
  const { choice } = state;
  const { head, reading } = choice;
  const { model } = run.explanation;
  const own = choice.view === 'compare' || choice.view === 'logitLens';
  const name = `${choice.view === 'compare' ? 'comparison' : own ? 'logit-lens' : 'attention'}-${model.id}`;
  const headFile = own
    ? name
    : `${name}-${head.kind}-${head.layer}.${head.head}${reading === 'raw' ? '' : `-${reading}`}`;
  const look = lookOf(state);
  const done = (file: string, saved: boolean) => (saved ? `${file} saved` : 'Nothing was saved');
  switch (format) {
    case 'copy':
    case 'svg':
    case 'png': {
      const svg = view?.picture
        ? await host.request(PanelRequest.draw, view.picture(`${model.id}, ${model.dtype} · ${run.title}`))
        : await host.request(PanelRequest.drawShown, { shown: shownOf(state, view), look });
      if (format === 'copy') {
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': svgToPng(svg) })]);
        return 'Picture copied';
      }
      const file = `${headFile}.${format}`;
      const data = format === 'svg' ? svg : new Uint8Array(await (await svgToPng(svg)).arrayBuffer());
      return done(file, await host.request(PanelRequest.save, { name: file, data }));
    }
    default: {
      const stem =
        { csv: headFile, npy: headFile, bertviz: `${name}-bertviz`, distances: `distances-${model.id}` }[
          format as string
        ] ?? name;
      const file = `${stem}.${{ bertviz: 'json', distances: 'csv' }[format as string] ?? format}`;
      return done(
        file,
        await (own
          ? host.request(PanelRequest.saveShown, {
              shown: shownOf(state, view),
              look,
              format: format as ShownFormat,
              name: file,
            })
          : host.request(PanelRequest.saveNumbers, {
              format: format as NumbersFormat,
              name: file,
              head: { ...head, reading },
            })),
      );
    }
  }
}

/** What is shown, for the process to draw from the numbers that it has: the view's own, else the lines or the matrix of the chosen heads. */
function shownOf({ choice, each }: RunState, view?: PictureView): Shown {
  const { head, reading } = choice;
  if (view?.shown) return view.shown;
  if (choice.view === 'logitLens') return { kind: 'logitLens', query: choice.query };
  const title = reading === 'raw' ? shownName(choice) : `${shownName(choice)}, ${readingName(reading, head.layer)}`;
  return choice.view === 'lines'
    ? { kind: 'lines', title, heads: each.map(({ address }) => ({ ...address, reading })), threshold: lineThreshold }
    : { kind: 'matrix', title, head: { ...head, reading, combined: combinedOf(choice) } };
}

function lookOf({ choice: { scale }, each }: RunState): ShownColors {
  const theme = currentTheme();
  return {
    colors: pictureColors(theme),
    heat: { colors: theme.heat.colors, scale },
    negative: divergingColors(theme).negative,
    pens: headPens(theme, Math.max(2, each.length)).map(({ color }) => color),
  };
}
