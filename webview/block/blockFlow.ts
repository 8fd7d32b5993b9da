import { html, nothing, type TemplateResult } from 'lit';
import type { BlockPath, PartPath, PartVectors } from '../../core/run/blockPath';
import { isNormed, sumSign } from '../../core/export/blockRows';
import { angleText, cosineText, partName } from '../../core/run/blockWords';
import type { HeadAddress, Prediction } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import { inlineStyle } from '../common/inlineStyle';
import { count, formatWeight } from '../run/wording';
import { formatNumber } from '../steps/stepNumbers';
import '../steps/vectorStrip';
import type { VectorStrip } from '../steps/vectorStrip';

/** What the flow tells of, and what room it has. */
export interface FlowEvents {
  /** How wide strips are, in CSS pixels. */
  readonly stripWidth: number;
  readonly point: (
    note:
      { readonly from: string; readonly value: string; readonly note?: string; readonly anchor: DOMRect } | undefined,
  ) => void;
  readonly chooseHead: (head: number, part: PartPath) => void;
}

/** What a column of what a model says is called. */
export const saidWords = { next: 'says next', here: 'says', class: 'class' } as const satisfies Record<
  BlockPath['said'],
  string
>;

/** The block from top to bottom: the stream, what each part reads and adds, with vectors and lengths. */
export function blockFlow(path: BlockPath, chosenHead: HeadAddress, events: FlowEvents) {
  const { embedding, chosen, blocks, parts, postNorm } = path;
  const block = blocks[chosen];
  const rows: TemplateResult[] = [];
  if (chosen === 0) {
    embedding.parts.forEach(({ kind, vector, length }, i) =>
      rows.push(row(events, { sign: i === 0 ? '' : '+', name: embeddingName(kind), vector, length })),
    );
  }
  const before = chosen === 0 ? embedding.says : blocks[chosen - 1].says;
  parts.forEach((part, i) => {
    const about = block.parts[i];
    if (i === 0 || (postNorm && !about.parallel)) {
      rows.push(
        row(events, {
          sign: i === 0 ? sumSign(path) : '',
          name: i > 0 || isNormed(path) ? 'stream, normalized' : 'stream',
          vector: part.before,
          length: about.before,
          says: i === 0 ? before : undefined,
          stream: true,
        }),
      );
    }
    if (about.preNorm) {
      rows.push(
        row(events, {
          sign: '',
          name: about.parallel && sameVector(part.reads, parts[i - 1]?.reads) ? 'the same norm' : 'norm',
          vector: part.reads,
          inner: true,
        }),
      );
    }
    if (part.heads) rows.push(headRow(part.heads, about, chosenHead, events));
    if (part.feedForward) {
      const { activations, gated, function: name } = part.feedForward;
      rows.push(
        row(events, {
          sign: '',
          name: `${count(activations.length)} neurons`,
          title: [name, gated ? 'gated' : ''].filter(Boolean).join(', '),
          vector: activations,
          inner: true,
        }),
      );
    }
    rows.push(
      row(events, {
        sign: '+',
        name: `${partName(about.kind)} adds`,
        vector: part.write,
        length: about.write,
        angle: about,
        note: about.normedWrite ? 'after a norm' : '',
        strong: true,
      }),
    );
    // Parts side by side have one sum.
    if (!block.parts[i + 1]?.parallel) {
      const last = i === parts.length - 1;
      rows.push(
        row(events, {
          sign: '=',
          name: postNorm ? 'sum' : 'stream',
          vector: part.after,
          length: about.after,
          says: last ? block.says : undefined,
          stream: true,
        }),
      );
    }
  });
  return html`<div class="table" role="table" aria-label="The block, from top to bottom">
    <div class="row heads dim" role="row">
      <span role="columnheader" class="sign"><span class="visually-hidden">sign</span></span
      ><span role="columnheader">part</span><span role="columnheader">numbers</span
      ><span role="columnheader" class="value">length</span
      ><span role="columnheader" class="value" title="Between what is added and the stream before">angle</span
      ><span role="columnheader" class="says">${blocks.some(({ says }) => says) ? saidWords[path.said] : nothing}</span>
    </div>
    ${rows}
  </div>`;
}

