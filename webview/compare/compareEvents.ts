import type { CompareSelection } from '../../core/protocol/attentionPanelProtocol';
import type { HeadAddress } from '../../core/run/explanation';
import { componentEvent, type EventMaker } from '../common/componentEvent';

/** The events that the parts of the comparison tell each other by, with what they carry. */
export interface CompareEvents {
  /** A head was chosen as the first of the two. */
  'head-choose': Pick<HeadAddress, 'layer' | 'head'>;
  /** A head was chosen to be held against the first. */
  'other-choose': Pick<HeadAddress, 'layer' | 'head'>;
  /** Something of the comparison is to be kept over a reload. */
  'compare-keep': CompareSelection;
}

/** Makes an event of the comparison. It does not leave the parent's shadow tree. */
export const compareEvent: EventMaker<CompareEvents> = componentEvent;
