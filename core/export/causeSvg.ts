import { agreementOf, readAs } from '../cause/agreement';
import { gatherParts } from '../cause/gatherParts';
import { visibleText } from '../text/visibleText';
import { isByHead, movedBy } from '../cause/patchMaps';
import type { CauseFound, PatchedMap } from './causeNumbers';
import { hexColor, type Rgb } from './pictureColors';
import type { PictureLook } from './pictureLook';
import { fitLabel, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** So many units are drawn, those that are needed most; the numbers have all. */
const mostUnits = 40;
const rowHeight = 16;
const labelRoom = 150;
const barRoom = 120;
const numberRoom = 60;
const columnRoom = 108;

interface Line {
  readonly name: string;
  readonly value: number;
  readonly numbers?: readonly string[];
}

/** What a prediction needs and what its logit is made of, as bars, in a self-contained SVG document ({@link svgDocument}). */
export function causeSvg(
  { title, source }: PictureHeading,
  { needs, parts, cuts, patch }: CauseFound,
  { colors, heat, negative }: PictureLook,
): string {
  const positive = heat.colors[heat.colors.length - 1];
  const ink = (value: number): Rgb => (value < 0 ? negative : positive);
  const elements: string[] = [];
  let y = headingHeight + 10;
  let widest = 0;
  const digits = (value: number | undefined) => (value === undefined ? '' : value.toFixed(3).replace('-', '−'));
  const section = (heading: string, lines: readonly Line[], columns: readonly string[] = []) => {
    const most = Math.max(...lines.map(({ value }) => Math.abs(value))) || 1;
    const below = lines.some(({ value }) => value < 0);
    const zero = margin + labelRoom + 8 + (below ? barRoom / 2 : 0);
    const room = below ? barRoom / 2 : barRoom;
    const end = margin + labelRoom + 8 + barRoom + numberRoom;
    elements.push(svgText(margin, y, heading, `font-weight="600" fill="${hexColor(colors.foreground)}"`));
    if (columns.length > 0) y += rowHeight;
    columns.forEach((name, i) => elements.push(svgText(end + (i + 1) * columnRoom, y, name, 'text-anchor="end"')));
    for (const { name, value, numbers = [] } of lines) {
      y += rowHeight;
      const width = (Math.abs(value) / most) * room;
      elements.push(
        svgText(margin, y, fitLabel(name, labelRoom), `fill="${hexColor(colors.foreground)}" xml:space="preserve"`),
        `<rect x="${short(value < 0 ? zero - width : zero)}" y="${short(y - 8)}" width="${short(width)}" height="8" fill="${hexColor(ink(value))}"/>`,
        svgText(end, y, digits(value), 'text-anchor="end"'),
        ...numbers.map((text, i) => svgText(end + (i + 1) * columnRoom, y, text, 'text-anchor="end"')),
      );
    }
    widest = Math.max(widest, end + columns.length * columnRoom);
    y += 2 * rowHeight;
  };
  if (needs && needs.rows.length > 0) {
    const shown = [...needs.rows].sort((a, b) => Math.abs(b.bits) - Math.abs(a.bits)).slice(0, mostUnits);
    const left = needs.rows.length - shown.length;
    section(
      `What it needs, by ${needs.unit}: ${needs.scores ? 'how much the score falls' : 'bits'} when cut${left > 0 ? `; ${left} smaller ones are left out` : ''}`,
      shown
        .sort((a, b) => a.first - b.first)
        .map(({ first, text, bits, raw, value, rollout }) => ({
          name: `${first} ${visibleText(text)}`,
          value: bits,
          numbers: [raw, value, rollout].map(digits),
        })),
      Object.values(readAs),
    );
    const agreement = Object.entries(agreementOf(needs.rows)) as [keyof typeof readAs, number][];
    if (agreement.length > 0) {
      section(
        'Agreement with the cuts, rank correlation',
        agreement.map(([name, value]) => ({ name: readAs[name], value })),
      );
    }
  }
  if (cuts?.effect) {
    for (const { words, off } of cuts.steps) {
      if (off) continue;
      elements.push(svgText(margin, y, words));
      y += rowHeight;
    }
    section(
      'Before and after',
      cuts.effect.candidates.map(({ text, before, after }) => ({
        name: visibleText(text),
        value: after - before,
        numbers: [digits(before), digits(after)],
      })),
      ['before', 'after'],
    );
  }
  if (parts) {
    section(
      `Parts of the logit of ${visibleText(parts.token)}${parts.minus === undefined ? '' : ` less that of ${visibleText(parts.minus)}`}: sum ${digits(parts.sum)}, logit ${digits(parts.logit)}`,
      gatherParts(parts.parts),
    );
  }
  if (patch) {
    elements.push(
      svgText(
        margin,
        y,
        `Patched against ${patch.against}: ${patch.metric}, 0 as corrupted, 1 as clean`,
        `font-weight="600" fill="${hexColor(colors.foreground)}"`,
      ),
    );
    for (const map of patch.maps) {
      y += rowHeight;
      elements.push(svgText(margin, y, map.name));
      y += 8;
      const inkOf = (value: number) => ({
        color: ink(movedBy(value, patch.direction)),
        part: Math.abs(movedBy(value, patch.direction)),
      });
      const drawn = patchedMap(map, y, inkOf, hexColor(colors.line));
      elements.push(...drawn.elements);
      widest = Math.max(widest, drawn.right);
      y = drawn.bottom + rowHeight;
    }
  }
  return svgDocument(
    {
      title,
      subtitle: source,
      colors,
      description: `${title}. ${needs ? `${needs.rows.length} ${needs.unit}s cut one after the other. ` : ''}${parts ? 'The parts of a logit as bars. ' : ''}${patch ? 'Maps of patches by layer.' : ''}`,
      width: widest + margin,
      height: y,
    },
    elements,
  );
}

/** A heat map with the first layer below. */
function patchedMap(
  { id, rows, columns, values }: PatchedMap,
  top: number,
  inkOf: (value: number) => { readonly color: Rgb; readonly part: number },
  line: string,
): { readonly elements: readonly string[]; readonly right: number; readonly bottom: number } {
  const left = margin + 40;
  const width = Math.max(6, Math.min(32, 900 / Math.max(1, columns.length)));
  const height = 20;
  const elements: string[] = [];
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const { color, part } = inkOf(value);
    const [x, y] = [
      left + (i % columns.length) * width,
      top + (rows.length - 1 - Math.floor(i / columns.length)) * height,
    ];
    elements.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${height}" fill="${hexColor(color)}" fill-opacity="${short(Math.min(1, part))}"/>`,
    );
    if (width >= 30 && part >= 0.1) {
      elements.push(
        svgText(x + width / 2, y + height / 2 + 4, value.toFixed(2).replace('-', '−'), 'text-anchor="middle"'),
      );
    }
  });
  const bottom = top + rows.length * height;
  elements.push(
    `<rect x="${left}" y="${short(top)}" width="${short(columns.length * width)}" height="${rows.length * height}" fill="none" stroke="${line}"/>`,
    ...rows.map((label, row) =>
      svgText(left - 6, top + (rows.length - row - 0.5) * height + 4, label, 'text-anchor="end"'),
    ),
  );
  const byHead = isByHead(id);
  if (byHead || width >= 9) {
    columns.forEach((name, column) => {
      const x = left + (column + 0.5) * width;
      const label = fitLabel(visibleText(name), 90);
      elements.push(
        byHead
          ? svgText(x, bottom + 13, label, 'text-anchor="middle"')
          : svgText(
              0,
              0,
              label,
              `text-anchor="end" transform="translate(${short(x + 3)} ${short(bottom + 10)}) rotate(-36)"`,
            ),
      );
    });
  }
  return { elements, right: left + columns.length * width, bottom: bottom + (byHead ? 16 : 60) };
}
