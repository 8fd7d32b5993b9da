import * as vscode from 'vscode';
import type { Explanation } from '../../core/run/explanation';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { SourceText } from '../source/sourceText';
import { beginning } from './beginning';
import { areOnePlace, RunPlaces, type RunPlace } from './runPlaces';

/** One text that was explained in this session. */
export interface Run {
  /** What the user called it, or its first words. */
  name: string;
  renamed?: boolean;
  /** Whether Keep Up made it: then it goes when it is no longer shown. */
  keptUp?: boolean;
  readonly source: SourceText;
  readonly model: ModelReference;
  readonly explanation: Explanation;
  /** Milliseconds from the command to the answer. */
  readonly elapsed: number;
  readonly time: Date;
  /** Where its text stands now. */
  readonly place: RunPlace;
}

/** Whether the document of a run says something else now where its text stood. */
export function hasChanged({ place, model }: Run): boolean {
  // The positions of a graph are no places in the file of its inputs.
  return place.changed && !model.graph;
}

/** The runs of this session, the newest first. */
export class RunHistory implements vscode.Disposable {
  private runs: Run[] = [];
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidChange = this.emitter.event;
  private readonly deleteEmitter = new vscode.EventEmitter<Run>();
  readonly onDidDelete = this.deleteEmitter.event;

  /** Where the texts of the runs stand in their documents. */
  readonly places = new RunPlaces();
  private readonly subscription = this.places.onDidChange(() => this.emitter.fire());

  get all(): readonly Run[] {
    return this.runs;
  }

  /** Whether a run's document says something else now where its text stood, and no later run is of that. */
  isOutdated(run: Run): boolean {
    if (!hasChanged(run)) return false;
    const later = this.runs.slice(0, this.runs.indexOf(run));
    return !later.some(other => !other.model.graph && areOnePlace(other.place, run.place));
  }

  /** The run of the same place that was made before: of another text, or with another model. */
  before(run: Run): Run | undefined {
    if (run.model.graph) return undefined;
    return this.runs
      .slice(this.runs.indexOf(run) + 1)
      .find(
        other =>
          !other.model.graph &&
          areOnePlace(other.place, run.place) &&
          (other.source.text !== run.source.text ||
            other.model.folder !== run.model.folder ||
            other.model.dtype !== run.model.dtype),
      );
  }

  add(source: SourceText, model: ModelReference, explanation: Explanation, elapsed: number, place: RunPlace): Run {
    const run: Run = { name: beginning(source.text), source, model, explanation, elapsed, time: new Date(), place };
    this.runs.unshift(run);
    this.emitter.fire();
    return run;
  }

  rename(run: Run, name: string): void {
    run.name = name;
    run.renamed = true;
    this.emitter.fire();
  }

  delete(run: Run): void {
    this.runs = this.runs.filter(other => other !== run);
    this.places.leave(run.place);
    this.emitter.fire();
    this.deleteEmitter.fire(run);
  }

  dispose(): void {
    this.subscription.dispose();
    this.places.dispose();
    this.emitter.dispose();
    this.deleteEmitter.dispose();
  }
}
