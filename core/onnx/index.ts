export {
  addAttention,
  replacedOf,
  type AddedOutput,
  type AddedReplacement,
  type AttentionRequest,
  type AttentionTensorKind,
  type ExtendedModel,
  type RowsRequest,
} from './add/addAttention';
export {
  replacedValue,
  type AddedIntervention,
  type Intervention,
  type InterventionPart,
  type ReplacedValue,
} from './add/addInterventions';
export { switchesByText } from './add/addFusedOutputs';
export type { SiteKind } from './find/attentionKinds';
export type { AttentionForm } from './find/attentionMatch';
export { findAttention, type AttentionHints, type AttentionSite, type FoundAttention } from './find/findAttention';
export { configHints } from './find/configHints';
export { findContextVector } from './find/contextVector';
export { scoreTerms, type ScoreTerms } from './find/scoreTerms';
export { findBlocks, type Block, type BlockPart, type BlockStack } from './residual/blocks';
export {
  findInterventionPoints,
  type LayerPoints,
  type Places,
  type StreamPoints,
} from './residual/interventionPoints';
export { stacksByBranch } from './residual/stacksByBranch';
export type { FeedForward } from './residual/feedForward';
export { cutModel, type CutModel, type CutSpan } from './residual/cutModel';
export { externalLocation } from './read/externalLocation';
export { OnnxError } from './read/onnxError';
export type { OnnxModel, OnnxNode } from './read/onnxModel';
export { findOutputProjection, type ProjectionSpan } from './residual/outputProjection';
export { findLinearEnd, type LinearEnd } from './residual/linearEnd';
export { findModelEnd } from './residual/modelEnd';
export { byTokens, findResidualStreams, streamPlaces, type ResidualStream } from './residual/residualStream';
export { findUnembedding, type Unembedding } from './residual/unembedding';
export type { ModelFile } from './read/leaveWeights';
export { rowsLookedUp } from './graph/rowsLookedUp';
export { readModel } from './read/readModel';
export { readModelFile } from './read/readModelFile';
export { patchSize } from './graph/patchSize';
export { longestChain, sequentialSteps, type SequentialSteps } from './graph/sequentialSteps';
export { cutSegments, type BuiltSegment, type GivenValue, type Segment } from './segments/cutSegments';
export { inFloat32 } from './segments/inFloat32';
