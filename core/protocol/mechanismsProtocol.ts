import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { MechanismAnswers, ScoreStep } from '../mechanisms/mechanismAnswer';
import type { AnswerTimes, MeasuredDates } from '../mechanisms/measuredDates';
import type { MechanismsFormat } from '../mechanisms/mechanismNumbers';
import type { MechanismId } from '../mechanisms/mechanisms';
import { AskType } from './askType';
import { ExportType } from './exportType';

/** Where the four models lie. */
export interface MechanismModels {
  /** The folder: an absolute path. */
  readonly folder: string;
}

/** What is asked about the four models, of the extension host as of the inference process. */
export const MechanismsRequest = {
  /** What all four make of a date. Fails with a sentence where there is none, or too much. */
  answer: new AskType<MechanismModels, { text: string }, MechanismAnswers>('mechanisms/answer'),
  /** How a digit's look at a character was computed; `character` counts what was read, the marks at both ends too. */
  step: new AskType<
    MechanismModels,
    { text: string; id: MechanismId; step: number; character: number; head?: ScoreStep['head'] },
    ScoreStep
  >('mechanisms/step'),
  /** What all four write for each of some dates, and nothing of how. */
  write: new AskType<MechanismModels, { texts: readonly string[] }, Record<MechanismId, readonly string[]>>(
    'mechanisms/write',
  ),
  /** What the graphs say of their work. */
  facts: new AskType<MechanismModels, unknown, Pick<MeasuredDates, 'places' | 'facts'>>('mechanisms/facts'),
  /** How long each of the four takes for one date, run so often in turn. */
  time: new AskType<MechanismModels, { text: string; runs: number }, AnswerTimes>('mechanisms/time'),
  /** What was measured as the content of a file. */
  exportMeasured: new ExportType<MechanismModels, MeasuredDates, MechanismsFormat>('mechanisms/exportMeasured'),
  /** What all four made of a date as the content of a file. */
  export: new ExportType<MechanismModels, MechanismAnswers, MechanismsFormat>('mechanisms/export'),
} as const;

/** What the panel asks of the extension host itself. */
export const MechanismsPanelRequest = {
  /** The webview can draw: the host answers with the date that it was opened with, if there was one. */
  ready: new RequestType0<{ text?: string }, void>('ready'),
  save: new RequestType<{ name: string; data: string | Uint8Array }, boolean, void>('save'),
  openLog: new RequestType0<void, void>('openLog'),
} as const;

/** Host → webview: answer this date. */
export const showDate = new NotificationType<{ text: string }>('showDate');
