import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { float16Bits } from '../../../core/export/float16';
import { encodeNode, encodeTensor, encodeValueInfo, type AttributeValue } from '../../../core/onnx/read/encodeOnnx';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { concat, field, intField, textField, type Pieces } from '../../../core/onnx/read/wireWriter';

/** `plain`: operators of the standard, as Optimum writes them; `gqa`: GroupQueryAttention, as onnxruntime-genai's builder does. */
export type Form = 'plain' | 'gqa';

/** The measures of a decoder like Llama. */
export interface DecoderSize {
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly width: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly context: number;
  /** Whether the cache's size has a name, as files of today's onnxruntime-genai builder have it. */
  readonly namedCache?: boolean;
}

/** SmolLM2-135M's. */
export const smolSize: DecoderSize = {
  layers: 30,
  heads: 9,
  keyValueHeads: 3,
  headSize: 64,
  width: 576,
  inner: 1536,
  vocabulary: 49152,
  context: 8192,
};

/** Writes a folder in the hub's layout: a decoder with random weights, in fp32 and q4f16, its weights beside the graph. */
export function writeRandomModel(folder: string, form: Form, size: DecoderSize = smolSize): void {
  mkdirSync(path.join(folder, 'onnx'), { recursive: true });
  writeTokenizer(folder, size.vocabulary);
  writeFileSync(
    path.join(folder, 'config.json'),
    JSON.stringify({
      model_type: 'llama',
      architectures: ['LlamaForCausalLM'],
      bos_token_id: 1,
      eos_token_id: 2,
      head_dim: size.headSize,
      hidden_size: size.width,
      intermediate_size: size.inner,
      max_position_embeddings: size.context,
      num_attention_heads: size.heads,
      num_hidden_layers: size.layers,
      num_key_value_heads: size.keyValueHeads,
      vocab_size: size.vocabulary,
      'transformers.js_config': {
        kv_cache_dtype: { q4f16: 'float16' },
        use_external_data_format: { 'model.onnx': 1, 'model_q4f16.onnx': 1 },
      },
    }),
  );
  for (const half of [false, true]) {
    const name = half ? 'model_q4f16.onnx' : 'model.onnx';
    const file = path.join(folder, 'onnx', name);
    const to = openSync(`${file}_data`, 'w');
    try {
      const graph = new DecoderGraph(size, half, `${name}_data`, bytes => writeSync(to, bytes));
      writeFileSync(file, concat(form === 'gqa' ? graph.fused() : graph.writtenOut()));
    } finally {
      closeSync(to);
    }
  }
}

