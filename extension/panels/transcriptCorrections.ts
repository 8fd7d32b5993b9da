import type * as vscode from 'vscode';
import type { Correction } from '../../core/speech/correctWords';
import type { ReadAudio } from '../../core/speech/transcript';

const memoryKey = 'headlight.corrections';
/** Recordings whose corrections are kept; of more, those corrected longest ago go. */
const most = 200;

/** What users wrote in place of words that a model heard: kept by the sound itself, so that it outlives a renamed file, and the model. */
export class TranscriptCorrections {
  constructor(private readonly memory: vscode.Memento) {}

  /** The corrections of what a model heard in a recording. */
  of(read: Pick<ReadAudio, 'content' | 'model'>): readonly Correction[] {
    return this.all[keyOf(read)] ?? [];
  }

  /** Keeps a correction in place of an older one of the same word; one that says what was heard takes it back. */
  async set(read: Pick<ReadAudio, 'content' | 'model'>, correction: Correction): Promise<void> {
    const key = keyOf(read);
    const { window, index, heard, text } = correction;
    const others = this.of(read).filter(each => each.window !== window || each.index !== index || each.heard !== heard);
    const rest = Object.entries(this.all).filter(([each]) => each !== key);
    const own = text === heard ? others : [...others, correction];
    const entries = own.length > 0 ? [...rest, [key, own] as const] : rest;
    await this.memory.update(memoryKey, Object.fromEntries(entries.slice(-most)));
  }

  private get all(): Readonly<Record<string, readonly Correction[]>> {
    return this.memory.get(memoryKey, {});
  }
}

function keyOf({ content, model }: Pick<ReadAudio, 'content' | 'model'>): string {
  return `${content} ${model.id} ${model.dtype}`;
}
