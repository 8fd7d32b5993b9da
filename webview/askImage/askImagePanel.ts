import { customElement } from 'lit/decorators.js';
import { literal } from 'lit/static-html.js';
import { AskImagePanelRequest, showConversation, type AskImageContent } from '../../core/protocol/askImageProtocol';
import { ContentPanel } from '../common/contentPanel';
import './askImageView';

/** The panel that asks about an image: a conversation, and where the model looked for each word of an answer. */
@customElement('headlight-ask-image')
export class AskImagePanel extends ContentPanel<AskImageContent> {
  protected override readonly messages = { ...AskImagePanelRequest, show: showConversation };
  protected override readonly working = 'Reading';
  protected override readonly view = literal`headlight-ask-image-view`;
}