/** Byte-level BPE without merges: a token a byte. */
function writeTokenizer(folder: string, vocabulary: number): void {
  const printable = [...range(33, 127), ...range(161, 173), ...range(174, 256)];
  const alphabet = [...printable, ...range(256, 256 + 256 - printable.length)].map(code => String.fromCharCode(code));
  const special = ['<unk>', '<s>', '</s>'];
  const known = [...special, ...alphabet];
  const words = [...known, ...range(known.length, vocabulary).map(i => `word${i}`)];
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  writeFileSync(
    path.join(folder, 'tokenizer.json'),
    JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: null,
      decoder: byteLevel,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(words.map((word, id) => [word, id])),
        merges: [],
      },
    }),
  );
  writeFileSync(
    path.join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'GPT2Tokenizer', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' }),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const microsoft = 'com.microsoft';
const block = 32;

/** Builds the graph; weights go to a file of their own as they are made. */
class DecoderGraph {
  private readonly nodes: Pieces = [];
  private readonly constants: Pieces = [];
  private readonly inputs: Pieces = [];
  private readonly outputs: Pieces = [];
  private offset = 0;
  private state = 12345;
  private readonly float: number;

  constructor(
    private readonly size: DecoderSize,
    /** Half precision, and weights of matrices in 4 bits. */
    private readonly half: boolean,
    private readonly location: string,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    this.float = half ? DataType.float16 : DataType.float;
  }

  /** With GroupQueryAttention, the rotation of positions inside, and fused norms. */
  fused(): Pieces {
    const { layers, heads, keyValueHeads, headSize, width, inner, context } = this.size;
    this.declareInputs();
    const one = this.int64('one', [1], []);
    const count = this.node('ReduceSum', ['attention_mask', this.int64('axis', [1], [1])], 'count', {
      keepdims: { int: 0 },
    });
    const last = this.node('Cast', [this.node('Sub', [count, one], 'last')], 'last_key', {
      to: { int: DataType.int32 },
    });
    const lengths = this.node('Gather', [this.node('Shape', ['attention_mask'], 'mask_shape'), one], 'length', {
      axis: { int: 0 },
    });
    const total = this.node('Cast', [lengths], 'total', { to: { int: DataType.int32 } });
    const angles = [Math.cos, Math.sin].map((of, i) =>
      this.floats(['cos_cache', 'sin_cache'][i], [context, headSize / 2], (_, at) =>
        of(Math.floor(at / (headSize / 2)) * 1e5 ** (-(at % (headSize / 2)) / (headSize / 2))),
      ),
    );
    const embedding = this.embedding();
    let sum = embedding.output;
    let x = this.node('SimplifiedLayerNormalization', [sum, this.scale('start.norm')], 'start', {
      axis: { int: -1 },
      epsilon: { float: 1e-5 },
      stash_type: { int: 1 },
    });
    const skip = (added: string, name: string): string => {
      const outputs = [`${name}.out`, '', '', `${name}.sum`];
      this.many('SkipSimplifiedLayerNormalization', [sum, added, this.scale(name)], outputs, microsoft, {
        epsilon: { float: 1e-5 },
      });
      sum = outputs[3];
      return outputs[0];
    };
    for (let i = 0; i < layers; i++) {
      const l = `layers.${i}`;
      const projected = this.linear(x, `${l}.qkv`, width, (heads + 2 * keyValueHeads) * headSize);
      const [keys, values] = [`past_key_values.${i}.key`, `past_key_values.${i}.value`];
      this.many(
        'GroupQueryAttention',
        [projected, '', '', keys, values, last, total, ...angles],
        [`${l}.context`, `present.${i}.key`, `present.${i}.value`],
        microsoft,
        {
          num_heads: { int: heads },
          kv_num_heads: { int: keyValueHeads },
          scale: { float: 1 / Math.sqrt(headSize) },
          local_window_size: { int: -1 },
          softcap: { float: 0 },
          do_rotary: { int: 1 },
          rotary_interleaved: { int: 0 },
        },
      );
      x = skip(this.linear(`${l}.context`, `${l}.o`, heads * headSize, width), `${l}.post_norm`);
      x = skip(this.feedForward(x, l, width, inner), `${l}.next_norm`);
    }
    return this.finish(embedding.unembed(x));
  }

  /** Norms, rotation, mask and attention in operators of the standard. */
  writtenOut(): Pieces {
    const { layers, heads, keyValueHeads, headSize, width, inner } = this.size;
    this.declareInputs();
    const embedding = this.embedding();
    const shape = this.node('Shape', ['input_ids'], 'ids_shape');
    const length = this.node('Gather', [shape, this.int64('second', [1], [1])], 'length', { axis: { int: 0 } });
    const all = this.node('Gather', [this.node('Shape', ['attention_mask'], 'mask_shape'), 'second'], 'all', {
      axis: { int: 0 },
    });
    const past = this.node('Sub', [all, length], 'past');
    const scalar = (value: string): string =>
      this.node('Squeeze', [value, this.int64('first', [0], [1])], `${value}.scalar`);
    const step = this.int64('step', [1], []);
    const places = this.node('Range', [scalar(past), scalar(all), step], 'places');
    const keyPlaces = this.node('Range', [this.int64('start', [0], []), 'all.scalar', step], 'key_places');
    // Cosines and sines of [1, 1, length, head size], worked out as it runs.
    const floats = this.node('Cast', [places], 'places.float', { to: { int: DataType.float } });
    const column = this.node('Unsqueeze', [floats, this.int64('last', [1], [1])], 'places.column');
    const frequencies = this.tensor32(
      'frequencies',
      [1, headSize / 2],
      (_, at) => 1e5 ** (-(at % (headSize / 2)) / (headSize / 2)),
    );
    const angle = this.node('MatMul', [column, frequencies], 'angles');
    const twice = this.node('Concat', [angle, angle], 'angles.twice', { axis: { int: -1 } });
    const [cos, sin] = ['Cos', 'Sin'].map(type => this.toFloat(this.node(type, [twice], type.toLowerCase())));
    // What a query may not look at gets the least number there is.
    const later = this.node(
      'Greater',
      [
        this.node('Unsqueeze', [keyPlaces, 'first'], 'keys.row'),
        this.node('Unsqueeze', [places, 'last'], 'queries.column'),
      ],
      'later',
    );
    const mask = this.node(
      'Where',
      [later, this.scalar('lowest', this.half ? -65504 : -3.4e38), this.scalar('zero', 0)],
      'mask',
    );
    const apart = this.int64('apart', [0, 0, -1, headSize], [4]);
    const together = this.int64('together', [0, 0, heads * headSize], [3]);
    const grouped = this.int64('grouped', [0, keyValueHeads, 1, -1, headSize], [5]);
    const repeated = this.int64('repeated', [1, 1, heads / keyValueHeads, 1, 1], [5]);
    const ungrouped = this.int64('ungrouped', [0, heads, -1, headSize], [4]);
    const scale = this.scalar('scale', 1 / Math.sqrt(headSize));
    const [from, middle, end, lastAxis] = [
      ['from', 0],
      ['middle', headSize / 2],
      ['end', 2 ** 31],
      ['last_axis', 3],
    ].map(([name, value]) => this.int64(name as string, [value as number], [1]));

    const rotated = (x: string): string => {
      const low = this.node('Slice', [x, from, middle, lastAxis], `${x}.low`);
      const high = this.node('Slice', [x, middle, end, lastAxis], `${x}.high`);
      const turned = this.node('Concat', [this.node('Neg', [high], `${x}.neg`), low], `${x}.turned`, {
        axis: { int: -1 },
      });
      return this.node(
        'Add',
        [this.node('Mul', [x, cos], `${x}.cos`), this.node('Mul', [turned, sin], `${x}.sin`)],
        `${x}.rotated`,
      );
    };
    const norm = (x: string, name: string): string => {
      const wide = this.half ? this.node('Cast', [x], `${name}.wide`, { to: { int: DataType.float } }) : x;
      const square = this.node('Pow', [wide, this.floatOf('two', 2)], `${name}.square`);
      const mean = this.node('ReduceMean', [square], `${name}.mean`, { axes: { ints: [-1] } });
      const root = this.node(
        'Sqrt',
        [this.node('Add', [mean, this.floatOf('epsilon', 1e-5)], `${name}.add`)],
        `${name}.root`,
      );
      const normed = this.node('Div', [wide, root], `${name}.div`);
      return this.node('Mul', [this.toFloat(normed), this.scale(name)], `${name}.out`);
    };
    const split = (x: string): string =>
      this.node('Transpose', [this.node('Reshape', [x, apart], `${x}.apart`)], `${x}.heads`, {
        perm: { ints: [0, 2, 1, 3] },
      });
    const joinPast = (x: string, i: number, what: string): string =>
      this.node('Concat', [`past_key_values.${i}.${what}`, x], `present.${i}.${what}`, { axis: { int: 2 } });
    const repeat = (x: string): string =>
      this.node(
        'Reshape',
        [this.node('Tile', [this.node('Reshape', [x, grouped], `${x}.5d`), repeated], `${x}.tiled`), ungrouped],
        `${x}.all`,
      );

    let x = embedding.output;
    for (let i = 0; i < layers; i++) {
      const l = `layers.${i}`;
      const normed = norm(x, `${l}.norm`);
      const q = rotated(split(this.linear(normed, `${l}.q`, width, heads * headSize)));
      const k = repeat(
        joinPast(rotated(split(this.linear(normed, `${l}.k`, width, keyValueHeads * headSize))), i, 'key'),
      );
      const v = repeat(joinPast(split(this.linear(normed, `${l}.v`, width, keyValueHeads * headSize)), i, 'value'));
      const transposed = this.node('Transpose', [k], `${l}.kt`, { perm: { ints: [0, 1, 3, 2] } });
      const product = this.node('Mul', [this.node('MatMul', [q, transposed], `${l}.product`), scale], `${l}.scaled`);
      const weights = this.node('Softmax', [this.node('Add', [product, mask], `${l}.masked`)], `${l}.weights`, {
        axis: { int: -1 },
      });
      const context = this.node('Transpose', [this.node('MatMul', [weights, v], `${l}.mixed`)], `${l}.back`, {
        perm: { ints: [0, 2, 1, 3] },
      });
      const joined = this.node('Reshape', [context, together], `${l}.joined`);
      x = this.node('Add', [x, this.linear(joined, `${l}.o`, heads * headSize, width)], `${l}.middle`);
      const second = this.feedForward(norm(x, `${l}.post_norm`), l, width, inner);
      x = this.node('Add', [x, second], `${l}.end`);
    }
    return this.finish(embedding.unembed(norm(x, 'final_norm')));
  }

  private feedForward(x: string, l: string, width: number, inner: number): string {
    const gate = this.linear(x, `${l}.gate`, width, inner);
    const up = this.linear(x, `${l}.up`, width, inner);
    const silu = this.node('Mul', [gate, this.node('Sigmoid', [gate], `${l}.sigmoid`)], `${l}.silu`);
    return this.linear(this.node('Mul', [silu, up], `${l}.gated`), `${l}.down`, inner, width);
  }

  private declareInputs(): void {
    const { layers, keyValueHeads, headSize } = this.size;
    const input = (name: string, type: number, shape: readonly (string | number)[]) =>
      this.inputs.push(...field(11, [encodeValueInfo(name, type, shape)]));
    const output = (name: string, type: number, shape: readonly (string | number)[]) =>
      this.outputs.push(...field(12, [encodeValueInfo(name, type, shape)]));
    input('input_ids', DataType.int64, ['batch_size', 'sequence_length']);
    input('attention_mask', DataType.int64, ['batch_size', 'total_sequence_length']);
    output('logits', this.float, ['batch_size', 'sequence_length', this.size.vocabulary]);
    for (let i = 0; i < layers; i++) {
      for (const what of ['key', 'value']) {
        const size = this.size.namedCache ? 'kv_cache_dim' : headSize;
        const shape = (length: string) => ['batch_size', keyValueHeads, length, size];
        input(`past_key_values.${i}.${what}`, this.float, shape('past_sequence_length'));
        output(`present.${i}.${what}`, this.float, shape('total_sequence_length'));
      }
    }
  }

  /** The embedding of the inputs, and the unembedding with the same weights. */
  private embedding(): { output: string; unembed(x: string): string } {
    const { vocabulary, width } = this.size;
    if (!this.half) {
      const table = this.floats('embedding', [vocabulary, width], noise => noise * 0.08);
      return {
        output: this.node('Gather', [table, 'input_ids'], 'embedded'),
        unembed: x =>
          this.node(
            'MatMul',
            [x, this.node('Transpose', [table], 'unembedding', { perm: { ints: [1, 0] } })],
            'logits',
          ),
      };
    }
    const [weights, scales] = this.quantized('embedding', width, vocabulary);
    const rows = this.node('Reshape', [weights, this.int64('table', [vocabulary, width / 2], [2])], 'embedding.rows');
    return {
      output: this.many('GatherBlockQuantized', [rows, 'input_ids', scales], ['embedded'], microsoft, {
        bits: { int: 4 },
        block_size: { int: block },
        gather_axis: { int: 0 },
        quantize_axis: { int: 1 },
      }),
      unembed: x => this.product(x, [weights, scales], 'logits', width, vocabulary),
    };
  }

  private linear(x: string, name: string, inputs: number, outputs: number): string {
    if (this.half) return this.product(x, this.quantized(name, inputs, outputs), `${name}.out`, inputs, outputs);
    const weights = this.floats(`${name}.weight`, [inputs, outputs], noise => (noise * 1.7) / Math.sqrt(inputs));
    return this.node('MatMul', [x, weights], `${name}.out`);
  }

  private product(x: string, weights: string[], output: string, inputs: number, outputs: number): string {
    return this.many('MatMulNBits', [x, ...weights], [output], microsoft, {
      K: { int: inputs },
      N: { int: outputs },
      accuracy_level: { int: 4 },
      bits: { int: 4 },
      block_size: { int: block },
    });
  }

  /** Random weights in 4 bits about 8, and a scale for each block. */
  private quantized(name: string, inputs: number, outputs: number): string[] {
    const bytes = new Uint8Array((outputs * inputs) / 2);
    for (let i = 0; i < bytes.length; i++) bytes[i] = ((this.random() + 1) * 128) & 255;
    const blocks = inputs / block;
    return [
      this.outside(`${name}.weight_Q4`, DataType.uint8, [outputs, blocks, block / 2], bytes),
      this.floats(`${name}.weight_scales`, [outputs, blocks], noise => (0.2 + noise * 0.05) / Math.sqrt(inputs)),
    ];
  }

  private scale(name: string): string {
    return this.floats(`${name}.weight`, [this.size.width], noise => 1 + noise * 0.1);
  }

  private floats(name: string, dims: readonly number[], value: (noise: number, at: number) => number): string {
    const count = dims.reduce((a, b) => a * b, 1);
    const data = this.half ? new Uint16Array(count) : new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const number = value(this.random(), i);
      data[i] = this.half ? float16Bits(number) : number;
    }
    return this.outside(name, this.float, dims, new Uint8Array(data.buffer));
  }

  private tensor32(name: string, dims: readonly number[], value: (noise: number, at: number) => number): string {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, at) => value(0, at));
    return this.inside(name, DataType.float, dims, new Uint8Array(data.buffer));
  }

  private scalar(name: string, value: number): string {
    return this.half
      ? this.inside(name, DataType.float16, [], new Uint8Array(new Uint16Array([float16Bits(value)]).buffer))
      : this.tensor32(name, [], () => value);
  }

  private floatOf(name: string, value: number): string {
    return this.known.has(name) ? name : this.tensor32(name, [], () => value);
  }

  private int64(name: string, values: readonly number[], dims: readonly number[]): string {
    return this.inside(name, DataType.int64, dims, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  private readonly known = new Set<string>();

  private inside(name: string, type: number, dims: readonly number[], data: Uint8Array): string {
    if (!this.known.has(name)) this.constants.push(...field(5, [encodeTensor(name, type, dims, data)]));
    this.known.add(name);
    return name;
  }

  /** A tensor in the file of weights. */
  private outside(name: string, type: number, dims: readonly number[], data: Uint8Array): string {
    this.write(data);
    const entry = (key: string, value: string) => field(13, [concat([textField(1, key), textField(2, value)])]);
    this.constants.push(
      ...field(5, [
        concat([
          ...dims.map(dim => intField(1, dim)),
          intField(2, type),
          textField(8, name),
          ...entry('location', this.location),
          ...entry('offset', String(this.offset)),
          ...entry('length', String(data.length)),
          intField(14, 1),
        ]),
      ]),
    );
    this.offset += data.length;
    return name;
  }

  private toFloat(x: string): string {
    return this.half ? this.node('Cast', [x], `${x}.half`, { to: { int: DataType.float16 } }) : x;
  }

  private node(type: string, inputs: string[], output: string, attributes?: Record<string, AttributeValue>): string {
    return this.many(type, inputs, [output], undefined, attributes);
  }

  private many(
    type: string,
    inputs: string[],
    outputs: string[],
    domain?: string,
    attributes?: Record<string, AttributeValue>,
  ): string {
    this.nodes.push(...field(1, [encodeNode({ type, domain, inputs, outputs, attributes })]));
    return outputs[0];
  }

  /** Noise between −1 and 1, the same on every run; cheap, since a model has a hundred million of them. */
  private random(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return this.state / 2 ** 31;
  }

  private finish(logits: string): Pieces {
    if (logits !== 'logits') throw new Error(`The decoder ends in ${logits}.`);
    const graph = [...this.nodes, textField(2, 'decoder'), ...this.constants, ...this.inputs, ...this.outputs];
    const opset = (domain: string, version: number) => field(8, [concat([textField(1, domain), intField(2, version)])]);
    return [intField(1, 9), ...field(7, graph), ...opset('', 17), ...opset(microsoft, 1)];
  }
}
