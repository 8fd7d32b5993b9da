import { html, nothing } from 'lit';
import type { BlockPath, PartPath } from '../../core/run/blockPath';
import { angleText, cosineText, partName } from '../../core/run/blockWords';
import { visibleText } from '../../core/text/visibleText';
import { inlineStyle } from '../common/inlineStyle';
import { formatWeight } from '../run/wording';
import { formatNumber } from '../steps/stepNumbers';
import { saidWords } from './blockFlow';

/** All blocks below each other: what each part adds as bars of one scale, the stream after the block on its own. */
export function layerTable({ blocks, chosen, said }: BlockPath, choose: (block: number) => void) {
  const columns = partColumns(blocks);
  const mostWrite = Math.max(...blocks.flatMap(({ parts }) => parts.map(({ write }) => write))) || 1;
  const mostStream = Math.max(...blocks.map(({ parts }) => parts[parts.length - 1].after)) || 1;
  const says = blocks.some(block => block.says);
  return html`<div class="scroll layers" tabindex="0">
    <table class="number mono">
      <thead>
        <tr>
          <th scope="col">block</th>
          ${columns.map(name => html`<th scope="col" colspan="3" class="text">${name}</th>`)}
          <th scope="col" colspan="2" class="text">stream</th>
          ${says ? html`<th scope="col" class="text">${saidWords[said]}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${blocks.map((block, i) => {
          const after = block.parts[block.parts.length - 1].after;
          return html`<tr class=${i === chosen ? 'chosen' : ''} @click=${() => choose(i)}>
            <th scope="row">
              <button class="link" aria-pressed=${i === chosen} aria-label="Block ${i}" @click=${() => choose(i)}>
                ${i}
              </button>
            </th>
            ${columns.map((_, column) => cells(partAt(block.parts, columns, column), mostWrite))}
            <td class="bar">
              <span class="track stream"><i ${inlineStyle({ width: `${(100 * after) / mostStream}%` })}></i></span>
            </td>
            <td>${formatNumber(after)}</td>
            ${
              says
                ? html`<td class="text says" title=${block.says ? formatWeight(block.says.probability) : ''}>
                    ${block.says ? html`<bdi class="token">${visibleText(block.says.text)}</bdi> <span class="dim">${formatWeight(block.says.probability)}</span>` : nothing}
                  </td>`
                : nothing
            }
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** The parts that blocks have, in their order: "attention", "cross-attention", "feed-forward"; of several alike each. */
export function partColumns(blocks: BlockPath['blocks']): readonly string[] {
  const longest = blocks.reduce((most, block) => (block.parts.length > most.parts.length ? block : most), blocks[0]);
  return longest.parts.map(({ kind }) => partName(kind));
}

/** The part of a block that stands in a column; none where it has no such part. */
function partAt(parts: readonly PartPath[], columns: readonly string[], column: number): PartPath | undefined {
  if (parts.length === columns.length) return parts[column];
  const nth = columns.slice(0, column).filter(name => name === columns[column]).length;
  return parts.filter(({ kind }) => partName(kind) === columns[column])[nth];
}

function cells(part: PartPath | undefined, most: number) {
  if (!part) return html`<td colspan="3" class="text dim">none</td>`;
  return html`<td class="bar">
      <span class="track ${kindClass(part)}"><i ${inlineStyle({ width: `${(100 * part.write) / most}%` })}></i></span>
    </td>
    <td title="${formatNumber(part.write)} is added to ${formatNumber(part.before)}">${formatNumber(part.write)}</td>
    <td title="cosine ${cosineText(part)}">${angleText(part)}</td>`;
}

/** Which colour a part has, whatever parts stand beside it. */
function kindClass({ kind }: PartPath): string {
  return kind === 'feedForward' || kind === 'cross' ? kind : '';
}
