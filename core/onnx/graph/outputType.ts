import { DataType } from '../read/onnxModel';
import type { Op, Value } from './linkedGraph';

/**
 * What type each output of an operator is of, one after the other: the type of an input by its number (`0|2`: of one of them,
 * which are all of one type, a few where they are many; `*`: of any), of an attribute (`@to`), a type by its name, or not known (`?`). `…` goes for all
 * outputs from there on. Operators of the standard that are not here give the type of their first input.
 */
const standard = {
  '*': 'Concat Einsum Max Mean Min Sum',
  '1': 'CastLike RMSNormalization',
  '2': 'OneHot',
  '7': 'QLinearConv QLinearMatMul',
  '?': 'ConcatFromSequence Optional OptionalGetElement SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceMap SplitToSequence',
  '0…': 'Split',
  '0|1':
    'Add BitShift BitwiseAnd BitwiseOr BitwiseXor Div MatMul MaxRoiPool Mod Mul PRelu RoiAlign StringConcat Sub SwiGLU TensorScatter',
  '0|2': 'NegativeLogLikelihoodLoss Pad STFT Scatter ScatterElements ScatterND',
  '1|2': 'Where',
  '@to': 'BitCast Cast',
  bool: 'And Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual OptionalHasElement Or RegexFullMatch Xor',
  '0|1|2':
    'Clip Conv ConvTranspose DisentangledAttention_TRT Gemm GroupNormalization InstanceNormalization Range RotaryEmbedding',
  float: 'TfIdfVectorizer',
  int32: 'ConvInteger MatMulInteger',
  int64: 'ArgMax ArgMin NonMaxSuppression NonZero SequenceLength Shape Size',
  uint8: 'ImageDecoder',
  string: 'StringNormalizer',
  '0|1|2|3': 'DeformConv GRUUnit MultilevelCropAndResize_TRT PyramidROIAlign_TRT',
  '@dtype|0': 'Bernoulli EyeLike RandomNormalLike RandomUniformLike',
  '@dtype|float': 'RandomNormal RandomUniform',
  '@dtype|int32': 'Multinomial',
  '@output_dtype|1': 'DequantizeLinear',
  '@output_dtype|2|uint8': 'QuantizeLinear',
  '@output_datatype|float': 'BlackmanWindow HammingWindow HannWindow MelWeightMatrix',
  '0 bool': 'Dropout',
  '0 int64': 'MaxPool TopK',
  '0|2 0|2': 'SoftmaxCrossEntropyLoss',
  '1 float': 'SimplifiedLayerNormalization',
  '0|1|2|4 3': 'LinearAttention',
  'string int64': 'StringSplit',
  '0|1|2|3 0|1|2|3': 'CausalConvWithState GRU RNN',
  '0 3|4 3|4': 'BatchNormalization',
  '0|1|2 float float': 'LayerNormalization',
  'uint8 float uint8': 'DynamicQuantizeLinear',
  '0|1|2|3 0|1|2|3 0|1|2|3': 'LSTM',
  '0 int64 int64 int64': 'Unique',
  '0|1|4 0|1|4 2|5 0|1|4': 'Attention',
  'int32 0|1|2 0|1|2 int32': 'EfficientNMS_TRT',
};

