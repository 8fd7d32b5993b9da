import { imageGround } from '../images/heatOpacity';
import type { ImageRegion } from '../images/image';
import { formatChange } from '../vision/formatChange';
import { onPicture, partsShown, placedTokens, tokenName } from '../vision/pictureTokens';
import { regionOpacity, strongOutline } from '../vision/regionHeat';
import type { ShownAnswer } from '../vision/shownAnswer';
import { wordShares } from '../vision/wordAttention';
import { base64 } from './base64';
import { legendHeight } from './heatScale';
import { imageLegend } from './imageLegend';
import { lineHeight, listsBeside, listWidth } from './imageLists';
import { hexColor, type PictureColors } from './pictureColors';
import type { PictureLook } from './pictureLook';
import { labelWidth, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument } from './svgDocument';

/** The longer side of the image in the picture, and the room between it and what stands beside it. */
const [side, gap] = [640, 24];
/** Characters of a line below the picture. */
const lineLength = 92;

/**
 * The picture with the heat of a word of an answer, as the panel shows it: tokens where they lie, an outline around the
 * strongest, the tiles' borders, covers; the words beside it, the conversation and what covers did below. A self-contained
 * SVG document ({@link svgDocument}). Each token tells its place and number to who points at it.
 */
export function answerSvg(what: ShownAnswer, { colors, heat, negative }: PictureLook): string {
  const { title, turns, answer, wish, shown, attention, covers } = what;
  const { image, parts, words, model } = answer;
  const color = heat.colors[heat.colors.length - 1];
  const word = words[wish.word]?.text ?? '';
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [Math.max(1, image.width * scale), Math.max(1, image.height * scale)];
  const place = ({ left, top, width: w, height: h }: ImageRegion) =>
    `x="${short(left * width)}" y="${short(top * height)}" width="${short(w * width)}" height="${short(h * height)}"`;
  const regions = placedTokens(partsShown(parts, shown)).map(({ token, region }) => ({
    region,
    value: attention.picture[token],
    name: tokenName(parts, token),
  }));
  const opacity = regionOpacity(regions);
  const outline = strongOutline(regions)
    .map(([x1, y1, x2, y2]) => `M${short(x1 * width)} ${short(y1 * height)}L${short(x2 * width)} ${short(y2 * height)}`)
    .join('');
  const tiles = shown === 'thumbnail' ? [] : parts.filter(({ kind }) => kind === 'tile');
  const top = headingHeight + 4;
  const below = top + height + 16;
  const lines = [
    ...(outline === '' ? [] : ['Outlined: from half of the strongest on.']),
    ...turns.map(({ role, text }) => (role === 'user' ? `Question: ${text}` : `Answer: ${text}`)),
    `Answer: ${answer.text}`,
    ...covers.map(
      ({ name, changes }) =>
        `${name}, Δ log p: ${words.map(({ text }, i) => `${text} ${formatChange(changes[i] ?? 0)}`).join('  ')}`,
    ),
  ].flatMap(wrapped);
  const beside = listsBeside(listsOf(what), margin + Math.max(width, 260) + gap, top, colors, color);
  return svgDocument(
    {
      title: `“${word}” looks at the picture`,
      subtitle: `${model.id}, ${model.dtype} · ${title} · ${headsOf(what)}`,
      description: `An image whose parts are coloured by how much a model looked at them as it wrote “${word}” in the answer: ${answer.text}`,
      colors,
      width: margin + Math.max(width, 260) + gap + listWidth + margin,
      height: Math.max(below + legendHeight + lines.length * lineHeight + margin, beside.bottom + margin),
    },
    [
      `<svg x="${margin}" y="${top}" width="${short(width)}" height="${short(height)}">`,
      `<rect width="${short(width)}" height="${short(height)}" fill="${imageGround}"/>`,
      `<image width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" xlink:href="data:image/png;base64,${base64(what.png)}"/>`,
      `<g fill="${hexColor(color)}" shape-rendering="crispEdges">`,
      ...regions.map(
        ({ region, value, name }, i) =>
          `<rect ${place(region)} fill-opacity="${opacity[i].toFixed(3)}"><title>${name}: ${String(Number(value.toPrecision(3))).replace('-', '−')}</title></rect>`,
      ),
      '</g>',
      ...(tiles.length > 1
        ? [
            `<g fill="none" stroke-width="1" stroke-dasharray="3 4">`,
            ...tiles.flatMap(({ region }) => [
              `<rect ${place(onPicture(region))} stroke="#ffffff" stroke-dashoffset="3"/>`,
              `<rect ${place(onPicture(region))} stroke="#000000"/>`,
            ]),
            '</g>',
          ]
        : []),
      // Light on dark: seen on any picture, one of the heat's own colour too.
      ...(outline === ''
        ? []
        : [
            `<path d="${outline}" fill="none" stroke="#000000" stroke-width="3" stroke-linecap="square"/>`,
            `<path d="${outline}" fill="none" stroke="#ffffff" stroke-width="1.3" stroke-linecap="square"/>`,
          ]),
      ...covers.flatMap(({ name, regions: covered }) => [
        ...covered.flatMap(region => [
          `<rect ${place(region)} fill="none" stroke="${hexColor(colors.background)}" stroke-width="4"/>`,
          `<rect ${place(region)} fill="none" stroke="${hexColor(negative)}" stroke-width="2" stroke-dasharray="6 4"/>`,
        ]),
        ...coverLabel(name, covered[0].left * width, covered[0].top * height, colors),
      ]),
      '</svg>',
      `<rect x="${margin - 0.5}" y="${top - 0.5}" width="${short(width + 1)}" height="${short(height + 1)}" fill="none" stroke="${hexColor(colors.line)}"/>`,
      ...imageLegend(
        margin,
        below,
        Float32Array.from(regions, ({ value }) => value),
        color,
        colors,
        wish.weighting === 'minusMean' ? 'attention, less the mean of all words' : 'attention of a token',
      ),
      ...lines.map((line, i) => svgText(margin, below + legendHeight + (i + 1) * lineHeight - 2, line)),
      ...beside.elements,
    ],
  );
}

