import { formatExactly, formatWeight } from '../../core/attention/formatWeight';
import {
  cellBox,
  imageAnswersCsv,
  imageCellsCsv,
  imageJson,
  pixelBox,
  type ImageNumbers,
} from '../../core/export/imageNumbers';
import type { ImageList } from '../../core/export/imageLists';
import { imageSvg } from '../../core/export/imageSvg';
import { joinParts } from '../../core/export/joinBytes';
import { npy } from '../../core/export/npy';
import { pictureHtml, type PictureTable } from '../../core/export/pictureHtml';
import { safetensors, type NamedTensor } from '../../core/export/safetensors';
import { elsewhere, type HeatLayer } from '../../core/images/imageHeat';
import { imageMatrix } from '../../core/images/imageMatrix';
import { headsName, kindAt, lookingCell, objectAt, placeName, queryOf, stackName } from '../../core/images/imagePlace';
import type { ImageFormat, ShownImage } from '../../core/protocol/imageProtocol';
import type { HeatWish, ImageExplanation } from '../../core/images/explained';
import type { PictureLook } from '../../core/export/pictureLook';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { heatOf, textHeatOf } from '../images/imageHeatOf';
import { InferenceFault } from '../models/inferenceFault';
import type { ImageRun } from '../images/explainImage';

/** A table of a page has no more rows: the CSV has them all. */
const mostRows = 2000;
/** So many tokens of a text are beside a picture. */
const mostTokens = 8;
/** A larger file is not made at once in memory. */
const mostBytes = 2 ** 30;

/**
 * What is shown of an explained image as the content of a file.
 * @param look gives a picture its colours.
 * @param png the image, which a picture is drawn on.
 * @param most bytes of attention in a file.
 * @throws {InferenceFault} where there is no such head, or more attention than a file is made of.
 */
export async function exportShownImage(
  format: ImageFormat,
  made: ImageRun,
  shown: ShownImage,
  look: PictureLook,
  png: Uint8Array = new Uint8Array(0),
  most = mostBytes,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'npy':
      return headNpy(made, shown, most);
    case 'safetensors':
      return allHeads(made, most);
    case 'csv':
      return imageCellsCsv(numbersOf(made, shown));
    case 'answers':
      return imageAnswersCsv(numbersOf(made, shown));
    case 'json':
      return imageJson(numbersOf(made, shown));
    case 'svg':
      return picture(numbersOf(made, shown), shown, look, png);
    case 'html': {
      const numbers = numbersOf(made, shown);
      const {
        explanation: { model },
      } = numbers;
      return pictureHtml({
        title: `${shown.title} · attention of ${model.id}`,
        svg: await picture(numbers, shown, look, png),
        tables: tablesOf(numbers),
      });
    }
  }
}

function numbersOf(made: ImageRun, { title, layer, head, cell, answer, text }: ShownImage): ImageNumbers {
  const explanation: ImageExplanation = { ...made.explanation, run: '' };
  const place = { cell, answer };
  const wish: HeatWish = {
    kind: kindAt(explanation, place),
    layer,
    head,
    query: queryOf(explanation, place),
  };
  return {
    path: title,
    explanation,
    wish,
    from: placeName(explanation, place),
    heat: heatOf(made, wish),
    ...(text ? { text: { wish: text, heat: textHeatOf(made, text) } } : {}),
  };
}

function picture(
  numbers: ImageNumbers,
  { title, cell, answer }: ShownImage,
  { colors, heat: { colors: ramp }, focus }: PictureLook,
  png: Uint8Array,
): Promise<string> {
  const {
    explanation,
    explanation: { model, image, grid, seen, answers },
    wish,
    from,
    heat,
  } = numbers;
  const object = objectAt(explanation, { cell, answer });
  const rest = elsewhere(heat);
  return imageSvg({
    title: `${headsName(wish)}, from ${from}`,
    source: `${model.id}, ${model.dtype} · ${title}`,
    png,
    width: image.width,
    height: image.height,
    grid,
    seen,
    heat,
    cell: lookingCell(explanation, { cell, answer }),
    boxes: answers.flatMap(({ label, probability, box }, i) =>
      box ? [{ label: `${label} ${formatWeight(probability)}`, box, chosen: i === object }] : [],
    ),
    lists: listsOf(numbers, object),
    notes: rest > 0.0005 ? [`${formatWeight(rest)} goes to tokens that are no cells.`] : [],
    colors,
    heatColor: ramp[ramp.length - 1],
    focus,
  });
}

function listsOf(
  { explanation: { answers, compared, model }, text }: ImageNumbers,
  answer: number | undefined,
): ImageList[] {
  const lists: ImageList[] = [];
  const detects = model.task === 'object-detection';
  if (answers.length > 0) {
    lists.push({
      heading: detects ? 'Objects' : `Reads as: the likeliest ${answers.length} classes`,
      lines: answers.map(({ label, probability }, i) => ({
        name: label,
        value: probability,
        chosen: detects && i === answer,
      })),
    });
  }
  if (typeof compared !== 'object' || compared.texts.length === 0) return lists;
  lists.push({
    heading: compared.each ? 'How well each text fits' : 'Which text fits best',
    lines: compared.texts.map(({ text: name, probability }, i) => ({
      name,
      value: probability,
      chosen: i === text?.wish.text,
    })),
  });
  if (text) {
    const { tokens } = compared.texts[text.wish.text];
    const strongest = Array.from(text.heat.keys())
      .sort((a, b) => text.heat[b] - text.heat[a])
      .slice(0, mostTokens)
      .sort((a, b) => a - b);
    lists.push({
      heading: `“${tokens[text.wish.query]}” looks at`,
      lines: strongest.map(i => ({ name: `${i} ${tokens[i]}`, value: text.heat[i], chosen: i === text.wish.query })),
    });
  }
  return lists;
}

