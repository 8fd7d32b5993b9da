import * as vscode from 'vscode';
import type { Explanation } from '../../core/run/explanation';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { SourceText } from '../source/sourceText';

/** One text that was explained in this session. */
export interface Run {
  name: string;
  readonly source: SourceText;
  readonly model: ModelReference;
  readonly explanation: Explanation;
  /** Milliseconds from the command to the answer. */
  readonly elapsed: number;
  readonly time: Date;
}

/** The runs of this session, the newest first. */
export class RunHistory implements vscode.Disposable {
  private runs: Run[] = [];
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidChange = this.emitter.event;
  private readonly deleteEmitter = new vscode.EventEmitter<Run>();
  readonly onDidDelete = this.deleteEmitter.event;

  get all(): readonly Run[] {
    return this.runs;
  }

  add(source: SourceText, model: ModelReference, explanation: Explanation, elapsed: number): Run {
    const run: Run = { name: nameOf(source.text), source, model, explanation, elapsed, time: new Date() };
    this.runs.unshift(run);
    this.emitter.fire();
    return run;
  }

  rename(run: Run, name: string): void {
    run.name = name;
    this.emitter.fire();
  }

  delete(run: Run): void {
    this.runs = this.runs.filter(other => other !== run);
    this.emitter.fire();
    this.deleteEmitter.fire(run);
  }

  dispose(): void {
    this.emitter.dispose();
    this.deleteEmitter.dispose();
  }
}

/** The text's first words, as one line. */
function nameOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  const characters = Array.from(line.slice(0, 120));
  return characters.length > 27 ? `${characters.slice(0, 26).join('')}…` : line || 'white space';
}
