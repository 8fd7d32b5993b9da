import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OnnxError } from '../../../core/onnx';
import { writeCauses } from '../../../inference/cli/causeFiles';
import { CommandFault } from '../../../inference/cli/commandFault';

const fixtures = path.join('test', 'fixtures');
const given = path.join(fixtures, 'cause-models');
const forms = path.join(fixtures, 'cause-forms');

const cases = {
  [given]: ['gpt2', 'llama', 'gemma2', 'bert', 'vit'],
  [forms]: ['neox', 'gemma3', 'bloom', 'opt', 'modernbert', 't5'],
};

interface Numbers {
  readonly shape: readonly number[];
  readonly offset: number;
}
interface Attribution {
  readonly name: string;
  readonly logit: number;
  readonly sum: number;
  readonly parts: readonly {
    readonly part: string;
    readonly kind?: string;
    readonly layer?: number;
    readonly head?: number;
    readonly value: number;
  }[];
}
/** What cause.json and truth.json hold. */
interface Answers {
  readonly unchanged: Numbers;
  readonly runs: readonly (Numbers & { readonly name: string })[];
  readonly attributions: readonly Attribution[];
}
interface Truth extends Answers {
  readonly tolerance: Readonly<Record<string, number>>;
  readonly own?: Readonly<
    Record<string, { readonly file: string; readonly tolerance: number; readonly attributionTolerance: number }>
  >;
}
interface Order {
  readonly runs?: readonly object[];
  readonly attribute?: readonly object[];
}

const read = (...names: string[]): unknown => JSON.parse(readFileSync(path.join(...names), 'utf8'));
const floats = (...names: string[]) => new Float32Array(new Uint8Array(readFileSync(path.join(...names))).buffer);

function numbersAt(all: Float32Array, { shape, offset }: Numbers): Float32Array {
  return all.slice(offset, offset + shape.reduce((product, size) => product * size, 1));
}

function farthest(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length);
  // What is not a number is nowhere near.
  return a.reduce((most, value, i) => Math.max(most, Number.isFinite(value) ? Math.abs(value - b[i]) : Infinity), 0);
}

function partsOf({ parts }: Attribution): Map<string, number> {
  return new Map(parts.map(({ part, kind, layer, head, value }) => [[part, kind, layer, head].join(' '), value]));
}

/** Runs and attributions of a file against what PyTorch gives. */
function compare(out: string, folder: string, file: string): void {
  const truth = read(folder, 'truth.json') as Truth;
  const answers = read(out, 'cause.json') as Answers;
  const [numbers, right] = [floats(out, 'cause.bin'), floats(folder, 'truth.bin')];
  const tolerance = truth.tolerance[file];
  const own = truth.own?.[file];
  const rightOfFile = own && floats(folder, own.file);
  assert.ok(farthest(numbersAt(numbers, answers.unchanged), numbersAt(right, truth.unchanged)) <= tolerance);
  assert.deepEqual(
    answers.runs.map(({ name, shape }) => ({ name, shape })),
    truth.runs.map(({ name, shape }) => ({ name, shape })),
  );
  const leaving = truth.runs.filter((run, i) => {
    const said = numbersAt(numbers, answers.runs[i]);
    const off = farthest(said, numbersAt(right, run));
    assert.ok(off <= tolerance, `${run.name}: off by ${off}`);
    return own && rightOfFile && farthest(said, numbersAt(rightOfFile, run)) > own.tolerance;
  });
  assert.ok(leaving.length <= truth.runs.length / 10, `${leaving.length} runs leave what the file itself gives`);
  assert.equal(answers.attributions.length, truth.attributions.length);
  truth.attributions.forEach((attribution, i) => {
    const allowed = own?.attributionTolerance ?? 1e-4;
    const said = answers.attributions[i];
    const near = (a: number, b: number, what: string) =>
      assert.ok(Math.abs(a - b) <= allowed, `${attribution.name}, ${what}: ${a} against ${b}`);
    near(said.logit, attribution.logit, 'logit');
    near(said.sum, said.logit, 'sum');
    const parts = partsOf(said);
    const expected = partsOf(attribution);
    for (const [part, value] of expected) near(parts.get(part) ?? 0, value, part);
    for (const [part, value] of parts) near(value, expected.get(part) ?? 0, part);
  });
}

