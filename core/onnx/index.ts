export { addAttention, type AddedOutput, type AttentionRequest, type AttentionTensorKind, type ExtendedModel } from './addAttention';
export type { SiteKind } from './attentionKinds';
export type { AttentionForm } from './attentionMatch';
export { findAttention, type AttentionHints, type AttentionSite, type FoundAttention } from './findAttention';
export { configHints } from './configHints';
export { externalLocation } from './externalLocation';
export { OnnxError } from './onnxError';
export type { OnnxModel } from './onnxModel';
export { readModel } from './readModel';
