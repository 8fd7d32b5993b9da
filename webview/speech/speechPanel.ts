import { customElement } from 'lit/decorators.js';
import { literal } from 'lit/static-html.js';
import { SpeechPanelRequest, showSpeech, type SpeechContent } from '../../core/protocol/speechProtocol';
import { ContentPanel } from '../common/contentPanel';
import './speechView';

/** The speech panel: what was said in an audio file. */
@customElement('headlight-speech')
export class SpeechPanel extends ContentPanel<SpeechContent> {
  protected override readonly messages = { ...SpeechPanelRequest, show: showSpeech };
  protected override readonly working = 'Reading';
  protected override readonly view = literal`headlight-speech-view`;
}
