import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { CaptionPanelRequest, showCaption, type CaptionContent } from '../../core/protocol/captionProtocol';
import { ContentPanel } from '../common/contentPanel';
import './captionView';

type Captioned = Extract<CaptionContent, { phase: 'caption' }>;

/** The captions panel: an image, its caption, and where each word came from. */
@customElement('headlight-captions')
export class CaptionPanel extends ContentPanel<CaptionContent, Captioned> {
  constructor() {
    super({ ...CaptionPanelRequest, show: showCaption }, 'Captioning');
  }

  protected override done(content: Captioned) {
    return html`<headlight-caption .content=${content} .connection=${this.host.connection}></headlight-caption>`;
  }
}
