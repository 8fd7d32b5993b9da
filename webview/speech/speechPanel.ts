import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { SpeechPanelRequest, showSpeech, type SpeechContent } from '../../core/protocol/speechProtocol';
import { cssColor } from '../common/colorScale';
import { panelStyles } from '../common/panel.styles';
import { connectToHost } from '../common/rpc';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import './speechView';

/** The speech panel: connects to the extension host and shows what it says: a wait, a failure, or a transcript. */
@customElement('headlight-speech')
export class SpeechPanel extends LitElement {
  static override styles = [sharedStyles, panelStyles, css`
    :host { display: block; height: 100vh; overflow: hidden auto; }
  `];

  @state() private content: SpeechContent = { phase: 'loading', title: '' };
  private readonly themes = new ThemeController(this);
  private readonly host = connectToHost();

  override connectedCallback(): void {
    super.connectedCallback();
    const { connection } = this.host;
    connection.onNotification(showSpeech, content => { this.content = content; });
    connection.listen();
    connection.sendRequest(SpeechPanelRequest.ready).then(content => { this.content = content; }, (error: unknown) => {
      this.content = { phase: 'failed', title: '', message: error instanceof Error ? error.message : String(error) };
    });
  }

  override render() {
    const { content } = this;
    switch (content.phase) {
      case 'loading': return html`<main><vscode-progress-bar aria-label="Working"></vscode-progress-bar><h1 class="title dim"><span role="status">Reading ${content.title}…</span></h1></main>`;
      case 'failed': return html`<main><h1 class="title dim">${content.title}</h1><div class="message" role="alert">
        <p><span class="icon" aria-hidden="true">\uea87</span><span>${content.message}</span></p>
        <div class="buttons"><vscode-button @click=${() => void this.host.connection.sendRequest(SpeechPanelRequest.retry)}>Try Again</vscode-button>
          <vscode-button secondary @click=${() => void this.host.connection.sendRequest(SpeechPanelRequest.openLog)}>Show Log</vscode-button></div></div></main>`;
      case 'transcript': return html`<headlight-speech-view .content=${content} .connection=${this.host.connection}></headlight-speech-view>`;
    }
  }

  protected override updated(): void {
    const { dim, line } = this.themes.theme;
    this.style.setProperty('--headlight-dim', cssColor(dim));
    this.style.setProperty('--headlight-line', cssColor(line));
  }
}