/** Those of ONNX Runtime's own (`com.microsoft`): all of its list, so that none is taken for what it is not. */
const contributed = {
  '0': 'BranchwiseRMSNorm ExpandDims GatherND Gelu GroupNorm HyperConnectionPreMix Inverse Irfft MatMulPacked MoEPacked NhwcMaxPool QuickGelu RelativePositionBias RestorePadding Rfft SampleOp ScaledSiLU TorchEmbedding Trilu UnfoldTensor',
  '1': 'DequantizeLinear QLinearConcat SparseToDenseMatMul',
  '2': 'GatherBlockQuantized',
  '7': 'QLinearConv',
  '?': 'EPContext GridSample MatMulInteger16 MurmurHash3 ReduceSumInteger Snpe',
  '0|1':
    'BiasGelu BiasSoftmax BiasSplitGelu CDist ComplexMul ComplexMulConj CropAndResize FastGelu FusedMatMul FusedMatMulActivation HyperConnectionPostMix SwiGLU TransposeMatMul',
  '0|2': 'MatMulBnb4 Pad',
  '0|4': 'MatMulBlockQuantizedFp8Weight',
  '0|5': 'MatMulBlockQuantizedFp4Weight',
  '@to': 'DequantizeWithOrder',
  bool: 'IsAllFinite',
  int8: 'QOrderedAttention QOrderedGelu QOrderedLayerNormalization QOrderedLongformerAttention QOrderedMatMul QuantizeWithOrder',
  '0|1|2': 'BiasAdd ConvStateReplay FusedGemm GatedRMSNorm GemmFastGelu NhwcConv Range',
  '0|1|3': 'ConvTransposeWithDynamicPads',
  '0|2|3': 'MRotaryEmbedding RotaryEmbedding',
  '0|2|4':
    'QLinearAveragePool QLinearGlobalAveragePool QLinearLeakyRelu QLinearReduceMean QLinearSigmoid QLinearSoftmax',
  '0|2|5': 'MatMulNBits',
  '2|3|6': 'MatMulIntegerToFloat',
  float: 'DynamicQuantizeMatMul GatedDeltaNetStateReplay MatMulFpQ4 MaxpoolWithMask NGramRepeatBlock WordConvEmbedding',
  int32: 'DynamicTimeWarping GreedySearch MulInteger',
  '@dtype': 'DequantizeBFP GemmFloat8',
  string: 'Tokenizer',
  '0|1|2|3':
    'FusedConv GatedAdd GatedRelativePositionBias LongformerAttention MoE NhwcFusedConv PackedMultiHeadAttention',
  '0|1|2|5': 'PackedAttention',
  '0|1|4|7': 'QMoE',
  '0|2|3|5': 'QLinearAdd QLinearMul',
  '0|2|4|6': 'MatMulNBitsQLoRA',
  '1|3|4|6': 'QLinearWhere',
  '2|uint8': 'QuantizeLinear',
  '8|float': 'QGemm',
  '@output_dtype': 'GatherPacked',
  '0|1 0|1': 'RouterGateUpProj',
  '0|3 0|3': 'LinearAttentionGate',
  '? float': 'RMSNormRotary',
  '0 uint32': 'BitmaskDropout',
  '0|1|2|4 3': 'LinearAttention',
  '0|1|2 bool': 'BiasDropout',
  '0|3|4 0|3|4': 'SkipGroupNorm',
  'float int32': 'QEmbedLayerNormalization',
  'int32 float': 'Sampling',
  'int64 int64': 'BifurcationDetector',
  '0|1|2 uint32': 'BitmaskBiasDropout',
  '0|1|2|3 0|1|2|3': 'EngramGate NGramHashMapping',
  '0|1|2|4 0|1|2|4': 'Attention DecoderMaskedSelfAttention MatMulNBitsMlp',
  '2|3|4|8 2|3|4|8': 'QAttention',
  'float16 float16': 'GemmaRotaryEmbedding',
  '0 int64 int64': 'Unique',
  'int32 5|6 5|6': 'BeamSearch',
  '0|1|2|8 3|4 3|4': 'PagedAttention',
  '0|2 float float': 'MoEGroupRouter',
  '0|1|2|11 3|4 3|4': 'SparsePagedAttention',
  '0|1|2 float float': 'GatedDeltaNet',
  'float float float': 'DynamicQuantizeLSTM',
  'int32 int32 int32': 'PackedSparseAttentionIndexerMerge',
  'int32 int64 int64': 'SpeculativePrefixCommit',
  'uint8 int64 int64': 'QuantizeBFP',
  '2|3|4|5 int32 2|3|4|5': 'EmbedLayerNormalization',
  'int32 0|1|2|3 0|1|2|3': 'SparseAttentionIndexer',
  '0|1|2|3 0|1|2|3 0|1|2|3': 'AttnLSTM CausalConvWithState DecoderAttention HyperConnectionLowRankMix SparseAttention',
  '0|1|3|4 0|1|3|4 0|1|3|4': 'VarlenCausalConvWithState',
  '0 int32 int32 int32': 'RemovePadding',
  '0|1|2|7 3|4 3|4 0|1|2|7': 'GroupQueryAttention',
  '5|6|11|12 3|4 3|4 int32': 'DynamicSparseAttention',
  '0|1|2|3 0|1|2|3 0|1|2|3 ?': 'MultiHeadAttention',
  '0|1|2|4 0|1|2|4 0|1|2|4 ?': 'DecoderMaskedMultiHeadAttention',
  '0|1|2|3 float float 0|1|2|3': 'SkipLayerNormalization SkipSimplifiedLayerNormalization',
  '0|1|2|4 0|1|2|4 int32 0|1|2|4': 'VarlenNGramHashMapping',
  '0|1|2|4 0|1|2|4 0|1|2|4 0|1|2|4': 'MatMulNBitsQkv',
  'int32 5|6|14 5|6|14 float 5|6|14': 'WhisperBeamSearch',
  'bfloat16 bfloat16 float bfloat16 float': 'Mamba2Verify',
  'int32 int32 12 0|1|2|3 0|1|2|3 int32 0|1|2|3 int32 int32': 'PackedSparseAttentionIndexer',
};

const types = new Map<string, readonly string[]>(
  [['', standard] as const, ['com.microsoft.', contributed] as const].flatMap(([domain, table]) =>
    Object.entries(table).flatMap(([outputs, names]) =>
      names.split(' ').map((name): [string, string[]] => [domain + name, outputs.split(' ')]),
    ),
  ),
);

/**
 * The element type ({@link DataType}) of an operation's output as its operator says; undefined where that is not known, as
 * of operators of other domains, whose types nothing tells.
 */
export function outputType(op: Op, output: Value): number | undefined {
  if (op.type === 'ConstantOfShape') return op.node.attributes.get('value')?.tensor?.type ?? DataType.float;
  const at = op.outputs.indexOf(output);
  const outputs = types.get(op.type);
  if (!outputs) return op.node.domain === '' && !bodies.has(op.type) ? op.inputs[0]?.type : undefined;
  const repeated = outputs[outputs.length - 1].endsWith('…') ? outputs[outputs.length - 1] : undefined;
  const rule = (outputs[at] ?? repeated)?.replace('…', '');
  return rule === undefined ? undefined : typeBy(rule, op);
}

/** What their bodies give: see the rules of shapes. */
const bodies = new Set(['If', 'Loop', 'Scan']);

function typeBy(rule: string, op: Op): number | undefined {
  if (rule === '*') return op.inputs.find(input => input?.type !== undefined)?.type;
  let unknown = false;
  for (const choice of rule.split('|')) {
    if (/^\d/.test(choice)) {
      const input = op.inputs[Number(choice)];
      if (input?.type !== undefined) return input.type;
      unknown ||= input !== undefined;
    } else if (choice.startsWith('@')) {
      const type = op.int(choice.slice(1));
      if (type) return type;
    } else if (!unknown) return (DataType as Record<string, number>)[choice];
  }
  return undefined;
}
