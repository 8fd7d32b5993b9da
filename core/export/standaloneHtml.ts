import { headName, kindName } from '../attention/headName';
import type { HeadAddress, Reading } from '../run/explanation';
import { readingName, withoutFirstName } from '../run/readingName';
import { base64 } from './base64';
import { escapeXml } from './escapeXml';
import { htmlDocument } from './htmlDocument';
import { float16Bits } from './float16';
import { joinBytes } from './joinBytes';
import { type ExportedRun, type LayerSource, type LayerWeights, tokensOfLayer } from './layerWeights';
import { decodeMatrix } from './page/decodeMatrix';
import { drawMatrix } from './page/drawMatrix';
import { headGrid } from './page/headGrid';
import type { PageData, PageMatrix, PageSequence } from './page/pageData';
import { pageStyle } from './page/pageStyle';
import { paintHeat } from './page/paintHeat';
import { readColors } from './page/readColors';
import { showPage } from './page/showPage';
import { pageText } from './page/pageText';
import { pairTokensWords } from '../text/textPair';
import { textSegments } from '../text/textSegments';
import { tokenLabel } from '../text/tokenLabel';

const readingTexts: Readonly<Record<Exclude<Reading, 'raw'>, string>> = {
  value: 'value-weighted: each key’s part of the length ‖αf(x)‖ that the head adds',
  rollout: 'rollout: how much of each token has come up to a layer, its heads in one',
};

/** How the page is headed. */
export interface PageHeading {
  /** Where the text came from: "sample.ts, lines 1–4". */
  readonly title: string;
  /** The head that it opens on; else the first. */
  readonly chosen?: HeadAddress;
}

/**
 * A run as one HTML document (WHATWG HTML) that works without a network: choose a head, point at a cell or move with the
 * arrow keys, read the numbers, see the text coloured by what a token looks at. Dark or light as the reader prefers.
 *
 * The weights are in it as 16-bit floats (IEEE 754 binary16, little-endian, base64), as the page says: 2⅔ bytes a weight,
 * half of that where attention is causal; so the caller chooses which heads a long text comes with. A policy in the
 * document lets nothing be loaded and, where the platform can hash, nothing run but the document's own script. What a
 * token holds is data to it, never markup.
 */