function listsOf({ answer, wish, attention }: ShownAnswer) {
  const shares = wordShares(attention, answer.parts, wish.weighting);
  return [
    {
      heading: 'Words, with their probabilities',
      lines: answer.words.map(({ text, probability }, i) => ({
        name: text,
        value: probability,
        chosen: i === wish.word,
      })),
    },
    ...(wish.weighting === 'minusMean'
      ? []
      : [
          {
            heading: 'Where it looks',
            lines: [
              { name: 'tiles or picture', value: shares.tiles },
              { name: 'thumbnail', value: shares.thumbnail },
              { name: 'question', value: shares.question },
              { name: 'words before', value: shares.before },
              { name: 'first token', value: shares.first },
            ],
          },
        ]),
    {
      heading: `Instead of “${answer.words[wish.word]?.text ?? ''}”`,
      lines: (answer.words[wish.word]?.instead ?? []).map(({ text, probability }) => ({
        name: text,
        value: probability,
      })),
    },
  ];
}

function headsOf({ wish: { layer, head, weighting } }: ShownAnswer): string {
  const heads = layer === 'all' || head === 'all' ? 'all heads' : `head ${layer}.${head}`;
  return `${heads}, ${{ raw: 'raw', minusMean: 'less the mean of all words', value: 'value-weighted' }[weighting]}`;
}

function coverLabel(name: string, left: number, top: number, colors: PictureColors): string[] {
  // Above the region, or where there is no room inside it.
  const y = top >= 18 ? top - 18 : top + 2;
  return [
    `<rect x="${short(Math.max(0, left))}" y="${short(y)}" width="${short(labelWidth(name) + 8)}" height="16" fill="${hexColor(colors.background)}"/>`,
    svgText(Math.max(0, left) + 4, y + 12, name, `fill="${hexColor(colors.foreground)}"`),
  ];
}

/** A text in lines that fit below the picture. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineLength) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
