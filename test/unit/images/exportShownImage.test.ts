import assert from 'node:assert/strict';
import type { ImageJson } from '../../../core/export/imageNumbers';
import { imageSvg, type ImagePicture } from '../../../core/export/imageSvg';
import type { PictureLook } from '../../../core/export/pictureLook';
import { heatOpacity } from '../../../core/images/heatOpacity';
import { imageMatrix } from '../../../core/images/imageMatrix';
import { headsName } from '../../../core/images/imagePlace';
import type { ImageFormat, ShownImage } from '../../../core/protocol/imageProtocol';
import type { ImageRun } from '../../../inference/images/explainImage';
import { exportShownImage } from '../../../inference/export/exportShownImage';
import { elements, parseXml, type XmlElement } from '../export/xml';
import { largestDifference } from '../onnx/support/referenceModels';
import { imageReference, runImageModel } from '../support/imageModel';

const colors = {
  background: [255, 255, 255],
  foreground: [0, 0, 0],
  dim: [90, 90, 90],
  line: [200, 200, 200],
} as const;
const look: PictureLook = {
  colors,
  heat: {
    colors: [
      [255, 255, 255],
      [0, 0, 255],
    ],
    scale: 'linear',
  },
  negative: [200, 100, 0],
  pens: [],
  focus: [200, 100, 0],
};
const heatColor = [0, 0, 255] as const;
const png = Uint8Array.of(1, 2, 3);

const file = (format: ImageFormat, made: ImageRun, shown: Partial<ShownImage>, most?: number) =>
  exportShownImage(
    format,
    made,
    { title: 'images/a.png', layer: 'all', head: 'all', answer: 0, ...shown },
    look,
    png,
    most,
  );
const text = async (...wish: Parameters<typeof file>) => (await file(...wish)) as string;
const words = (svg: XmlElement) => elements(svg, 'text').map(each => each.text);

/** [heads][queries][keys] of PyTorch, without the batch. */
function reference(model: string, name: string, layer: number) {
  const { shape, data } = imageReference(model).tensor(name, layer);
  const [heads, queries, keys] = shape.slice(-3);
  return {
    heads,
    queries,
    keys,
    row: (head: number, query: number) =>
      data.subarray((head * queries + query) * keys, (head * queries + query + 1) * keys),
    data,
  };
}

function npyOf(bytes: Uint8Array) {
  const view = Buffer.from(bytes);
  const header = view.toString('latin1', 10, 10 + view.readUInt16LE(8));
  const shape = /\(([\d, ]+)\)/
    .exec(header)![1]
    .split(',')
    .filter(part => part.trim())
    .map(Number);
  return { shape, data: new Float32Array(Uint8Array.from(view.subarray(10 + header.length)).buffer) };
}