export async function standaloneHtml(
  run: ExportedRun,
  layers: LayerSource,
  { title, chosen }: PageHeading,
): Promise<string> {
  const { reading = 'raw', withoutFirst } = run;
  const rolled = reading === 'rollout';
  const matrices: PageMatrix[] = [];
  let first = 0;
  const encoded: Uint8Array[] = [];
  let start = 0;
  for await (const layer of layers) {
    const {
      group: { causal, queries, keys },
    } = tokensOfLayer(run, layer);
    const packed = causal && seesNothingAhead(layer);
    for (const [i, head] of layer.heads.entries()) {
      const { kind } = layer;
      if (chosen?.kind === kind && chosen.layer === layer.layer && (rolled || chosen.head === head)) {
        first = matrices.length;
      }
      matrices.push({
        name: matrixName({ kind, layer: layer.layer, head }, reading) + (withoutFirst ? `, ${withoutFirstName}` : ''),
        kind: kindName(kind),
        layer: layer.layer,
        queries,
        keys,
        rows: layer.queries,
        columns: layer.keys,
        causal: packed,
        packed,
        start,
      });
      const bytes = encode(layer, i, packed);
      encoded.push(bytes);
      start += bytes.length / 2;
    }
  }
  if (matrices.length === 0) throw new RangeError('There is no attention to write.');
  const data: PageData = {
    sequences: {
      input: pageSequence(run.text, run.tokens),
      ...(run.output && { output: pageSequence(run.output.text, run.output.tokens) }),
    },
    matrices,
    first,
  };
  const parts = { decodeMatrix, paintHeat, drawMatrix, readColors, textView: pageText, headGrid };
  // Each function comes with its own name, which a minifier may have changed: here it has the one it is asked for by.
  const script = `'use strict';(${showPage.toString()})({${Object.entries(parts)
    .map(([name, part]) => `${name}:${part.toString()}`)
    .join(',')}});`;
  const { model, cut, pair } = run;
  return htmlDocument({
    title: `${title} · attention of ${model.id}`,
    policy: `script-src ${await sourceOf(script)}; style-src ${await sourceOf(pageStyle)}`,
    head: `<style>${pageStyle}</style>`,
    body: `<header>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(`${model.id}, ${model.architecture}, ${model.dtype} · ${model.found} · ${run.tokens.length} tokens${run.output ? `, ${run.output.tokens.length} written` : ''}${reading === 'raw' ? '' : ` · ${readingTexts[reading]}`}${withoutFirst ? ` · ${withoutFirstName}: each row divided by what is left` : ''}`)}</p>
${pair ? `<p>Two texts, read together; ${pairTokensWords(pair, run.tokens.length)}.</p>\n` : ''}${cut ? `<p>The first ${cut.tokensKept} tokens are shown; ${cut.tokensLeftOut} more were left out: the model reads ${model.contextLength} at most.</p>\n` : ''}</header>
<main>
<div>
<section><h2 id="headsName">Heads</h2><div id="heads" class="heads" role="radiogroup" aria-labelledby="headsName"></div></section>
<section><h2>The text, coloured by what the token looks at</h2><div id="texts"></div></section>
</div>
<section>
<div class="bar"><h2 id="head"></h2><span>query ↓ looks at key →</span><label>scale <select id="scale"><option value="linear">linear</option><option value="sqrt" selected>√</option><option value="log">log</option></select></label><span class="legend">0 <span id="ramp"></span> 1</span></div>
<output id="cell" aria-live="polite"></output>
<div id="frame"><canvas id="matrix" tabindex="0" role="application" aria-label="Attention matrix; the arrow keys move from cell to cell" aria-describedby="cell"></canvas></div>
</section>
<section><table><caption id="caption"></caption><thead><tr><th scope="col">key</th><th scope="col">token</th><th scope="col">weight</th></tr></thead><tbody id="top"></tbody></table></section>
</main>
<footer>Weights are stored as 16-bit floats: off by less than 0.05 % of each, or by 3·10⁻⁸. Tab moves between heads, text, scale and matrix; arrow keys move within them. This page is one file and loads nothing. Written by Headlight.</footer>
<script type="application/json" id="run">${scriptJson(data)}</script>
<script type="text/plain" id="weights">${base64(joinBytes(encoded))}</script>
<script>${script}</script>`,
  });
}

function pageSequence(text: string, tokens: ExportedRun['tokens']): PageSequence {
  return { labels: tokens.map(token => tokenLabel(token, text)), segments: textSegments(text, tokens) };
}

/** "Head 2.1", "Head 2.1, value-weighted", "Encoder rollout up to layer 2". */
function matrixName(head: HeadAddress, reading: Reading): string {
  if (reading === 'raw') return headName(head);
  const read = readingName(reading, head.layer);
  if (reading === 'value') return `${headName(head)}, ${read}`;
  return head.kind === 'self' ? read[0].toUpperCase() + read.slice(1) : `${kindName(head.kind)} ${read}`;
}

/** Whether all weights of keys after their query are zero, so that they need not be written. */
function seesNothingAhead({ heads, queries, keys, data }: LayerWeights): boolean {
  for (let row = 0; row < heads.length * queries; row++) {
    for (let key = (row % queries) + 1; key < keys; key++) {
      if (data[row * keys + key] !== 0) return false;
    }
  }
  return true;
}

function encode({ queries, keys, data }: LayerWeights, head: number, packed: boolean): Uint8Array {
  const bytes: number[] = [];
  for (let query = 0; query < queries; query++) {
    const from = (head * queries + query) * keys;
    const seen = packed ? Math.min(keys, query + 1) : keys;
    for (let key = 0; key < seen; key++) {
      const bits = float16Bits(data[from + key]);
      bytes.push(bits & 0xff, bits >> 8);
    }
  }
  return Uint8Array.from(bytes);
}

/** JSON for a script element: `<` would let a token end the element. */
function scriptJson(data: PageData): string {
  return JSON.stringify(data).replace(
    /[<\x7f-\x9f\u2028\u2029\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** How a policy (W3C, Content Security Policy Level 3) names an inline script or style: by its hash. */
async function sourceOf(content: string): Promise<string> {
  // Only a secure context can hash; a page of a web server without TLS is none.
  if (typeof crypto === 'undefined' || !('subtle' in crypto)) return `'unsafe-inline'`;
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
  return `'sha256-${base64(new Uint8Array(hash))}'`;
}
