import { randomUUID } from 'node:crypto';
import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import type { ImageFacts, ImageSource } from '../../core/images/image';
import {
  answerProgress,
  AskImagePanelRequest,
  ImageConversationRequest,
  showConversation,
  showProgress,
  type AnswerProgress,
  type AskImageContent,
  type ImageConversation,
} from '../../core/protocol/askImageProtocol';
import { toProcess } from '../../core/protocol/askType';
import { ImageRequest } from '../../core/protocol/imageProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { oneLine } from '../../core/markup/imageLink';
import type { ImageAnswer } from '../../core/vision/imageAnswer';
import { keptTurns, toldQuestion, turnsUpTo, type ShownTurn } from '../../core/vision/conversationTurns';
import { allowedContext, altTextPrompt } from '../captions/altTextPrompt';
import type { CaptionStore } from '../captions/captionStore';
import { imageSource } from '../captions/imageSource';
import { fileFailure } from '../inference/fileFailure';
import { passOn } from '../inference/passOn';
import { insertAltText } from '../links/insertAltText';
import { FilePanel, type FilePanelServices } from './filePanel';
import { fileViewTypes } from './fileViewTypes';
import { referenceOf, shownFile, type FindModel } from './restoreFile';
import { showInformationMessage } from '../shown/messages';

/** The picture in the panel has at most so many pixels on its longer side. */
const previewSize = 1600;

/** The conversation that is shown. */
interface Shown {
  readonly uri: vscode.Uri;
  readonly model: ModelReference;
  readonly facts: ImageFacts;
  /** The image as it was read at first, on the background that the theme had then: its answers are about that. */
  readonly source: ImageSource;
  readonly png: Uint8Array;
  /** What is known of the image; undefined where the user allows none of it to be told. */
  readonly context?: string;
  turns: ShownTurn[];
  /** The turn that is asked about. */
  chosen: number;
}

/** The panel of this window in which one asks a vision-language model about an image. */
export class AskImagePanel extends FilePanel<AskImageContent> {
  private at?: { readonly uri: vscode.Uri };
  private shown?: Shown;
  private asking?: vscode.CancellationTokenSource;
  /** The turns that VS Code brought back with the panel. */
  private kept: ShownTurn[] = [];

  private readonly store: CaptionStore;

  constructor({ store, ...services }: FilePanelServices & { readonly store: CaptionStore }) {
    super(
      services,
      {
        viewType: fileViewTypes.askImage,
        name: 'ask-image',
        title: 'Ask',
        keeps: true,
        saves: 'Export Answer',
      },
      { ...AskImagePanelRequest, show: showConversation },
    );
    this.store = store;
  }

  /**
   * Begins a conversation about an image with alt text, or goes on with one that was kept or is shown.
   * A newer call ends an older one.
   */
  async begin(uri: vscode.Uri, reference: ModelReference, kept: readonly ShownTurn[] = []): Promise<void> {
    const model = referenceOf(reference);
    const title = vscode.workspace.asRelativePath(uri);
    const before = this.panel.isOpen && isSame(this.shown, uri, model) ? this.shown.turns : kept;
    this.at = { uri };
    this.shown = undefined;
    this.again = () => this.begin(uri, reference);
    await this.work(uri, { phase: 'loading', title, file: shownFile(uri, reference) }, async token => {
      // Before the panel comes to the front: the document beside is the active one still.
      const context = await allowedContext(uri);
      const source = await imageSource(uri);
      const { image, png } = await this.services.client.request(
        ImageRequest.preview,
        { source, size: previewSize },
        token,
      );
      if (token.isCancellationRequested) return;
      const known = before.every(({ answer }) => !answer || answer.image.hash === image.hash) ? [...before] : [];
      const shown = {
        uri,
        model,
        facts: image,
        source,
        png,
        context,
        turns: known,
        chosen: Math.max(0, known.length - 1),
      };
      this.shown = shown;
      await this.goOn(shown);
    });
  }

  /** Shows a conversation; asks what has no answer yet, and of a new one alt text. */
  private async goOn(shown: Shown): Promise<void> {
    const last = shown.turns.at(-1);
    if (!last) await this.ask(altTextPrompt(), true, true);
    else if (last.answer || last.failed !== undefined) this.showTurns(shown);
    else {
      shown.turns.pop();
      await this.ask(last.question, last.altText, last.told !== last.question);
    }
  }

  override async restore(view: vscode.WebviewPanel, state: unknown, find: FindModel): Promise<void> {
    this.kept = keptTurns(state);
    await super.restore(view, state, find);
  }

  protected override get uri(): vscode.Uri | undefined {
    return this.at?.uri;
  }

  protected override open(uri: vscode.Uri, model: ModelReference): Promise<void> {
    const { kept } = this;
    this.kept = [];
    return this.begin(uri, model, kept);
  }

  protected override stop(): void {
    super.stop();
    this.asking?.cancel();
  }