function safetensorsOf(bytes: Uint8Array) {
  const view = Buffer.from(bytes);
  const start = 8 + Number(view.readBigUInt64LE(0));
  const { __metadata__: metadata, ...tensors } = JSON.parse(view.toString('utf8', 8, start)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  > & { __metadata__: Record<string, string> };
  const read = (name: string) => {
    const {
      shape,
      data_offsets: [from, to],
    } = tensors[name];
    return { shape, data: new Float32Array(Uint8Array.from(view.subarray(start + from, start + to)).buffer) };
  };
  return { metadata, names: Object.keys(tensors), read };
}

/** An explained image as files: what is in them is PyTorch's attention. */
describe('exports of an explained image', function () {
  this.timeout(60_000);

  describe('DINOv2, from a cell', () => {
    let made: ImageRun;
    const model = 'dinov2_with_registers';
    const shown = { layer: 1, head: 2, cell: 6 };
    /** Five tokens stand before the cells. */
    const expected = () =>
      reference(model, 'self', 1)
        .row(2, 5 + 6)
        .subarray(5);
    before(async () => {
      made = await runImageModel(model, 'square.png');
    });

    it('CSV: each cell with its pixels and PyTorch’s number', async () => {
      const { width, height } = made.explanation.image;
      const [header, ...rows] = (await text('csv', made, shown)).trimEnd().split('\r\n');
      assert.equal(header, 'kind,layer,head,from,row,column,left,top,width,height,attention');
      assert.equal(rows.length, 16);
      assert.ok(
        rows.every(row => row.startsWith('self,1,2,"row 1, column 2",')),
        rows[0],
      );
      const fields = rows.map(row => row.split(',').slice(-7).map(Number));
      fields.forEach(([row, column, ...box], cell) => {
        assert.deepEqual([row, column], [Math.floor(cell / 4), cell % 4]);
        assert.deepEqual(box.slice(0, 4), [(column * width) / 4, (row * height) / 4, width / 4, height / 4]);
      });
      assert.ok(
        largestDifference(
          fields.map(row => row[6]),
          expected(),
        ) < 1e-4,
      );
    });

    it('JSON: the same by row and column, and what no cell has', async () => {
      const json = JSON.parse(await text('json', made, shown)) as ImageJson;
      assert.deepEqual(
        [json.format, json.version, json.image.path, json.model.id],
        ['headlight-image', 1, 'images/a.png', model],
      );
      assert.deepEqual(json.from, { kind: 'self', layer: 1, head: 2, query: 11, name: 'row 1, column 2' });
      assert.ok(largestDifference(json.attention.flat(), expected()) < 1e-4);
      assert.ok(
        Math.abs(
          json.elsewhere -
            reference(model, 'self', 1)
              .row(2, 11)
              .subarray(0, 5)
              .reduce((sum, value) => sum + value, 0),
        ) < 1e-4,
      );
      assert.equal(json.boxes[3][2][1], (json.image.height * 3) / 4);
      assert.deepEqual(json.answers, []);
    });

    it('NPY: the head in full, special tokens first; several heads as their mean', async () => {
      const { data: all, heads, queries, keys } = reference(model, 'self', 1);
      const one = npyOf((await file('npy', made, shown)) as Uint8Array);
      assert.deepEqual(one.shape, [21, 21]);
      assert.ok(largestDifference(one.data, all.subarray(2 * queries * keys, 3 * queries * keys)) < 1e-4);
      const mean = npyOf((await file('npy', made, { layer: 1 })) as Uint8Array);
      const expectedMean = Array.from(
        { length: queries * keys },
        (_, i) =>
          Array.from({ length: heads }, (__, head) => all[head * queries * keys + i]).reduce((a, b) => a + b) / heads,
      );
      assert.ok(largestDifference(mean.data, expectedMean) < 1e-4);
      await assert.rejects(file('npy', made, { layer: 7, head: 0 }), /There is no Head 7\.0 in this run\./);
    });

    it('safetensors: a tensor for each layer; more than a file is made of is told', async () => {
      const { names, read, metadata } = safetensorsOf((await file('safetensors', made, shown)) as Uint8Array);
      assert.deepEqual(names, ['self.0', 'self.1']);
      assert.equal(metadata.special, '5');
      for (const layer of [0, 1]) {
        const { heads, data } = reference(model, 'self', layer);
        assert.deepEqual(read(`self.${layer}`).shape, [heads, 21, 21]);
        assert.ok(largestDifference(read(`self.${layer}`).data, data) < 1e-4);
      }
      for (const format of ['safetensors', 'npy'] as const) {
        await assert.rejects(
          file(format, made, shown, 100),
          /takes 1 MB, more than is written to one file; save the heat as CSV or JSON instead/,
        );
      }
    });

    it('SVG: cells where they are, as opaque as they are looked at, their numbers to be pointed at, a scale, the chosen cell', async () => {
      const svg = parseXml(await text('svg', made, shown));
      assert.deepEqual(words(svg).slice(0, 2), ['Head 1.2, from row 1, column 2', `${model}, fp32 · images/a.png`]);
      const cells = elements(svg, 'rect').filter(
        ({ attributes }) =>
          attributes['fill-opacity'] &&
          elements(svg, 'g').some(({ children }) => children.some(child => child.attributes === attributes)),
      );
      assert.equal(cells.length, 16);
      const largest = Math.max(...expected());
      cells.forEach(({ attributes, children: [title] }, cell) => {
        assert.deepEqual(
          ['x', 'y', 'width', 'height'].map(name => Number(attributes[name])),
          [(cell % 4) * 160, Math.floor(cell / 4) * 160, 160, 160],
        );
        assert.ok(Math.abs(Number(attributes['fill-opacity']) - (0.75 * expected()[cell]) / largest) < 2e-3);
        assert.match(title.text, new RegExp(`^row ${Math.floor(cell / 4)}, column ${cell % 4}: `));
      });
      assert.equal(elements(svg, 'image')[0].attributes['xlink:href'], 'data:image/png;base64,AQID');
      assert.ok(
        elements(svg, 'rect').some(
          ({ attributes: { stroke, x, y } }) => stroke === '#c86400' && x === '320' && y === '160',
        ),
      );
      assert.ok(words(svg).includes(String(Number(largest.toPrecision(2)))), words(svg).join(' | '));
      assert.ok(words(svg).includes('attention of a cell'));
      assert.ok(words(svg).some(word => /goes to tokens that are no cells\.$/.test(word)));
    });

    it('HTML: picture and numbers, nothing loaded', async () => {
      const html = await text('html', made, shown);
      assert.doesNotMatch(html, /(?:src|href)="(?!data:)[^"#]|<script/);
      assert.match(html, /default-src 'none'; img-src data:/);
      const rows = [
        ...html.matchAll(/<tr><td>(\d+)<\/td><td>(\d+)<\/td>(?:<td>[\d.]+<\/td>){4}<td>([\d.e-]+)<\/td><\/tr>/g),
      ].map(([, row, column, value]) => [Number(row), Number(column), Number(value)]);
      assert.equal(rows.length, 16);
      for (const [row, column, value] of rows) assert.ok(Math.abs(value - expected()[row * 4 + column]) < 2e-4);
      assert.ok(rows.every(([, , value], i) => i === 0 || value <= rows[i - 1][2]));
    });
  });

  for (const [model, kind, special] of [
    ['detr', 'cross', 0],
    ['yolos', 'self', 1],
  ] as const) {
    it(`${model}: objects with boxes in pixels as transformers has them, the chosen one's query looked from`, async () => {
      const made = await runImageModel(model, 'wide.png');
      const { objects = [] } = imageReference(model);
      const [header, ...rows] = (await text('answers', made, {})).trimEnd().split('\r\n');
      assert.equal(header, 'object,probability,query,left,top,width,height');
      rows.forEach((row, i) => {
        const [label, probability, , left, top, width, height] = row.split(',');
        const { label: name, score, box } = objects[i];
        assert.equal(label, name);
        assert.ok(Math.abs(Number(probability) - score) < 1e-3);
        assert.ok(
          largestDifference([left, top, width, height].map(Number), [
            box[0],
            box[1],
            box[2] - box[0],
            box[3] - box[1],
          ]) < 0.05,
          row,
        );
      });
      assert.equal(rows.length, objects.length);
      const svg = parseXml(await text('svg', made, { answer: 1 }));
      assert.match(
        words(svg)[0],
        new RegExp(`${kind === 'cross' ? 'Cross: mean' : 'Mean'} of all layers and heads, from “${objects[1].label}”`),
      );
      for (const { label, score } of objects) {
        assert.ok(words(svg).includes(`${label} ${score.toFixed(2)}`), words(svg).join(' | '));
      }
      const thick = elements(svg, 'rect').filter(({ attributes }) => attributes.stroke === '#c86400');
      assert.equal(thick.length, 1);
      assert.ok(Math.abs(Number(thick[0].attributes.x) - objects[1].box[0] * 5) < 0.5);
      const json = JSON.parse(await text('json', made, { answer: 1, layer: 1, head: 0 })) as ImageJson;
      const { row, keys } = reference(model, kind, 1);
      const cells = json.grid.rows * json.grid.columns;
      const query = kind === 'cross' ? objects[1].query : special + cells + objects[1].query;
      assert.equal(json.from.query, query);
      assert.ok(largestDifference(json.attention.flat(), row(0, query).subarray(special, special + cells)) < 1e-3);
      assert.ok(json.answers.every(({ box }, i) => box && Math.abs(box[0] - objects[i].box[0]) < 0.05));
      assert.deepEqual(npyOf((await file('npy', made, { layer: 0, head: 1 })) as Uint8Array).shape, [
        reference(model, kind, 0).queries,
        keys,
      ]);
    });
  }

  it('detr: from a cell the encoder’s attention, in every format, and all heads of both', async () => {
    const made = await runImageModel('detr', 'wide.png');
    const shown = { cell: 6, layer: 0, head: 2 };
    const { data, row, keys } = reference('detr', 'encoder', 0);
    const expected = row(2, 6);
    const svg = parseXml(await text('svg', made, shown));
    assert.equal(words(svg)[0], 'Encoder head 0.2, from row 1, column 2');
    const focused = elements(svg, 'rect').filter(({ attributes }) => attributes.stroke === '#c86400');
    assert.deepEqual(
      focused.map(({ attributes: { x, y } }) => [x, y]),
      [['320', '160']],
    );
    assert.match(
      await text('html', made, shown),
      /What row 1, column 2 looks at in the encoder: cells, strongest first/,
    );
    const [, ...rows] = (await text('csv', made, shown)).trimEnd().split('\r\n');
    assert.ok(rows.length === 12 && rows.every(line => line.startsWith('encoder,0,2,"row 1, column 2",')));
    assert.ok(
      largestDifference(
        rows.map(line => Number(line.split(',').at(-1))),
        expected,
      ) < 1e-3,
    );
    const json = JSON.parse(await text('json', made, shown)) as ImageJson;
    assert.deepEqual(json.from, { kind: 'encoder', layer: 0, head: 2, query: 6, name: 'row 1, column 2' });
    assert.deepEqual(
      json.layers.map(({ kind, layer }) => `${kind}.${layer}`),
      ['cross.0', 'cross.1', 'encoder.0'],
    );
    assert.ok(largestDifference(json.attention.flat(), expected) < 1e-3);
    const one = npyOf((await file('npy', made, shown)) as Uint8Array);
    assert.deepEqual(one.shape, [12, 12]);
    assert.ok(largestDifference(one.data, data.subarray(2 * 12 * keys, 3 * 12 * keys)) < 1e-3);
    await assert.rejects(file('npy', made, { ...shown, layer: 1 }), /There is no Encoder head 1\.2 in this run\./);
    await assert.rejects(file('csv', made, { ...shown, layer: 1 }), /There is no row 6 of this head in this run\./);
    const { names, read } = safetensorsOf((await file('safetensors', made, shown)) as Uint8Array);
    assert.deepEqual(names, ['cross.0', 'cross.1', 'encoder.0']);
    assert.ok(largestDifference(read('encoder.0').data, data) < 1e-3);
    assert.ok(largestDifference(read('cross.1').data, reference('detr', 'cross', 1).data) < 1e-3);
  });

  it('rt_detr: an object’s box stands out where the cell in its middle is looked from', async () => {
    const made = await runImageModel('rt_detr', 'wide.png');
    const svg = parseXml(await text('svg', made, { answer: 1 }));
    assert.match(words(svg)[0], /^Encoder: mean of all layers and heads, from row \d, column \d$/);
    // The box and the cell.
    assert.equal(elements(svg, 'rect').filter(({ attributes }) => attributes.stroke === '#c86400').length, 2);
    assert.deepEqual(safetensorsOf((await file('safetensors', made, {})) as Uint8Array).names, ['encoder.0']);
  });

  for (const model of ['clip', 'siglip']) {
    it(`${model}: how well each text fits, and what a token looks at`, async () => {
      const { texts = [], probabilities = [] } = imageReference(model);
      const made = await runImageModel(model, 'disc.png', texts);
      const shown = { text: { text: 1, layer: 1, head: 0, query: 2 } };
      const [header, ...rows] = (await text('answers', made, shown)).trimEnd().split('\r\n');
      assert.equal(header, 'text,probability');
      assert.deepEqual(
        rows.map(row => row.replace(/,[^,]*$/, '')),
        texts,
      );
      assert.ok(
        largestDifference(
          rows.map(row => Number(/[^,]*$/.exec(row)![0])),
          probabilities,
        ) < 1e-4,
      );
      const json = JSON.parse(await text('json', made, shown)) as ImageJson;
      const {
        shape: [, heads, queries, keys],
        data,
      } = imageReference(model).tensor('text', 1);
      const from = (1 * heads * queries + 2) * keys;
      const attention = json.textAttention!.attention;
      assert.equal(attention.length, json.texts![1].tokens.length);
      assert.ok(largestDifference(attention, data.subarray(from, from + attention.length)) < 1e-4);
      const svg = parseXml(await text('svg', made, shown));
      assert.ok(words(svg).includes(`“${json.texts![1].tokens[2]}” looks at`));
      assert.ok(texts.every(name => words(svg).includes(name)));
      const { names, read } = safetensorsOf((await file('safetensors', made, shown)) as Uint8Array);
      assert.deepEqual(names, ['self.0', 'self.1', 'text.0', 'text.1']);
      assert.deepEqual(read('text.1').shape, [texts.length, heads, queries, keys]);
      assert.ok(largestDifference(read('text.1').data, data) < 1e-4);
      // Without texts there are none to be told of.
      const alone = await runImageModel(model, 'disc.png');
      assert.equal(await text('answers', alone, {}), 'text,probability\r\n');
      assert.deepEqual(safetensorsOf((await file('safetensors', alone, {})) as Uint8Array).names, ['self.0', 'self.1']);
    });
  }

  it('Swin: the windows put back on the picture as NPY, and as they are with the cell of each position as safetensors', async () => {
    const made = await runImageModel('swin', 'small.png');
    const { data: dense, queries } = reference('swin', 'dense', 1);
    const whole = npyOf((await file('npy', made, { layer: 1, head: 1 })) as Uint8Array);
    assert.deepEqual(whole.shape, [64, 64]);
    assert.equal(queries, 64);
    assert.ok(largestDifference(whole.data, dense.subarray(64 * 64, 2 * 64 * 64)) < 1e-4);
    const { read } = safetensorsOf((await file('safetensors', made, {})) as Uint8Array);
    const {
      shape: [windows, heads, size],
      data,
    } = read('self.1');
    const cells = read('self.1.cells');
    assert.deepEqual(cells.shape, [windows, size]);
    // What the dense attention of a cell is, found again by the cells of its window.
    const place = cells.data.indexOf(27);
    const [window, position] = [Math.floor(place / size), place % size];
    for (let key = 0; key < size; key++) {
      const cell = cells.data[window * size + key];
      assert.ok(
        Math.abs(data[((window * heads + 1) * size + position) * size + key] - dense[(64 + 27) * 64 + cell]) < 1e-4,
      );
    }
    const classes = await text('answers', made, {});
    assert.match(classes, /^class,probability\r\n/);
    assert.equal(classes.trimEnd().split('\r\n').length, 4);
    const total = classes
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .reduce((sum, row) => sum + Number(row.split(',').at(-1)), 0);
    assert.ok(Math.abs(total - 1) < 1e-5);
  });

  it('names of files and fields hold what a label holds', async () => {
    const made = await runImageModel('detr', 'wide.png');
    const label = 'a "<disc>", big';
    const odd = {
      ...made,
      explanation: { ...made.explanation, answers: made.explanation.answers.map(answer => ({ ...answer, label })) },
    };
    assert.match(await text('answers', odd, {}), /^"a ""<disc>"", big",/m);
    assert.equal(
      words(parseXml(await text('svg', odd, {})))[0],
      `Cross: mean of all layers and heads, from “${label}”`,
    );
    assert.match(await text('html', odd, {}), /<td>a &quot;&lt;disc&gt;&quot;, big<\/td>/);
  });

  it('many cells are one embedded image', async () => {
    const picture: ImagePicture = {
      title: 'a',
      source: 'b',
      png,
      width: 200,
      height: 100,
      grid: { rows: 70, columns: 70 },
      seen: { left: 0.25, top: 0, width: 0.5, height: 1 },
      heat: new Float32Array(4900).fill(1 / 4900),
      boxes: [],
      lists: [],
      notes: [],
      colors,
      heatColor,
      focus: look.focus,
    };
    const svg = parseXml(await imageSvg(picture));
    const [, heat] = elements(svg, 'image');
    assert.deepEqual(
      ['x', 'y', 'width', 'height'].map(name => Number(heat.attributes[name])),
      [160, 0, 320, 320],
    );
    assert.ok(elements(svg, 'rect').length < 20);
  });

  it('heat of nothing is painted nowhere; heads are named', () => {
    assert.deepEqual([...heatOpacity(Float32Array.of(0, 0))], [0, 0]);
    assert.deepEqual(
      [...heatOpacity(Float32Array.of(0.1, 0.2, 0))].map(value => Number(value.toFixed(3))),
      [0.375, 0.75, 0],
    );
    assert.equal(headsName({ kind: 'self', layer: 1, head: 2 }), 'Head 1.2');
    assert.equal(headsName({ kind: 'self', layer: 1, head: 'all' }), 'Layer 1, mean of its heads');
    assert.equal(headsName({ kind: 'self', layer: 'all', head: 2 }), 'Head 2, mean of all layers');
    assert.equal(headsName({ kind: 'cross', layer: 'all', head: 'all' }), 'Cross: mean of all layers and heads');
    assert.equal(imageMatrix([], { layer: 'all', head: 'all' }, { rows: 1, columns: 1 }), undefined);
  });
});
