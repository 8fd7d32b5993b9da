import { customElement } from 'lit/decorators.js';
import { literal } from 'lit/static-html.js';
import { ImagePanelRequest, showImage, type ImageContent } from '../../core/protocol/imageProtocol';
import { ContentPanel } from '../common/contentPanel';
import './imageView';

/** The image panel: what a model says of an image, with heat. */
@customElement('headlight-image')
export class ImagePanel extends ContentPanel<ImageContent> {
  protected override readonly messages = { ...ImagePanelRequest, show: showImage };
  protected override readonly working = 'Explaining';
  protected override readonly view = literal`headlight-image-view`;
}