  protected override answer(connection: MessageConnection): void {
    passOn(connection, this.services.client, ImageConversationRequest, () => this.conversation());
    connection.onRequest(AskImagePanelRequest.ask, ({ question, context }) => {
      void this.ask(question, false, context);
    });
    connection.onRequest(AskImagePanelRequest.altText, ({ context }) => {
      void this.ask(altTextPrompt(), true, context);
    });
    connection.onRequest(AskImagePanelRequest.stop, () => {
      this.asking?.cancel();
      this.services.client.userCancelled();
    });
    connection.onRequest(AskImagePanelRequest.choose, ({ turn }) => {
      if (this.shown?.turns[turn]) this.shown.chosen = turn;
    });
    connection.onRequest(AskImagePanelRequest.insert, async ({ text }) => {
      if (!this.shown) return;
      try {
        vscode.window.setStatusBarMessage(`$(check) ${await insertAltText(this.shown.uri, text)}`, 5000);
      } catch (error) {
        void showInformationMessage((error as Error).message);
      }
    });
    connection.onRequest(AskImagePanelRequest.chooseModel, async () => {
      const { uri } = this;
      await vscode.commands.executeCommand('headlight.chooseCaptioner');
      // With the same model the conversation goes on.
      if (uri) await vscode.commands.executeCommand('headlight.askAboutImage', uri);
    });
    connection.onRequest(AskImagePanelRequest.copy, async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage('$(check) Answer copied', 3000);
    });
  }

  /** Asks, and shows the conversation with the answer, or why there is none. What is under way is dropped first. */
  private async ask(question: string, altText: boolean, tells: boolean): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    this.asking?.cancel();
    // What was under way is dropped; what failed and is asked again stands there once.
    const last = shown.turns.at(-1);
    const drops = last && !last.answer && (last.failed === undefined || last.question === question);
    const before = drops ? shown.turns.slice(0, -1) : shown.turns;
    const told = toldQuestion(before, question, tells ? shown.context : undefined);
    const turn: ShownTurn = { question, altText, told };
    shown.turns = [...before, turn];
    this.showTurns(shown);
    const asking = (this.asking = new vscode.CancellationTokenSource());
    const started = performance.now();
    let done: Partial<ShownTurn>;
    try {
      const of = conversationOf(shown, before.length);
      const progress = randomUUID();
      const answer = await this.services.client.request(
        toProcess(ImageConversationRequest.ask),
        { of, wish: { progress } },
        asking.token,
        connection => connection.onProgress(answerProgress, progress, so => this.tell(shown, turn, so)),
      );
      done = { answer, elapsed: performance.now() - started };
      if (altText) await this.keep(shown, answer);
    } catch (error) {
      const { code, message } = fileFailure(shown.uri, error);
      const stopped = asking.token.isCancellationRequested || code === InferenceErrorCode.cancelled;
      if (!stopped) this.services.log.error(`${shown.uri.path}: ${message}`);
      done = { failed: stopped ? 'Stopped before there was an answer.' : message };
    } finally {
      asking.dispose();
      if (this.asking === asking) this.asking = undefined;
    }
    if (this.shown !== shown || !shown.turns.includes(turn)) return;
    shown.turns = shown.turns.map(other => (other === turn ? { ...turn, ...done } : other));
    this.showTurns(shown, false);
  }

  /** Alt text is the image's caption, as the Images view and documents have it; the user's own words stay before it. */
  private async keep({ uri, model }: Shown, { image, text: answer, words }: ImageAnswer): Promise<void> {
    const text = oneLine(answer);
    // Empty alt text would tell that the image is decoration.
    if (text === '') return;
    try {
      const stat = await vscode.workspace.fs.stat(uri);
      await this.store.put(uri, stat, model, { image, text, words, photo: false, screenshot: false });
    } catch (error) {
      this.services.log.warn(`${uri.path}: its caption is not kept: ${(error as Error).message}`);
    }
  }

  /** Tells the page how far an answer is. */
  private tell(shown: Shown, turn: ShownTurn, progress: AnswerProgress): void {
    if (!this.panel.isOpen || this.shown !== shown || shown.turns.at(-1) !== turn) return;
    void this.panel.get().connection.sendNotification(showProgress, progress);
  }

  private showTurns({ uri, model, facts, context, png, turns }: Shown, reveal = true): void {
    if (!this.panel.isOpen && !reveal) return;
    this.show(
      {
        phase: 'conversation',
        title: vscode.workspace.asRelativePath(uri),
        file: shownFile(uri, model),
        model: model.id,
        dtype: model.dtype,
        facts,
        turns,
        ...(context === undefined ? {} : { context }),
        png,
        elapsed: turns.at(-1)?.elapsed ?? 0,
      },
      reveal,
    );
  }

  private conversation(): ImageConversation {
    if (!this.shown) throw new Error('No image is shown.');
    return conversationOf(this.shown, this.shown.chosen);
  }
}

/** Whether a conversation is about an image, with a model in a precision. */
function isSame(shown: Shown | undefined, uri: vscode.Uri, { folder, dtype }: ModelReference): shown is Shown {
  return shown?.uri.toString() === uri.toString() && shown.model.folder === folder && shown.model.dtype === dtype;
}

/** A conversation up to a turn. */
function conversationOf({ model, source, facts, turns }: Shown, turn: number): ImageConversation {
  return { model, source, hash: facts.hash, turns: turnsUpTo(turns, turn) };
}
