import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { ImagePanelRequest, showImage, type ImageContent } from '../../core/protocol/imageProtocol';
import { ContentPanel } from '../common/contentPanel';
import './imageView';

type Explained = Extract<ImageContent, { phase: 'image' }>;

/** The image panel: what a model says of an image, with heat. */
@customElement('headlight-image')
export class ImagePanel extends ContentPanel<ImageContent, Explained> {
  constructor() {
    super({ ...ImagePanelRequest, show: showImage }, 'Explaining');
  }

  protected override done(content: Explained) {
    return html`<headlight-image-view
      .content=${content}
      .connection=${this.host.connection}
      .kept=${this.keptView}
      @view-keep=${this.keepView}
    ></headlight-image-view>`;
  }
}
