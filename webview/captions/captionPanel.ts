import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { CaptionPanelRequest, showCaption, type CaptionContent } from '../../core/protocol/captionPanelProtocol';
import { cssColor } from '../common/colorScale';
import { connectToHost } from '../common/rpc';
import { panelStyles } from '../common/panel.styles';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import './captionView';

/** The captions panel: connects to the extension host and shows what it says: a wait, a failure, or a caption. */
@customElement('headlight-captions')
export class CaptionPanel extends LitElement {
  static override styles = [sharedStyles, panelStyles, css`
    :host { display: block; height: 100vh; overflow: hidden auto; }
  `];

  @state() private content: CaptionContent = { phase: 'loading', title: '' };
  private readonly themes = new ThemeController(this);
  private readonly host = connectToHost();

  override connectedCallback(): void {
    super.connectedCallback();
    const { connection } = this.host;
    connection.onNotification(showCaption, content => { this.keep(content); });
    connection.listen();
    connection.sendRequest(CaptionPanelRequest.ready).then(content => { this.keep(content); }, (error: unknown) => {
      this.content = { phase: 'failed', title: '', message: error instanceof Error ? error.message : String(error) };
    });
  }

  override render() {
    const { content } = this;
    switch (content.phase) {
      case 'loading': return html`<main><vscode-progress-bar aria-label="Working"></vscode-progress-bar><h1 class="title dim"><span role="status">Captioning ${content.title}…</span></h1></main>`;
      case 'failed': return html`<main><h1 class="title dim">${content.title}</h1><div class="message" role="alert">
        <p><span class="icon" aria-hidden="true">\uea87</span><span>${content.message}</span></p>
        <div class="buttons"><vscode-button @click=${() => void this.host.connection.sendRequest(CaptionPanelRequest.retry)}>Try Again</vscode-button>
          <vscode-button secondary @click=${() => void this.host.connection.sendRequest(CaptionPanelRequest.openLog)}>Show Log</vscode-button></div></div></main>`;
      case 'caption': return html`<headlight-caption .content=${content} .connection=${this.host.connection}></headlight-caption>`;
      default: return nothing;
    }
  }

  /** Shows it, and remembers of which image it is: for a reload. */
  private keep(content: CaptionContent): void {
    this.content = content;
    if (content.uri !== undefined) this.host.setState({ uri: content.uri });
  }

  protected override updated(): void {
    const { dim, line } = this.themes.theme;
    this.style.setProperty('--headlight-dim', cssColor(dim));
    this.style.setProperty('--headlight-line', cssColor(line));
  }
}
