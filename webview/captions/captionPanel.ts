import { customElement } from 'lit/decorators.js';
import { literal } from 'lit/static-html.js';
import { CaptionPanelRequest, showCaption, type CaptionContent } from '../../core/protocol/captionProtocol';
import { ContentPanel } from '../common/contentPanel';
import './captionView';

/** The captions panel: an image, its caption, and where each word came from. */
@customElement('headlight-captions')
export class CaptionPanel extends ContentPanel<CaptionContent> {
  protected override readonly messages = { ...CaptionPanelRequest, show: showCaption };
  protected override readonly working = 'Captioning';
  protected override readonly view = literal`headlight-caption`;
}
