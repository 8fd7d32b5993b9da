import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { fileLimits } from '../../core/files/fileLimits';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { ShownFile } from '../../core/protocol/shownFile';
import {
  showSpeech,
  SpeechPanelRequest,
  SpeechRequest,
  TranscriptRequest,
  type AudioSource,
  type SpeechContent,
  type Transcribed,
} from '../../core/protocol/speechProtocol';
import { correctWords, transcriptText } from '../../core/speech/correctWords';
import { mayBeOtherLanguage } from '../../core/speech/otherLanguage';
import { readLimited } from '../files/readLimited';
import { InferenceError } from '../inference/inferenceError';
import { passOn } from '../inference/passOn';
import { FilePanel, type FilePanelServices } from './filePanel';
import { fileViewTypes } from './fileViewTypes';
import { referenceOf, shownFile } from './restoreFile';
import type { TranscriptCorrections } from './transcriptCorrections';
import { plainMessage } from '../../core/text/plainMessage';

type Shown = { readonly uri: vscode.Uri; readonly model: ModelReference; readonly language?: string };
type Transcript = Extract<SpeechContent, { phase: 'transcript' }>;

/** The speech panel of this window: transcribes an audio file window by window, shows it, and answers its webview. */
export class SpeechPanel extends FilePanel<SpeechContent> {
  private shown?: Shown;
  /** [window]: the language that the model was told: its attention is that of this reading. */
  private told: (string | undefined)[] = [];
  /** The transcript as the model wrote it. */
  private heardText = '';

  constructor(
    services: FilePanelServices,
    private readonly corrections: TranscriptCorrections,
  ) {
    super(
      services,
      { viewType: fileViewTypes.speech, name: 'speech', title: 'Transcript', saves: 'Export Transcript' },
      { ...SpeechPanelRequest, show: showSpeech },
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
    await this.work(
      uri,
      { phase: 'loading', title, file },
      token => this.read(shown, title, file, token),
      ({ message }) => {
        // What was heard before it failed stays.
        if (this.content.phase === 'transcript') this.show({ ...this.content, failure: message });
        else this.show({ phase: 'failed', title, file, message });
      },
    );
  }

  protected override get uri(): vscode.Uri | undefined {
    return this.shown?.uri;
  }

  protected override open(uri: vscode.Uri, model: ModelReference, { language }: ShownFile): Promise<void> {
    return this.transcribe(uri, model, language);
  }

  protected override stopped(): void {
    if (this.content.phase === 'transcript') this.show({ ...this.content, failure: 'Stopped.' });
  }

  protected override show(content: SpeechContent): void {
    // Each window brings more words: only the first picture takes the place.
    super.show(content, !this.panel.isOpen || this.content.phase !== 'transcript');
  }

  protected override answer(connection: MessageConnection): void {
    passOn(connection, this.services.client, TranscriptRequest, () => this.transcribed());
    connection.onRequest(SpeechPanelRequest.language, ({ language }) => {
      if (this.shown) void this.transcribe(this.shown.uri, this.shown.model, language);
    });
    connection.onRequest(SpeechPanelRequest.correct, ({ word }) => this.correct(word));
    connection.onRequest(SpeechPanelRequest.stop, () => {
      this.stop();
      this.services.client.userCancelled();
    });
  }

  /** Asks for the user's words in place of one, keeps and shows them. */
  private async correct(word: number): Promise<void> {
    const { content } = this;
    const chosen = content.phase === 'transcript' ? content.words[word] : undefined;
    if (content.phase !== 'transcript' || !chosen) return;
    const { read } = content;
    const { text, heard = text, window, index } = chosen;
    const written = await vscode.window.showInputBox({
      title: 'Headlight: Correct Word',
      prompt: plainMessage(
        `Heard as “${heard}”. Your words are kept for this recording and this model; leave it empty to take back what was heard.`,
      ),
      value: text,
    });
    if (written === undefined) return;
    await this.corrections.set(read, { window, index, heard, text: written.trim() || heard });
    // More may have been heard meanwhile.
    if (this.content.phase === 'transcript' && this.content.read === read) this.show(this.corrected(this.content));
  }

  private corrected(content: Transcript): Transcript {
    const words = correctWords(content.words, this.corrections.of(content.read));
    return { ...content, words, text: transcriptText(words, this.heardText, content.language) };
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
      otherLanguage: [],
      elapsed: performance.now() - started,
    };
    this.told = [];
    this.heardText = '';
    // One that only encodes has nothing to write: what it looks at is asked for where one looks.
    if (read.writes === 'nothing') content = { ...content, done: read.windows.length };
    this.show(content);
    for (let window = content.done; window < read.windows.length; window++) {
      this.told[window] = content.language;
      const heard = await client.request(
        SpeechRequest.transcribe,
        { model, source, audio: read.audio, window, language: content.language },
        token,
      );
      if (token.isCancellationRequested) throw new InferenceError(InferenceErrorCode.cancelled, 'Stopped.');
      const { words, text, language, cut } = heard;
      this.heardText = [this.heardText, text].filter(part => part !== '').join(' ');
      content = this.corrected({
        ...content,
        words: [...content.words, ...words],
        done: window + 1,
        // The first window in which somebody speaks tells the language of all.
        language: content.language ?? (words.length > 0 ? language : undefined),
        cut: cut ? [...content.cut, window] : content.cut,
        otherLanguage:
          read.writes === 'text' && mayBeOtherLanguage(read, heard)
            ? [...content.otherLanguage, window]
            : content.otherLanguage,
        elapsed: performance.now() - started,
      });
      this.show(content);
    }
  }

  private async transcribed(): Promise<Transcribed> {
    if (!this.shown || this.content.phase !== 'transcript') throw new Error('No audio is shown.');
    const { uri, model } = this.shown;
    return { source: await audioSource(uri), audio: this.content.read.audio, model, languages: this.told };
  }
}

/** An audio file as the inference process takes it: a file by its path, what lies elsewhere by its bytes. */
async function audioSource(uri: vscode.Uri): Promise<AudioSource> {
  const name = uri.path.split('/').pop() ?? uri.path;
  return uri.scheme === 'file'
    ? { name, path: uri.fsPath }
    : { name, bytes: await readLimited(uri, fileLimits.fromElsewhere, 'cut it into parts') };
}
