import * as vscode from 'vscode';
import { describeBinary } from '../../core/text/binaryText';
import type { AttentionGroup, Explanation, ModelInfo } from '../../core/run/explanation';
import { toProcess } from '../../core/protocol/askType';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { RunRequest, type RowReduction } from '../../core/protocol/runProtocol';
import type { InferenceClient } from '../inference/inferenceClient';
import { chosenWriting } from '../models/chosenWriting';
import type { ModelCatalogue } from '../models/modelCatalogue';
import { lensSettings } from './lensSettings';
import { lensWindow } from './lensWindow';
import { symbolBlock } from './symbolBlock';

/** Who runs which model, and what was chosen for it to write. */
export interface LensServices {
  readonly client: InferenceClient;
  readonly catalogue: Pick<ModelCatalogue, 'used' | 'onDidChange'>;
  readonly memory: vscode.Memento;
}

/** A text around the caret that a model has read. */
export interface LensRun {
  readonly document: vscode.TextDocument;
  /** The version of the document that was read: after an edit the run is stale. */
  readonly version: number;
  /** Where the text begins in the document. */
  readonly start: number;
  readonly model: ModelReference;
  readonly explanation: Explanation;
  /** The attention that the lens shows: that of the text on itself. */
  readonly group: AttentionGroup;
}

/** Why there is nothing to show here, as one sentence. */
export class NothingToShow extends Error {}

/** A line longer than this is none that a person reads. */
const longestLine = 10_000;
/** A keystroke must not cost what a long context costs: memory and time grow with its square. */
const mostTokens = 1024;
/** What is taken for a model's context before the model is open. */
const smallContext = 512;

/** Asks the inference process for the lens: explains the text around a caret, and gives rows of it. */
export class LensRuns {
  /** What is known of the model that was used last: its context, and how many characters a token has. */
  private known?: { readonly folder: string; readonly info: ModelInfo; readonly charactersPerToken: number };

  constructor(private readonly services: LensServices) {}

  /**
   * Explains the text around a caret.
   * @throws {NothingToShow} where the text is none for the lens.
   */
  async explain(
    document: vscode.TextDocument,
    caret: vscode.Position,
    cancelled: vscode.CancellationToken,
  ): Promise<LensRun> {
    const { client, catalogue } = this.services;
    const { id, folder, dtype, builtIn } = await catalogue.used();
    const model: ModelReference = { id, folder, dtype, builtIn };
    for (let tries = 0; tries < 4; tries++) {
      const { version } = document;
      const range = await this.range(document, caret, folder);
      stopIf(cancelled);
      const text = document.getText(range);
      if (text.trim() === '') throw new NothingToShow('There is no text around the caret.');
      if (describeBinary(text)) throw new NothingToShow('The text around the caret looks like binary data.');
      const explanation = await client.request(
        InferenceRequest.explain,
        { model, text, writing: chosenWriting(this.services, model) },
        cancelled,
      );
      this.known = {
        folder,
        info: explanation.model,
        charactersPerToken: explanation.text.length / explanation.tokens.length,
      };
      const group = explanation.groups.find(g => g.queries === 'input' && g.keys === 'input');
      const start = document.offsetAt(range.start);
      const holdsCaret = document.offsetAt(caret) - start <= explanation.text.length;
      if (group && holdsCaret && !cancelled.isCancellationRequested) {
        return { document, version, start, model, explanation, group };
      }
      this.forget(explanation.run);
      stopIf(cancelled);
      if (!group) throw new NothingToShow(`${id} has no attention of a text on itself.`);
    }
    throw new NothingToShow('The text before the caret is too long for the model.');
  }

  /** What a token of a run looks at: a weight for each token of its text; maybe without the first. */
  row(
    { explanation, model, group }: LensRun,
    query: number,
    reduce: RowReduction,
    withoutFirst: boolean,
    cancelled: vscode.CancellationToken,
  ): Promise<Float32Array> {
    const { run, text } = explanation;
    return this.services.client.request(
      toProcess(RunRequest.row),
      {
        of: { run, model, text, writing: chosenWriting(this.services, model) },
        wish: { kind: group.kind, query, reduce, withoutFirst },
      },
      cancelled,
    );
  }

  /** Lets the process let go of a run's numbers. */
  forget(run: string): void {
    const { client } = this.services;
    // A process that has ended keeps nothing, and none is started for this.
    if (client.processId !== undefined) client.request(InferenceRequest.forget, { run }).catch(() => undefined);
  }

  private async range(document: vscode.TextDocument, caret: vscode.Position, folder: string): Promise<vscode.Range> {
    if (document.lineAt(caret.line).text.length > longestLine) {
      throw new NothingToShow(`This line is longer than ${longestLine.toLocaleString('en-US')} characters.`);
    }
    const known = this.known?.folder === folder ? this.known : undefined;
    const context = Math.min(known?.info.contextLength ?? smallContext, mostTokens);
    // A little less than fits, since the next text may have shorter tokens than the last.
    const characters = Math.max(1, Math.floor(context * (known?.charactersPerToken ?? 3) * 0.9));
    const { window } = lensSettings();
    const block = window.kind === 'block' ? await symbolBlock(document, caret.line) : undefined;
    const { start, end } = lensWindow(document, caret, window, characters, block);
    return new vscode.Range(start.line, start.character, end.line, end.character);
  }
}

function stopIf(cancelled: vscode.CancellationToken): void {
  if (cancelled.isCancellationRequested) throw new vscode.CancellationError();
}
