import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { InferenceErrorCode, type ModelReference } from '../../core/protocol/inferenceProtocol';
import { shownFileOf, type ShownFile } from '../../core/protocol/shownFile';
import {
  SpeechPanelRequest,
  SpeechRequest,
  showSpeech,
  type AudioSource,
  type SpeechContent,
} from '../../core/protocol/speechProtocol';
import { InferenceError } from '../inference/inferenceError';
import type { PanelServices } from './attentionPanel';
import { fileViewTypes } from './fileViewTypes';
import { referenceOf, restoreFile, shownFile, type FindModel } from './restoreFile';
import { saveFile } from './saveFile';
import { SinglePanel } from './singlePanel';

type Shown = { readonly uri: vscode.Uri; readonly model: ModelReference; readonly language?: string };
type Transcript = Extract<SpeechContent, { phase: 'transcript' }>;

/** The speech panel of this window: transcribes an audio file window by window, shows it, and answers its webview. */
export class SpeechPanel implements vscode.Disposable {
  private content: SpeechContent = { phase: 'loading', title: '' };
  private shown?: Shown;
  /** Does again what was asked last. */
  private again?: () => Promise<void>;
  private pending?: vscode.CancellationTokenSource;
  /** The language that the model was told for each window: its attention is that of this reading. */
  private readonly toldLanguage = new Map<number, string | undefined>();
  private readonly panel: SinglePanel;

  constructor(private readonly services: Omit<PanelServices, 'history'>) {
    this.panel = new SinglePanel(
      fileViewTypes.speech,
      services,
      { name: 'speech', title: 'Transcript' },
      made => this.answer(made),
      () => this.pending?.cancel(),
    );
  }

  /**
   * Transcribes an audio file and shows the words as they come, or why there are none. A newer call ends an older one.
   * @param language a code; absent: the model guesses.
   */
  async transcribe(uri: vscode.Uri, model: ModelReference, language?: string): Promise<void> {
    const title = vscode.workspace.asRelativePath(uri);
    const shown = (this.shown = { uri, model: referenceOf(model), language });
    const file = shownFile(uri, model, { language });
    this.again = () => this.transcribe(uri, model, language);
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    this.show({ phase: 'loading', title, file });
    try {
      await this.read(shown, title, file, pending.token);
    } catch (error) {
      const message = messageOf(uri, error);
      if (message !== undefined) this.services.log.error(`${title}: ${message}`);
      // What was heard before it was stopped or failed stays.
      if (this.pending !== pending) return;
      if (this.content.phase === 'transcript') this.show({ ...this.content, failure: message ?? 'Stopped.' });
      else if (message !== undefined) this.show({ phase: 'failed', title, file, message });
    } finally {
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  dispose(): void {
    this.pending?.cancel();
    this.panel.dispose();
  }

  /** Brings the panel back after the window was reloaded: its file is transcribed again, in the language that was chosen. */
  async restore(view: vscode.WebviewPanel, state: unknown, find: FindModel): Promise<void> {
    const file = shownFileOf(state);
    if (!file) view.dispose();
    else if (this.panel.adopt(view)) {
      this.again = () =>
        restoreFile(
          file,
          find,
          failed => this.show(failed),
          (uri, model) => this.transcribe(uri, model, file.language),
        );
      await this.again();
    }
  }

  private async read(
    { uri, model, language: chosenLanguage }: Shown,
    title: string,
    file: ShownFile,
    token: CancellationToken,
  ): Promise<void> {
    const started = performance.now();
    const { client } = this.services;
    const source = await audioSource(uri);
    const read = await client.request(SpeechRequest.read, { model, source }, token);
    let content: Transcript = {
      phase: 'transcript',
      title,
      file,
      read,
      words: [],
      text: '',
      done: 0,
      chosenLanguage,
      language: chosenLanguage,
      cut: [],
      elapsed: performance.now() - started,
    };
    this.show(content);
    for (let window = 0; window < read.windows.length; window++) {
      this.toldLanguage.set(window, content.language);
      const { words, text, language, cut } = await client.request(
        SpeechRequest.transcribe,
        { model, source, audio: read.audio, window, language: content.language },
        token,
      );
      if (token.isCancellationRequested) throw new InferenceError(InferenceErrorCode.cancelled, 'Stopped.');
      content = {
        ...content,
        words: [...content.words, ...words],
        text: [content.text, text].filter(part => part !== '').join(' '),
        done: window + 1,
        // The first window in which somebody speaks tells the language of all.
        language: content.language ?? (words.length > 0 ? language : undefined),
        cut: cut ? [...content.cut, window] : content.cut,
        elapsed: performance.now() - started,
      };
      this.show(content);
    }
  }

  private show(content: SpeechContent): void {
    const first = !this.panel.isOpen || this.content.phase !== 'transcript';
    this.content = content;
    const { view, connection } = this.panel.get();
    view.title = `Transcript: ${content.title.split('/').pop()}`;
    // Each window brings more words: only the first picture takes the place.
    if (first) view.reveal(undefined, true);
    void connection.sendNotification(showSpeech, content);
  }

  private answer(connection: MessageConnection): void {
    const { client, log } = this.services;
    connection.onRequest(SpeechPanelRequest.ready, () => this.content);
    connection.onRequest(SpeechPanelRequest.heat, async ({ window, index, heads }, token) => {
      const { source, audio, model } = await this.audio();
      return client.request(
        SpeechRequest.heat,
        { model, source, audio, window, word: index, heads, language: this.toldLanguage.get(window) },
        token,
      );
    });
    connection.onRequest(SpeechPanelRequest.soundHeat, async (wish, token) =>
      client.request(SpeechRequest.soundHeat, { ...(await this.audio()), ...wish }, token),
    );
    connection.onRequest(SpeechPanelRequest.samples, async (range, token) => {
      const { source, audio } = await this.audio();
      return client.request(SpeechRequest.samples, { source, audio, ...range }, token);
    });
    connection.onRequest(SpeechPanelRequest.language, ({ language }) => {
      if (this.shown) void this.transcribe(this.shown.uri, this.shown.model, language);
    });
    connection.onRequest(SpeechPanelRequest.stop, () => this.pending?.cancel());
    connection.onRequest(SpeechPanelRequest.save, ({ name, data }) =>
      saveFile(name, data, this.shown?.uri, 'Export Transcript'),
    );
    connection.onRequest(SpeechPanelRequest.retry, () => {
      void this.again?.();
    });
    connection.onRequest(SpeechPanelRequest.openLog, () => log.show(true));
  }

  private async audio(): Promise<{ source: AudioSource; audio: string; model: ModelReference }> {
    if (!this.shown || this.content.phase !== 'transcript') throw new Error('No audio is shown.');
    return { source: await audioSource(this.shown.uri), audio: this.content.read.audio, model: this.shown.model };
  }
}

/** An audio file as the inference process takes it: a file by its path, what lies elsewhere by its bytes. */
async function audioSource(uri: vscode.Uri): Promise<AudioSource> {
  const name = uri.path.split('/').pop() ?? uri.path;
  return uri.scheme === 'file' ? { name, path: uri.fsPath } : { name, bytes: await vscode.workspace.fs.readFile(uri) };
}

/** What went wrong, in one sentence; undefined where it was only stopped. */
function messageOf(uri: vscode.Uri, error: unknown): string | undefined {
  if (error instanceof vscode.FileSystemError) {
    return `${uri.path.split('/').pop()} cannot be read; check that it is still there and may be read.`;
  }
  const failure = InferenceError.from(error);
  return failure.code === InferenceErrorCode.cancelled ? undefined : failure.message;
}
