import assert from 'node:assert/strict';
import { architectureText } from '../../../core/models/architectureText';
import { formatBytes } from '../../../core/models/formatBytes';
import { inputOf, modelTask } from '../../../core/models/modelTask';
import {
  estimatedBytes,
  inOrderOfChoice,
  precisionList,
  precisionsOf,
  splitPrecision,
} from '../../../core/models/precisions';
import { recommendedModels } from '../../../extension/models/recommendedModels';

describe('what a model’s files tell', () => {
  it('the task, by the architecture’s class or the model’s type', () => {
    for (const [config, task, input] of [
      [{ model_type: 'llama', architectures: ['LlamaForCausalLM'] }, 'text-generation', 'text'],
      [{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] }, 'text-generation', 'text'],
      [{ model_type: 'bert', architectures: ['BertForTokenClassification'] }, 'token-classification', 'text'],
      [
        { model_type: 'marian', is_encoder_decoder: true, architectures: ['MarianMTModel'] },
        'text2text-generation',
        'text',
      ],
      [
        { model_type: 'whisper', is_encoder_decoder: true, architectures: ['WhisperForConditionalGeneration'] },
        'automatic-speech-recognition',
        'speech',
      ],
      [{ model_type: 'vit', architectures: ['ViTForImageClassification'] }, 'image-classification', 'image'],
      [{ model_type: 'dinov2', architectures: ['Dinov2Model'] }, 'image-feature-extraction', 'image'],
      [
        { model_type: 'detr', is_encoder_decoder: true, architectures: ['DetrForObjectDetection'] },
        'object-detection',
        'image',
      ],
      [{ model_type: 'vision-encoder-decoder', is_encoder_decoder: true }, 'image-to-text', 'image'],
      [{ model_type: 'idefics3', architectures: ['Idefics3ForConditionalGeneration'] }, 'image-text-to-text', 'image'],
      [{ model_type: 'gemma3', architectures: ['Gemma3ForConditionalGeneration'] }, 'image-text-to-text', 'image'],
      [{ model_type: 'gemma3_text', architectures: ['Gemma3ForCausalLM'] }, 'text-generation', 'text'],
      [{}, 'feature-extraction', 'text'],
    ] as const) {
      assert.equal(modelTask(config), task);
      assert.equal(inputOf(modelTask(config)), input);
    }
  });

  it('the precisions that are there in full', () => {
    assert.deepEqual(precisionsOf(['model.onnx', 'model_quantized.onnx', 'model_q4f16.onnx', 'model.onnx_data']), [
      'q8',
      'fp32',
      'q4f16',
    ]);
    assert.deepEqual(
      precisionsOf([
        'encoder_model.onnx',
        'decoder_model_merged.onnx',
        'decoder_model.onnx',
        'encoder_model_quantized.onnx',
        'decoder_model_merged_quantized.onnx',
      ]),
      ['q8', 'fp32'],
    );
    assert.deepEqual(
      precisionsOf(['encoder_model.onnx', 'decoder_model_merged.onnx', 'encoder_model_quantized.onnx']),
      ['fp32'],
    );
    // A vision-language model needs its three parts in one precision.
    assert.deepEqual(
      precisionsOf([
        'vision_encoder.onnx',
        'embed_tokens.onnx',
        'decoder_model_merged.onnx',
        'decoder_model_merged_q4.onnx',
        'vision_encoder_q4f16.onnx',
        'embed_tokens_q4f16.onnx',
        'decoder_model_merged_q4f16.onnx',
      ]),
      ['fp32', 'q4f16'],
    );
    assert.deepEqual(precisionsOf([]), []);
  });

  it('the precisions of decoders without a merged one', () => {
    const older = ['encoder_model', 'decoder_model', 'decoder_with_past_model'];
    const named = (names: readonly string[], suffix = '') => names.map(name => `${name}${suffix}.onnx`);
    assert.deepEqual(precisionsOf(named(older)), ['fp32']);
    // Whether the file with a cache is there, too, changes nothing.
    assert.deepEqual(precisionsOf([...named(older), ...named(older.slice(0, 2), '_quantized')]), ['q8', 'fp32']);
    assert.deepEqual(precisionsOf([...named(older), 'encoder_model_fp16.onnx', 'decoder_model_merged_fp16.onnx']), [
      'fp32',
      'fp16',
    ]);
    assert.deepEqual(precisionsOf([...named(older), 'encoder_model_q4.onnx', 'decoder_with_past_model_q4.onnx']), [
      'fp32',
    ]);
    assert.deepEqual(precisionsOf([...named(older), 'decoder_model_merged_quantized.onnx']), ['fp32']);
    // Of a causal model.
    assert.deepEqual(precisionsOf([...named(older.slice(1)), 'decoder_model_quantized.onnx', 'model_fp16.onnx']), [
      'q8',
      'fp32',
      'fp16',
    ]);
    assert.deepEqual(precisionsOf(['decoder_with_past_model.onnx']), []);
  });

  it('and as a list in words', () => {
    assert.equal(precisionList(['q8']), 'q8');
    assert.equal(precisionList(['q8', 'fp32']), 'q8 and fp32');
    assert.equal(precisionList(['q8', 'fp32', 'q4f16']), 'q8, fp32 and q4f16');
  });

  it('a precision that nobody chose: one with float activations first, unless it is more than twice as large', () => {
    const order = (sizes: Record<string, number>) =>
      inOrderOfChoice(Object.entries(sizes).map(([dtype, bytes]) => ({ dtype, bytes }))).map(({ dtype }) => dtype);
    assert.deepEqual(order({ q8: 100, fp32: 400, fp16: 200, q4: 75, q4f16: 60 }), [
      'q4f16',
      'q4',
      'fp16',
      'q8',
      'fp32',
    ]);
    assert.deepEqual(order({ q8: 100, fp32: 400, fp16: 201 }), ['q8', 'fp16', 'fp32']);
    assert.deepEqual(order({ q8: 100, int8: 100, fp16: 190 }), ['fp16', 'q8', 'int8']);
    assert.deepEqual(order({ fp32: 400, bnb4: 70, q4: 90 }), ['q4', 'fp32', 'bnb4']);
    assert.deepEqual(order({ q8: 100 }), ['q8']);
  });

  it('a name and its precision, also where the name holds a colon', () => {
    assert.deepEqual(splitPrecision('owner/name:q8'), { name: 'owner/name', precision: 'q8' });
    assert.deepEqual(splitPrecision('C:\\models\\mine'), { name: 'C:\\models\\mine' });
    assert.deepEqual(splitPrecision('C:\\models\\mine:fp16'), { name: 'C:\\models\\mine', precision: 'fp16' });
  });

  it('sizes as people read them', () => {
    assert.deepEqual([400, 640_000, 3_900_000, 82_000_000, 1_340_000_000].map(formatBytes), [
      '1 KB',
      '640 KB',
      '3.9 MB',
      '82 MB',
      '1.3 GB',
    ]);
    assert.ok(
      estimatedBytes(1e6, 'fp32') > estimatedBytes(1e6, 'fp16') &&
        estimatedBytes(1e6, 'fp16') > estimatedBytes(1e6, 'q8'),
    );
  });

  it('an architecture as Markdown, in which a model’s own words stay words', () => {
    const text = architectureText({
      id: 'a<b>|c',
      task: 'writes text',
      dtype: 'q8',
      origin: ['Built in'],
      config: { model_type: 'gpt2', n_layer: 12, vocab_size: 50257, text_config: { hidden_size: 768 } },
      graphs: [
        {
          file: 'model.onnx',
          bytes: 5e6,
          operations: 900,
          found: '1 layer',
          sites: [{ kind: 'self', layer: 0, causal: true, form: 'softmax', node: '/x|y' }],
        },
      ],
    });
    assert.match(text, /^# a\\<b\\>\\\|c$/m);
    assert.match(text, /\| Vocabulary \| 50,257 \|/);
    assert.match(text, /\| Width \| 768 \|/);
    assert.match(text, /\| self \| 0 \| \? \| \? \| yes \| softmax \| \/x\\\|y \|/);
  });
});

describe('the models that are recommended', () => {
  it('are named once each, as the hub names models, with all that is told of them', () => {
    const models = recommendedModels.flatMap(group => group.models);
    assert.equal(new Set(models.map(({ id }) => id)).size, models.length);
    for (const { id, parameters, licence } of models) {
      assert.match(id, /^(Xenova|onnx-community|HuggingFaceTB|llava-hf)\/[\w.-]+$/);
      assert.ok(parameters > 1 && parameters < 5000 && licence !== '', id);
    }
  });
});
