import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { FileFormat } from '../export/fileFormat';
import type { ImageFacts, ImageRegion } from '../images/image';
import type { CoveredAnswer, EncoderRow, ImageAnswer, ImageTurn, WordAttention, WordWish } from '../vision/imageAnswer';
import type { ShownTurn } from '../vision/conversationTurns';
import type { ShownAnswer } from '../vision/shownAnswer';
import { AskType } from './askType';
import { ExportType } from './exportType';
import { type FilePanelContent, filePanelRequests } from './filePanelProtocol';
import type { ImageReading } from './imageProtocol';

/** A conversation about a picture, its last turn a question: what the process knows no longer it runs again. */
export interface ImageConversation extends ImageReading {
  readonly turns: readonly ImageTurn[];
  /** The content that is shown (SHA-256, hexadecimal): of a file that has changed since nothing is told. */
  readonly hash: string;
}

/** What an answer is saved as: the picture with a word's heat, its picture tokens as a table, or all numbers. */
export type AnswerFormat = Extract<FileFormat, 'svg' | 'csv' | 'json'>;

/** What can be asked of a conversation about a picture, of the extension host as of the inference process. Each may be cancelled. */
export const ImageConversationRequest = {
  /** Answers the last question, the likeliest token each time. `progress` names an {@link answerProgress}, where it is wanted. */
  ask: new AskType<ImageConversation, { readonly progress?: string }, ImageAnswer>('conversation/ask'),
  /** Where the decoder looked as it wrote a word of that answer. */
  word: new AskType<ImageConversation, WordWish, WordAttention>('conversation/word'),
  /** Asks again with regions of the picture grey, and scores the words of the first answer. */
  covered: new AskType<ImageConversation, { cover: readonly ImageRegion[] }, CoveredAnswer>('conversation/covered'),
  /** Covers regions, each alone: [region given][word], how the log-probability of each word changes, in nats. */
  occlusion: new AskType<ImageConversation, { regions: readonly ImageRegion[] }, Float32Array>(
    'conversation/occlusion',
  ),
  /**
   * Cuts all of the picture's tokens off in one layer, or in all: what comes after the picture no longer reads them there
   * (their value vectors are 0). [layer given][word]: how the log-probability of each word changes, in nats.
   */
  knockout: new AskType<ImageConversation, { layers: readonly (number | 'all')[] }, Float32Array>(
    'conversation/knockout',
  ),
  /** What a picture token's patches look at in the vision encoder. @throws where it holds no attention. */
  encoder: new AskType<
    ImageConversation,
    { readonly token: number; readonly layer: number; readonly head: number | 'all' },
    EncoderRow
  >('conversation/encoder'),
  export: new ExportType<ImageConversation, ShownAnswer, AnswerFormat>('conversation/export'),
} as const;

/** How far an answer is: parts of the picture that were read, or what was written so far. */
export type AnswerProgress =
  | { readonly phase: 'reading'; readonly done: number; readonly parts: number }
  | { readonly phase: 'writing'; readonly text: string };

/** The process tells how far an answer is. */
export const answerProgress = new ProgressType<AnswerProgress>();

/** What the panel that asks about an image shows. */
export type AskImageContent = FilePanelContent<{
  readonly phase: 'conversation';
  readonly model: string;
  readonly dtype: string;
  readonly facts: ImageFacts;
  /** In order; a last one without answer is being answered. */
  readonly turns: readonly ShownTurn[];
  /** What is known of the image beside its pixels, in words: its file's name, the heading and the sentence around it. */
  readonly context?: string;
  /** The image as a PNG, at most 1,600 pixels on its longer side. */
  readonly png: Uint8Array;
}>;

/** What the panel that asks about an image asks of the extension host itself. Questions about an answer name its turn. */
export const AskImagePanelRequest = {
  ...filePanelRequests<AskImageContent>(),
  /** Asks a question; the panel is shown the conversation with it. @param context whether what is known of the image is told. */
  ask: new RequestType<{ question: string; context: boolean }, void, void>('ask'),
  /** Asks for alt text, as the setting words it. */
  altText: new RequestType<{ context: boolean }, void, void>('altText'),
  /** Ends the answer that is under way. */
  stop: new RequestType0<void, void>('stop'),
  /** Asks about the answer of this turn from now on. */
  choose: new RequestType<{ turn: number }, void, void>('choose'),
  /** Makes an answer the alt text of the image in the document that is open beside. */
  insert: new RequestType<{ text: string }, void, void>('insert'),
  copy: new RequestType<{ text: string }, void, void>('copy'),
  /** Lets the user choose another model, which is asked about the image from the beginning. */
  chooseModel: new RequestType0<void, void>('chooseModel'),
} as const;

/** Host → webview: show this instead. */
export const showConversation = new NotificationType<AskImageContent>('show');

/** Host → webview: so far is the answer that is under way. */
export const showProgress = new NotificationType<AnswerProgress>('progress');
