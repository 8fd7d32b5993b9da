import * as vscode from 'vscode';
import type { Explanation } from '../../core/run/explanation';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { SourceText } from '../source/sourceText';
import { beginning } from '../source/beginning';
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

/** So many runs are listed, and their heads at a glance take so many bytes: the editor lives with them in one process. */
const most = { runs: 200, bytes: 2 ** 26 };

/** The runs of this session, the newest first; the oldest go by themselves, unless a panel shows them or the user named them. */
export class RunHistory implements vscode.Disposable {
  private runs: Run[] = [];
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidChange = this.emitter.event;
  private readonly deleteEmitter = new vscode.EventEmitter<Run>();
  readonly onDidDelete = this.deleteEmitter.event;

  /** Where the texts of the runs stand in their documents. */
  readonly places = new RunPlaces();
  private readonly subscription = this.places.onDidChange(() => this.emitter.fire());

  /** Whether a panel shows a run: then it stays. */
  isShown: (run: Run) => boolean = () => false;

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
            other.source.pair?.text !== run.source.pair?.text ||
            other.model.folder !== run.model.folder ||
            other.model.dtype !== run.model.dtype),
      );
  }

  add(source: SourceText, model: ModelReference, explanation: Explanation, elapsed: number, place: RunPlace): Run {
    const kept = ofItsOwn(explanation);
    const run: Run = {
      name: beginning(source.text),
      source,
      model,
      explanation: kept,
      elapsed,
      time: new Date(),
      place,
    };
    this.runs.unshift(run);
    const left = this.tooMany();
    if (left.length === 0) this.emitter.fire();
    for (const old of left) this.delete(old);
    return run;
  }

  /** The oldest runs that are more than is kept; never the newest. */
  private tooMany(): Run[] {
    let count = this.runs.length;
    let bytes = this.runs.reduce((sum, run) => sum + bytesOf(run), 0);
    return this.runs
      .slice(1)
      .reverse()
      .filter(run => {
        if ((count <= most.runs && bytes <= most.bytes) || run.renamed || this.isShown(run)) return false;
        count--;
        bytes -= bytesOf(run);
        return true;
      });
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

/** With arrays that hold their own bytes: those that came in a message hold all of the message. */
function ofItsOwn(explanation: Explanation): Explanation {
  const groups = explanation.groups.map(group => ({
    ...group,
    layers: group.layers.map(layer => {
      const { data } = layer.thumbnails;
      return data.byteLength === data.buffer.byteLength
        ? layer
        : { ...layer, thumbnails: { ...layer.thumbnails, data: data.slice() } };
    }),
  }));
  return { ...explanation, groups };
}

function bytesOf({ explanation }: Run): number {
  return explanation.groups
    .flatMap(({ layers }) => layers)
    .reduce((sum, { thumbnails }) => sum + thumbnails.data.byteLength, 0);
}
