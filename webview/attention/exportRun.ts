import type { Picture } from '../../core/export/drawPicture';
import type { NumbersFormat } from '../../core/export/exportNumbers';
import type { Shown, ShownColors, ShownFormat } from '../../core/export/shown';
import { PanelRequest } from '../../core/protocol/attentionPanelProtocol';
import { svgToPng } from '../common/svgToPng';
import { currentTheme, pictureColors } from '../common/theme';
import { headPens } from '../common/headPens';
import { divergingColors } from '../common/divergingColors';
import type { ExportFormat } from '../common/exportMenu';
import type { PanelRun, TabExports } from '../run/panelTab';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';

/** A view that gives its own picture, or says what is shown in it. */
export interface PictureView {
  /** What is shown, to be drawn. @throws Error with one sentence where there is nothing to draw yet. */
  picture?(source: string): Picture;
  /** What is shown, for the process to draw. @throws Error with one sentence where there is nothing yet. */
  readonly shown?: Shown;
}

/**
 * Saves or copies what a panel shows. Pictures and files are made in the inference process; here an SVG becomes pixels.
 * @param exports What the shown tab can be saved as.
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
  const { head, reading } = state.choice;
  const { model } = run.explanation;
  const { ownNumbers: own } = exports;
  const name = `${exports.file}-${model.id}`;
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
        : await host.request(PanelRequest.drawShown, { shown: shownOf(state, exports, view), look });
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
              shown: shownOf(state, exports, view),
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

/** What is shown, for the process to draw from the numbers that it has: the view's own, else the tab's, else the matrix of the chosen heads. */
function shownOf(state: RunState, exports: TabExports, view?: PictureView): Shown {
  if (view?.shown) return view.shown;
  if (exports.shown) return exports.shown(state);
  const {
    title,
    combined,
    choice: { head, reading },
  } = state;
  return { kind: 'matrix', title, head: { ...head, reading, combined } };
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
