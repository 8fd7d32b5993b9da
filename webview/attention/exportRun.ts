import type { Picture } from '../../core/export/drawPicture';
import { PanelRequest, type PanelContent } from '../../core/protocol/attentionPanelProtocol';
import { currentTheme, pictureColors } from '../common/theme';
import { headPens } from '../lines/headPens';
import { textOf, tokensOf } from './choice';
import type { ExportFormat } from './exportMenu';
import { fromTensor, type HeadMatrix } from './headMatrix';
import type { RunHost, RunState } from './runState';
import { headName, readingName, shownName, tokenLabel } from './wording';

type Run = Extract<PanelContent, { phase: 'run' }>;

/** A view that gives its own picture. */
export interface PictureView {
  /** What is shown, to be drawn. @throws Error with one sentence where there is nothing to draw yet. */
  picture(source: string): Picture;
}

/** The least weight that has a line in an exported picture of lines. */
const lineThreshold = 0.02;

/**
 * Saves or copies what a panel shows. Pictures and files are made in the inference process; here an SVG becomes pixels.
 * @param view What is shown, where that gives its own picture.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export async function exportRun(format: ExportFormat, run: Run, state: RunState, host: RunHost, view?: PictureView): Promise<string> {
  const { head, reading } = state.choice;
  const name = `attention-${run.explanation.model.id}`;
  const headFile = `${name}-${head.kind}-${head.layer}.${head.head}${reading === 'raw' ? '' : `-${reading}`}`;
  const done = (file: string, saved: boolean) => saved ? `${file} saved` : 'Nothing was saved';
  switch (format) {
    case 'copy':
    case 'svg':
    case 'png': {
      const svg = await host.request(PanelRequest.draw, await picture(run, state, host, view));
      if (format === 'copy') {
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': toPng(svg) })]);
        return 'Picture copied';
      }
      const file = `${headFile}.${format}`;
      const data = format === 'svg' ? svg : new Uint8Array(await (await toPng(svg)).arrayBuffer());
      return done(file, await host.request(PanelRequest.save, { name: file, data }));
    }
    default: {
      const file = format === 'csv' || format === 'npy' ? `${headFile}.${format}` : format === 'bertviz' ? `${name}-bertviz.json` : `${name}.${format}`;
      return done(file, await host.request(PanelRequest.saveNumbers, { format, name: file, head: { ...head, reading } }));
    }
  }
}

/** What is shown, to be drawn in the theme's colours: the view's own picture, else the lines or the matrix of the chosen head. */
async function picture({ title, explanation }: Run, state: RunState, host: RunHost, view?: PictureView): Promise<Picture> {
  const { group, choice } = state;
  const source = `${explanation.model.id}, ${explanation.model.dtype} · ${title}`;
  if (view) return view.picture(source);
  if (choice.view === 'logitLens') throw new Error('The logit lens has no picture to save; save a head from another tab.');
  if (choice.view === 'compare') throw new Error('A comparison has no picture to save; save a head from another tab, or the table of heads as CSV.');
  const labels = (sequence: typeof group.queries) => tokensOf(explanation, sequence).map(token => tokenLabel(token, textOf(explanation, sequence)));
  const theme = currentTheme();
  const common = {
    title: choice.reading === 'raw' ? shownName(choice) : `${shownName(choice)}, ${readingName(choice.reading, choice.head.layer)}`, source,
    queryLabels: labels(group.queries), keyLabels: labels(group.keys), colors: pictureColors(theme),
  };
  const { each, matrix } = state;
  if (choice.view === 'lines') {
    if (!each.every(head => head.matrix.exact)) throw new Error('The numbers are not there yet; export again when the lines are drawn.');
    const pens = headPens(theme, each.length);
    const heads = each.map(({ address, matrix: { data } }, i) => ({ name: headName(address), color: pens[i].color, data }));
    return { kind: 'lines', ...common, heads, threshold: lineThreshold };
  }
  // A combination of heads is there already; a long head's matrix is not.
  const { queries, keys, data } = matrix.exact ? matrix : await oneHead(state, host);
  return { kind: 'matrix', ...common, queries, keys, data, causal: group.causal, heat: { colors: theme.heat.colors, scale: choice.scale } };
}

async function oneHead(state: RunState, host: RunHost): Promise<HeadMatrix> {
  const { head, reading } = state.choice;
  return fromTensor(await host.request(PanelRequest.head, { ...head, reading }));
}

/** Draws an SVG document at twice its size. */
async function toPng(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth * 2, height: image.naturalHeight * 2 });
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob(
      blob => blob ? resolve(blob) : reject(new Error('The picture is too large for a PNG; save it as SVG.')), 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}