describe('causes', function () {
  this.timeout(120_000);
  let home: string;
  before(() => {
    home = mkdtempSync(path.join(tmpdir(), 'headlight-cause-'));
  });
  after(() => rmSync(home, { recursive: true }));

  for (const folder of [given, forms]) {
    for (const name of cases[folder]) {
      for (const file of Object.keys((read(folder, name, 'truth.json') as Truth).tolerance)) {
        it(`are PyTorch’s: ${name}, ${file}`, async () => {
          const [own, out] = [path.join(folder, name), path.join(home, `${name}-${file}`)];
          const [model, inputs, order] = [file, 'inputs.json', 'do.json'].map(one => path.join(own, one));
          await writeCauses({ model, inputs, order, out });
          compare(out, own, file);
        });
      }
    }
  }

  /** What comes of an order for a model of the given cases, with files beside it. */
  async function answer(
    order: Order | string,
    { model = path.join(given, 'gpt2', 'model_eager.onnx'), inputs = 'inputs.json', beside = {} }: Given = {},
  ): Promise<{ readonly answers: Answers; readonly numbers: Float32Array }> {
    const folder = mkdtempSync(path.join(home, 'order-'));
    const own = existsSync(path.join(path.dirname(model), 'inputs.json'))
      ? path.dirname(model)
      : path.join(given, 'gpt2');
    for (const name of ['inputs.json', 'other.json']) copyFileSync(path.join(own, name), path.join(folder, name));
    for (const [name, content] of Object.entries(beside)) {
      writeFileSync(path.join(folder, name), JSON.stringify(content));
    }
    const file = path.join(folder, 'do.json');
    writeFileSync(file, typeof order === 'string' ? order : JSON.stringify(order));
    const out = path.join(folder, 'out');
    await writeCauses({ model, inputs: path.join(folder, inputs), order: file, out });
    return { answers: read(out, 'cause.json') as Answers, numbers: floats(out, 'cause.bin') };
  }
  interface Given {
    readonly model?: string;
    readonly inputs?: string;
    readonly beside?: Readonly<Record<string, unknown>>;
  }

  const cut = (more: object = {}): Order => ({
    runs: [
      {
        name: 'it',
        knockout: [{ layer: 0, heads: 'all', queries: 'all', keys: [0], form: 'probabilities', ...more }],
      },
    ],
  });
  const patch = (more: object = {}, from: string | undefined = 'other.json'): Order => ({
    runs: [{ name: 'it', from, patch: [{ part: 'residual', layer: 0, positions: [0], ...more }] }],
  });
  const attribute = (more: object): Order => ({ attribute: [{ name: 'it', position: 0, token: 0, ...more }] });

  const texts = read(given, 'gpt2', 'inputs.json') as { inputs: Record<string, Input> };
  interface Input {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }
  /** The inputs of GPT-2 with each array changed. */
  const inputsWith = (change: (input: Input, name: string) => Input) => ({
    inputs: Object.fromEntries(Object.entries(texts.inputs).map(([name, input]) => [name, change(input, name)])),
  });
  const short = inputsWith(({ dtype, data }) => ({ dtype, shape: [1, 9], data: data.slice(0, 9) }));
  const unknown = inputsWith((input, name) =>
    name === 'input_ids' ? { ...input, data: input.data.map(() => 5000) } : input,
  );
  const two = inputsWith(({ dtype, data }) => ({ dtype, shape: [2, 11], data: [...data, ...data] }));
  const padded = inputsWith((input, name) =>
    name.includes('mask') ? { ...input, data: input.data.map((one, i) => (i < 3 ? 0 : one)) } : input,
  );

  it('of a batch of texts are those of each', async () => {
    const order: Order = {
      runs: [
        { name: 'cut', ...cut({ form: 'scores', queries: [5], keys: [2] }).runs![0] },
        ...['residual', 'mlp', 'head', 'attention'].map(part => ({
          name: part,
          from: 'from.json',
          patch: [{ part, layer: 1, positions: [3], ...(/head|att/.test(part) && { heads: [1] }) }],
        })),
      ],
    };
    const other = read(given, 'gpt2', 'other.json') as { inputs: Record<string, Input> };
    const twice = {
      inputs: Object.fromEntries(
        Object.entries(other.inputs).map(([name, { dtype, data }]) => [
          name,
          { dtype, shape: [2, 11], data: [...data, ...data] },
        ]),
      ),
    };
    const one = await answer(order, { beside: { 'from.json': other } });
    const both = await answer(order, { inputs: 'two.json', beside: { 'two.json': two, 'from.json': twice } });
    one.answers.runs.forEach((run, i) => {
      const alone = numbersAt(one.numbers, run);
      const together = numbersAt(both.numbers, both.answers.runs[i]);
      assert.equal(together.length, 2 * alone.length);
      for (const half of [0, 1]) {
        const own = together.slice(half * alone.length, (half + 1) * alone.length);
        assert.ok(farthest(own, alone) <= 1e-4, `${run.name}, text ${half}`);
      }
      assert.ok(farthest(alone, numbersAt(one.numbers, one.answers.unchanged)) > 1e-3, run.name);
    });
  });

  it('in the branch of a merged decoder with a cache are those of the decoder that always has one', async () => {
    const models = path.join(fixtures, 'reference-models');
    const { inputs } = read(models, 'gpt2_cache_decode', 'reference.json') as { inputs: Record<string, Input> };
    const merged = read(models, 'gpt2_merged_cache', 'reference.json') as { inputs: Record<string, Input> };
    const changed = (all: Record<string, Input>) => ({
      inputs: { ...all, input_ids: { ...all.input_ids, data: all.input_ids.data.map(id => id + 1) } },
    });
    const order: Order = {
      runs: [
        ...['scores', 'probabilities'].map(form => ({
          name: form,
          knockout: [{ layer: 1, heads: [0, 2], queries: [1], keys: [4, 8], form }],
        })),
        ...['residual', 'mlp', 'head', 'attention'].map(part => ({
          name: part,
          from: 'from.json',
          patch: [{ part, layer: 1, positions: [1], ...(/head|att/.test(part) && { heads: [1] }) }],
        })),
      ],
      attribute: [{ name: 'logit', position: 2, token: 7 }],
    };
    const [plain, branch] = await Promise.all(
      [['gpt2_cache_decode', inputs] as const, ['gpt2_merged_cache', merged.inputs] as const].map(([name, own]) =>
        answer(order, {
          model: path.join(models, name, 'model.onnx'),
          inputs: 'own.json',
          beside: { 'own.json': { inputs: own }, 'from.json': changed(own) },
        }),
      ),
    );
    plain.answers.runs.forEach((run, i) => {
      const said = numbersAt(plain.numbers, run);
      assert.ok(farthest(said, numbersAt(branch.numbers, branch.answers.runs[i])) <= 1e-4, run.name);
      assert.ok(farthest(said, numbersAt(plain.numbers, plain.answers.unchanged)) > 1e-3, run.name);
    });
    const [a, b] = [plain, branch].map(({ answers }) => answers.attributions[0]);
    assert.ok(Math.abs(a.logit - b.logit) <= 1e-4);
    for (const [part, value] of partsOf(a)) assert.ok(Math.abs(value - (partsOf(b).get(part) ?? 0)) <= 1e-4, part);
  });

  it('in a graph of fixed length are those of one without', async () => {
    const models = path.join(fixtures, 'reference-models', 'gpt2');
    const own = read(models, 'reference.json') as { inputs: Record<string, Input> };
    const order: Order = {
      ...cut({ form: 'scores', queries: [5], keys: [2] }),
      ...attribute({ position: 4, token: 5 }),
    };
    const [free, fixed] = await Promise.all(
      ['model_eager.onnx', 'model_op23.onnx'].map(file =>
        answer(order, { model: path.join(models, file), inputs: 'own.json', beside: { 'own.json': own } }),
      ),
    );
    assert.ok(farthest(free.numbers, fixed.numbers) <= 1e-4);
    const [a, b] = [free, fixed].map(({ answers }) => partsOf(answers.attributions[0]));
    assert.equal(a.size, b.size);
    for (const [part, value] of a) assert.ok(Math.abs(value - b.get(part)!) <= 1e-4, part);
  });

  const faults: readonly (readonly [string, Order | string, RegExp, Given?])[] = [
    ['a head that is not there', cut({ heads: [4] }), /^“it” names head 4, and there are 4, counted from 0\.$/],
    ['a layer that is not there', cut({ layer: 3 }), /^There is no layer 3: those of the self attention are 0 to 2\.$/],
    ['a key that is not there', cut({ keys: [11] }), /^“it” names key 11, and there are 11, counted from 0\.$/],
    ['a query that is not there', cut({ queries: [11] }), /^“it” names query 11, and there are 11/],
    ['attention that is not there', cut({ kind: 'cross' }), /^The model has no cross attention; it has self\.$/],
    [
      'a number below 0',
      cut({ keys: [-1] }),
      /^The knockout of “it” needs “keys”: a list of whole numbers from 0 on\.$/,
    ],
    [
      'a form that is not there',
      cut({ form: 'both' }),
      /^The knockout of “it” needs “form”: "scores" or "probabilities"\.$/,
    ],
    [
      'a query that loses all keys',
      cut({ form: 'scores', queries: [0] }),
      /^“it” cuts all keys that query 0 sees in head 0\.0/,
    ],
    [
      'a query that loses all keys to two cuts',
      {
        runs: [
          {
            name: 'it',
            knockout: [[0, 1], [2]].map(keys => ({ layer: 1, heads: [3], queries: [2], keys, form: 'scores' })),
          },
        ],
      },
      /^“it” cuts all keys that query 2 sees in head 1\.3/,
    ],
    ...['eager', 'sdpa', 'fused'].map(
      file =>
        [
          `a query that loses all keys beside padding, ${file}`,
          cut({ form: 'scores', queries: [4], keys: [3, 4] }),
          /^“it” cuts all keys that query 4 sees/,
          {
            model: path.join(given, 'gpt2', `model_${file}.onnx`),
            inputs: 'padded.json',
            beside: { 'padded.json': padded },
          },
        ] as const,
    ),
    ...['eager', 'fused'].map(
      file =>
        [
          `a query that loses all keys of grouped heads, ${file}`,
          cut({ form: 'scores', queries: [2], keys: [0, 1, 2] }),
          /^“it” cuts all keys that query 2 sees/,
          { model: path.join(given, 'llama', `model_${file}.onnx`) },
        ] as const,
    ),
    [
      'a position that is not there',
      patch({ positions: [11] }),
      /^“it” names position 11, and there are 11, counted from 0\.$/,
    ],
    ['a stream that is not there', patch({ layer: 4 }), /^There is no layer 4: the model’s layers are 0 to 2\.$/],
    ['a feed-forward part that is not there', patch({ part: 'mlp', layer: 3 }), /^There is no layer 3: the model’s/],
    ['heads left out', patch({ part: 'head' }), /^The patch of “it” needs “heads”: "all" or a list/],
    ['a part that is not there', patch({ part: 'norm' }), /^The patch of “it” needs “part”: "residual" or "head"/],
    [
      'a patch from nowhere',
      { runs: [{ name: 'it', patch: [{ part: 'mlp', layer: 0, positions: 'all' }] }] },
      /^“it” patches, and its “from” does not say what from\.$/,
    ],
    ['a file that is not there', patch({}, 'none.json'), /^The inputs .*none\.json cannot be read\.$/],
    [
      'a file of another length',
      patch({}, 'short.json'),
      /^“it” takes from inputs of another length: 1 × 9 × 32 where the run has 1 × 11 × 32/,
      { beside: { 'short.json': short } },
    ],
    [
      'a file that the model cannot run, in words of our own',
      patch({}, 'unknown.json'),
      /^model_eager\.onnx looks 5000 up in a table of 100 rows; [^\n]*\.$/,
      { beside: { 'unknown.json': unknown } },
    ],
    [
      'a file of more texts',
      patch({}, 'two.json'),
      /^“it” takes from inputs of another number of texts: 2 × 11 × 32 where/,
      { beside: { 'two.json': two } },
    ],
    [
      'a token that is not there',
      attribute({ token: 100 }),
      /^There is no token 100: the vocabulary has 100, counted from 0\.$/,
    ],
    ['a second token that is not there', attribute({ minus: 100 }), /^There is no token 100/],
    [
      'a position of a logit that is not there',
      attribute({ position: 11 }),
      /^“it” names position 11, and there are 11/,
    ],
    [
      'a position of a logit in the second text',
      attribute({ position: 12 }),
      /^“it” names position 12, and there are 11/,
      { inputs: 'two.json', beside: { 'two.json': two } },
    ],
    [
      'a logit without a token',
      attribute({ token: undefined }),
      /^Attribution 1 needs “token”: a whole number from 0 on\.$/,
    ],
    [
      'a logit of a model of the norms after',
      attribute({}),
      /^A logit cannot be taken apart: its norms come after the additions/,
      { model: path.join(given, 'bert', 'model_eager.onnx') },
    ],
    [
      'a logit of a classifier',
      attribute({}),
      /^A logit cannot be taken apart: the model says something of the whole text/,
      { model: path.join(given, 'vit', 'model_eager.onnx') },
    ],
    [
      'an order that is not JSON',
      '{"runs": [',
      /^The order is not JSON \(.*\); write an object with runs or attribute\.$/,
    ],
    ['an order that is a list', '[]', /^The order is not an object\.$/],
    ['runs that are no list', '{"runs": {}}', /^The order needs “runs”: a list\.$/],
    ['a run that is a text', '{"runs": ["all"]}', /^Run 1 is not an object\.$/],
    ['a knockout that is no list', '{"runs": [{"knockout": {}}]}', /^Run 1 needs “knockout”: a list\.$/],
    ['inputs that are not there', cut(), /^The inputs .*none\.json cannot be read\.$/, { inputs: 'none.json' }],
    ['a model that is not there', cut(), /none\.onnx cannot be read: there is no such file\.$/, { model: 'none.onnx' }],
    [
      'a file without attention',
      cut(),
      /^model\.onnx: 1 LSTM node, no attention\.$/,
      { model: path.join(fixtures, 'reference-models', 'none_lstm', 'model.onnx') },
    ],
  ];
  for (const [what, order, sentence, with_] of faults) {
    it(`say in a sentence what is wrong: ${what}`, async () => {
      await assert.rejects(answer(order, with_), (error: Error) => {
        assert.match(error.message, sentence);
        assert.ok(error instanceof CommandFault || error instanceof OnnxError);
        assert.equal(error instanceof CommandFault ? error.exitCode : 1, what === 'a file without attention' ? 3 : 1);
        return true;
      });
    });
  }

  it('are written by the command line, with its exit codes', () => {
    const run = (...words: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['test/support/command.mjs', 'cause', ...words], {
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };
    const own = path.join(given, 'gpt2');
    const out = path.join(home, 'command');
    const words = (model: string, order: string) => [
      model,
      '--inputs',
      path.join(own, 'inputs.json'),
      '--do',
      order,
      '--out',
      out,
    ];
    const order = path.join(own, 'do.json');
    const file = 'model_eager.onnx';
    assert.deepEqual(run(...words(path.join(own, file), order)), { status: 0, stdout: '', stderr: '' });
    compare(out, own, file);
    const none = path.join(fixtures, 'reference-models', 'none_lstm', 'model.onnx');
    assert.deepEqual(run(...words(none, order)), {
      status: 3,
      stdout: '',
      stderr: 'model.onnx: 1 LSTM node, no attention.\n',
    });
    const missing = path.join(home, 'none.json');
    assert.deepEqual(run(...words(path.join(own, file), missing)), {
      status: 1,
      stdout: '',
      stderr: `The order ${missing} cannot be read.\n`,
    });
    assert.equal(run('--do').status, 1);
    assert.match(
      run('model.onnx').stderr,
      /^Usage: cause MODEL\.onnx --inputs INPUTS\.json --do DO\.json --out DIR\n$/,
    );
  });
});
