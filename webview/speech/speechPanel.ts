import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { SpeechPanelRequest, showSpeech, type SpeechContent } from '../../core/protocol/speechProtocol';
import { ContentPanel } from '../common/contentPanel';
import './speechView';

type Transcript = Extract<SpeechContent, { phase: 'transcript' }>;

/** The speech panel: what was said in an audio file. */
@customElement('headlight-speech')
export class SpeechPanel extends ContentPanel<SpeechContent, Transcript> {
  constructor() {
    super({ ...SpeechPanelRequest, show: showSpeech }, 'Reading');
  }

  protected override done(content: Transcript) {
    return html`<headlight-speech-view
      .content=${content}
      .connection=${this.host.connection}
      .kept=${this.keptView}
      @view-keep=${this.keepView}
    ></headlight-speech-view>`;
  }
}