interface FlowRow {
  readonly sign: '' | '+' | '=';
  readonly name: string;
  readonly vector: Float32Array;
  readonly length?: number;
  readonly angle?: PartPath;
  readonly note?: string;
  readonly title?: string;
  readonly says?: Prediction;
  readonly strong?: boolean;
  /** Whether it is the stream itself. */
  readonly stream?: boolean;
  /** Whether it lies inside a part. */
  readonly inner?: boolean;
}

function row(
  events: FlowEvents,
  { sign, name, vector, length = Math.hypot(...vector), angle, note, title, says, strong, stream, inner }: FlowRow,
) {
  const full = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return html`<div class="row ${stream ? 'stream' : ''} ${inner ? 'inner' : ''}" role="row">
    <span role="cell" class="sign mono">${sign}</span>
    <span role="rowheader" class=${strong ? 'strong' : ''} title=${title ?? ''}
      >${name}${note ? html` <span class="dim">${note}</span>` : nothing}</span
    >
    <span role="cell" class="strip"
      ><headlight-vector
        .vector=${vector}
        .full=${full}
        .width=${events.stripWidth}
        .ratio=${devicePixelRatio}
        @pointermove=${(event: PointerEvent) => {
          const strip = event.currentTarget as VectorStrip;
          const index = strip.indexAt(event.clientX);
          events.point({
            from: `${name}, number ${index}`,
            value: formatNumber(vector[index]),
            anchor: strip.anchorOf(index),
          });
        }}
        @pointerleave=${() => events.point(undefined)}
      ></headlight-vector
      ><span class="visually-hidden">${count(vector.length)} numbers</span></span
    >
    <span role="cell" class="value mono number">${formatNumber(length)}</span>
    <span
      role="cell"
      class="value mono number"
      title=${angle ? `cosine ${cosineText(angle)}; ${formatNumber(angle.write)} on ${formatNumber(angle.before)}` : ''}
      >${angle ? html`${angleText(angle)} <span class="dim cosine">${cosineText(angle)}</span>` : nothing}</span
    >
    <span role="cell" class="says mono"
      >${says ? html`<bdi class="token">${visibleText(says.text)}</bdi> <span class="dim">${formatWeight(says.probability)}</span>` : nothing}</span
    >
  </div>`;
}

/** What each head adds, as bars that choose it. */
function headRow(heads: NonNullable<PartVectors['heads']>, part: PartPath, chosen: HeadAddress, events: FlowEvents) {
  const most = Math.max(...heads.map(({ write }) => write)) || 1;
  return html`<div class="row inner" role="row">
    <span role="cell" class="sign"></span>
    <span role="rowheader">${heads.length} heads</span>
    <span role="cell" class="bars"
      >${heads.map(each => {
        const label = `head ${part.layer ?? 0}.${each.head} adds ${formatNumber(each.write)}, ${angleText(each)} to the stream`;
        return html`<button
          aria-label=${label}
          aria-pressed=${each.head === chosen.head && part.kind === chosen.kind}
          @click=${() => events.chooseHead(each.head, part)}
          @pointerenter=${(event: Event) =>
            events.point({
              from: `head ${part.layer ?? 0}.${each.head}`,
              value: formatNumber(each.write),
              note: `${angleText(each)} to the stream, cosine ${cosineText(each)}`,
              anchor: (event.currentTarget as HTMLElement).getBoundingClientRect(),
            })}
          @pointerleave=${() => events.point(undefined)}
        >
          <i ${inlineStyle({ height: `${Math.max(1, (each.write / most) * 26)}px` })}></i>
        </button>`;
      })}</span
    >
    <span role="cell" class="value mono number" title="Length of what the strongest head adds"
      ><span class="dim">≤</span> ${formatNumber(most)}</span
    >
    <span role="cell" class="value"></span>
    <span role="cell" class="says"></span>
  </div>`;
}

function embeddingName(kind: BlockPath['embedding']['parts'][number]['kind']): string {
  return kind === 'input' ? 'input' : `${kind} embedding`;
}

function sameVector(one: Float32Array, other: Float32Array | undefined): boolean {
  return one.every((value, i) => value === other?.[i]);
}