function tablesOf({ explanation, heat, from, wish, text }: ImageNumbers): PictureTable[] {
  const {
    grid: { columns },
    answers,
    compared,
    image,
    model,
  } = explanation;
  const detects = model.task === 'object-detection';
  const cells = Array.from(heat.keys()).sort((a, b) => heat[b] - heat[a]);
  const cut = cells.length > mostRows ? `; the strongest ${mostRows} of ${cells.length}` : '';
  const boxed = ['left', 'top', 'width', 'height'];
  return [
    {
      caption: `What ${from} looks at${stackName(wish.kind)}: cells, strongest first, in pixels${cut}`,
      columns: ['row', 'column', ...boxed, 'attention'],
      rows: cells
        .slice(0, mostRows)
        .map(cell => [
          Math.floor(cell / columns),
          cell % columns,
          ...cellBox(cell, explanation),
          formatExactly(heat[cell]),
        ]),
    },
    ...(answers.length > 0
      ? [
          {
            caption: detects ? 'Objects, in pixels' : `The likeliest ${answers.length} classes`,
            columns: detects ? ['object', 'probability', ...boxed] : ['class', 'probability'],
            rows: answers.map(({ label, probability, box }) => [
              label,
              formatExactly(probability),
              ...(box ? pixelBox(box, image) : []),
            ]),
          },
        ]
      : []),
    ...(typeof compared === 'object' && compared.texts.length > 0
      ? [
          {
            caption: compared.each ? 'How well each text fits' : 'Which text fits best',
            columns: ['text', 'probability'],
            rows: compared.texts.map(({ text: name, probability }) => [name, formatExactly(probability)]),
          },
        ]
      : []),
    ...(typeof compared === 'object' && text
      ? [
          {
            caption: `What token ${text.wish.query} of “${compared.texts[text.wish.text].text}” looks at: ${headsName({ ...text.wish, kind: wish.kind })}`,
            columns: ['token', '', 'attention'],
            rows: Array.from(text.heat, (value, i) => [
              i,
              compared.texts[text.wish.text].tokens[i],
              formatExactly(value),
            ]),
          },
        ]
      : []),
  ];
}

async function headNpy(
  { explanation, attention: all }: ImageRun,
  { layer, head, cell, answer }: ShownImage,
  most: number,
): Promise<Uint8Array> {
  const { grid } = explanation;
  const kind = kindAt(explanation, { cell, answer });
  const attention = all.filter(each => each.kind === kind);
  const cells = grid.rows * grid.columns;
  const windowed = attention.some(({ windows }) => windows);
  checkSize(4 * (windowed ? cells * cells : attention[0].queries * attention[0].keys), most);
  const matrix = imageMatrix(attention, { layer, head }, grid);
  if (!matrix) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no ${headsName({ kind, layer, head })} in this run.`);
  }
  return joinParts(npy([matrix.queries, matrix.keys], [matrix.data]));
}

/**
 * All heads as tensors “self.0”, “encoder.0”, “cross.1”, “text.0”: [heads, queries, keys]; of layers in windows [windows, heads, queries, keys],
 * with “self.0.cells” [windows, positions], the cell of each position or -1; of texts [texts, heads, queries, keys].
 */
function allHeads({ explanation, attention, textAttention }: ImageRun, most: number): Promise<Uint8Array> {
  const { model, image, grid, special, seen, compared } = explanation;
  const tensors: NamedTensor[] = [
    ...attention.flatMap(layer => tensorsOf(`${layer.kind}.${layer.layer}`, layer)),
    ...(typeof compared === 'object' && compared.texts.length > 0
      ? textAttention.map(({ layer, heads, queries, keys, data }) => ({
          name: `text.${layer}`,
          shape: [data.length / (heads * queries * keys), heads, queries, keys],
          data: () => data,
        }))
      : []),
  ];
  checkSize(4 * tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0), most);
  return joinParts(
    safetensors(tensors, {
      format: 'headlight-image',
      model: model.id,
      dtype: model.dtype,
      image: JSON.stringify(image),
      grid: JSON.stringify(grid),
      special: String(special),
      seen: JSON.stringify(seen),
      ...(typeof compared === 'object'
        ? { texts: JSON.stringify(compared.texts.map(({ text, tokens }) => ({ text, tokens }))) }
        : {}),
    }),
  );
}

function tensorsOf(name: string, { heads, queries, keys, data, windows }: HeatLayer): NamedTensor[] {
  if (!windows) return [{ name, shape: [heads, queries, keys], data: () => data }];
  const count = windows.cells.length / windows.size;
  return [
    { name, shape: [count, heads, queries, keys], data: () => data },
    { name: `${name}.cells`, shape: [count, windows.size], data: () => Float32Array.from(windows.cells) },
  ];
}

function checkSize(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new InferenceFault(
    InferenceErrorCode.run,
    `This attention takes ${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB, more than is written to one file; save the heat as CSV or JSON instead.`,
  );
}
