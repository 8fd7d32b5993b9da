import { attentionCsv } from '../../core/export/attentionCsv';
import { attentionJson } from '../../core/export/attentionJson';
import { bertvizJson } from '../../core/export/bertvizJson';
import { joinBytes } from '../../core/export/joinBytes';
import { layersOf, type LayerWeights } from '../../core/export/layerWeights';
import { linesSvg } from '../../core/export/linesSvg';
import { matrixSvg } from '../../core/export/matrixSvg';
import { npy } from '../../core/export/npy';
import { layerTensors, runMetadata, safetensors } from '../../core/export/safetensors';
import { standaloneHtml } from '../../core/export/standaloneHtml';
import { PanelRequest, type PanelContent } from '../../core/protocol/attentionPanelProtocol';
import { currentTheme } from '../common/theme';
import { headPens } from '../lines/headPens';
import { textOf, tokensOf } from './choice';
import type { ExportFormat } from './exportMenu';
import { heatScaleOf } from './heatScaleOf';
import type { RunHost, RunState } from './runState';
import { headName, readingName, shownName, tokenLabel } from './wording';

type Run = Extract<PanelContent, { phase: 'run' }>;

/** An HTML file of more weights than this opens slowly everywhere. */
const mostHtmlWeights = 24e6;

/** A view that gives its own picture as SVG. */
export interface PictureView {
  picture(source: string): Promise<string>;
}

/** The least weight that has a line in an exported picture of lines. */
const lineThreshold = 0.02;

/**
 * Saves or copies what a panel shows.
 * @param view What is shown, where that gives its own picture.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export async function exportRun(format: ExportFormat, run: Run, state: RunState, host: RunHost, view?: PictureView): Promise<string> {
  const { head: { kind, layer, head }, reading } = state.choice;
  const name = `attention-${run.explanation.model.id}`;
  const headFile = `${name}-${kind}-${layer}.${head}${reading === 'raw' ? '' : `-${reading}`}`;
  const save = async (file: string, data: string | Uint8Array) => await host.request(PanelRequest.save, { name: file, data }) ? `${file} saved` : 'Nothing was saved';
  switch (format) {
    case 'copy': {
      const png = toPng(await picture(run, state, host, view));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
      return 'Picture copied';
    }
    case 'svg': return save(`${headFile}.svg`, await picture(run, state, host, view));
    case 'png': return save(`${headFile}.png`, new Uint8Array(await (await toPng(await picture(run, state, host, view))).arrayBuffer()));
    case 'csv': return save(`${headFile}.csv`, await joinText(attentionCsv(run.explanation, [await oneHead(state, host)])));
    case 'npy': {
      const { queries, keys, data } = await oneHead(state, host);
      return save(`${headFile}.npy`, await joinParts(npy([queries, keys], [data])));
    }
    case 'json': return save(`${name}.json`, await joinText(attentionJson(run.explanation, await allHeads(run, host))));
    case 'bertviz': return save(`${name}-bertviz.json`, await joinText(bertvizJson(run.explanation, await allHeads(run, host))));
    case 'safetensors': return save(`${name}.safetensors`, await joinParts(safetensors(layerTensors(await allHeads(run, host)), runMetadata(run.explanation))));
    case 'html': {
      const weights = run.explanation.groups.flatMap(group => group.layers).reduce((sum, { heads, queries, keys }) => sum + heads * queries * keys, 0);
      if (weights > mostHtmlWeights) throw new Error('This text is too long for one HTML file of all heads; export one head as SVG or CSV, or explain a shorter part.');
      return save(`${name}.html`, await standaloneHtml(run.explanation, await allHeads(run, host), { title: run.title }));
    }
  }
}

async function oneHead(state: RunState, host: RunHost): Promise<LayerWeights> {
  const { head, reading } = state.choice;
  return layersOf(head.kind, await host.request(PanelRequest.head, { ...head, reading }), head)[0];
}

async function allHeads(run: Run, host: RunHost): Promise<LayerWeights[]> {
  const layers: LayerWeights[] = [];
  for (const { kind } of run.explanation.groups) layers.push(...layersOf(kind, await host.request(PanelRequest.attention, { kind })));
  return layers;
}

/** What is shown, as SVG in the theme's colours: the view's own picture, else the lines or the matrix of the chosen head. */
async function picture({ title, explanation }: Run, state: RunState, host: RunHost, view?: PictureView): Promise<string> {
  const { group, choice } = state;
  const source = `${explanation.model.id}, ${explanation.model.dtype} · ${title}`;
  if (view) return view.picture(source);
  if (choice.view === 'logitLens') throw new Error('The logit lens has no picture to save; save a head from another tab.');
  if (choice.view === 'compare') throw new Error('A comparison has no picture to save; save a head from another tab, or the table of heads as CSV.');
  const labels = (sequence: typeof group.queries) => tokensOf(explanation, sequence).map(token => tokenLabel(token, textOf(explanation, sequence)));
  const theme = currentTheme();
  const common = { title: choice.reading === 'raw' ? shownName(choice) : `${shownName(choice)}, ${readingName(choice.reading, choice.head.layer)}`, source, queryLabels: labels(group.queries), keyLabels: labels(group.keys), colors: theme };
  const { each, matrix } = state;
  if (choice.view === 'lines') {
    if (!each.every(head => head.matrix.exact)) throw new Error('The numbers are not there yet; export again when the lines are drawn.');
    const pens = headPens(theme, each.length);
    const heads = each.map(({ address, matrix: { data } }, i) => ({ name: headName(address), color: pens[i].color, data }));
    return linesSvg({ ...common, heads, threshold: lineThreshold });
  }
  // A combination of heads is there already; a long head's matrix is not.
  const { queries, keys, data } = matrix.exact ? matrix : await oneHead(state, host);
  return matrixSvg({ ...common, queries, keys, data, causal: group.causal, scale: heatScaleOf(theme, choice.scale) });
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

async function joinText(parts: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const texts: string[] = [];
  for await (const part of parts) texts.push(part);
  return texts.join('');
}

async function joinParts(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: Uint8Array[] = [];
  for await (const part of parts) bytes.push(part);
  return joinBytes(bytes);
}
