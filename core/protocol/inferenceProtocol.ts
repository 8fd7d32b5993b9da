import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { AttentionKind } from '../attention/attentionKind';
import type { AttentionTensor, Explanation, HeadAddress, ModelInfo } from './explanation';

/** Where a model's files lie and in which precision to open it. */
export interface ModelReference {
  readonly id: string;
  /** The folder that holds config.json, tokenizer.json and onnx/: an absolute path. */
  readonly folder: string;
  readonly dtype: string;
}

/** A run that was made: its name, and what to run again where the process no longer knows it. */
export interface RunReference {
  readonly run: string;
  readonly model: ModelReference;
  readonly text: string;
}

/** What the extension host asks of the inference process. Each may be cancelled. */
export const InferenceRequest = {
  /** Opens a model without running it; a model that is open answers at once. */
  load: new RequestType<{ model: ModelReference }, ModelInfo, void>('load'),

  /** Runs a model on a text. Errors: {@link InferenceErrorCode}. */
  explain: new RequestType<{ model: ModelReference; text: string }, Explanation, void>('explain'),

  /** One head's matrix in full; runs the text again where the process has let go of the tensors. */
  head: new RequestType<RunReference & { address: HeadAddress }, AttentionTensor, void>('head'),

  /** All heads of one kind in full. */
  attention: new RequestType<RunReference & { kind: AttentionKind }, AttentionTensor, void>('attention'),

  /** Lets go of a run's tensors. */
  forget: new RequestType<{ run: string }, void, void>('forget'),
} as const;

/** What the inference process tells unasked. */
export const InferenceEvent = {
  state: new NotificationType<InferenceState>('state'),
  log: new NotificationType<{ level: 'debug' | 'info' | 'warn' | 'error'; message: string }>('log'),
} as const;

/** What the status bar shows of the process. */
export type InferenceState =
  | { readonly phase: 'loading'; readonly model: string }
  | { readonly phase: 'running'; readonly model: string }
  | { readonly phase: 'ready'; readonly model: string };

/** Why a request failed; the message is one sentence for the user. */
export enum InferenceErrorCode {
  /** The model's files are missing, broken, or hold no attention. */
  model = 1,
  /** The text cannot be explained (empty, binary). */
  text = 2,
  /** The run failed in the runtime. */
  run = 3,
  /** The process ended while it worked. */
  process = 4,
  /** Who asked no longer wants the answer. */
  cancelled = 5,
}
