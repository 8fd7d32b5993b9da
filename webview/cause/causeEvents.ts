import type { CutStep } from '../../core/cause/cutSteps';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { PlaceRange } from '../../core/run/cause';
import { componentEvent, type EventMaker } from '../common/componentEvent';
import type { UnitKind } from '../textView/textUnits';

/** What the parts of the Cause tab tell it. */
export interface CauseEvents {
  /** The pointer or the focus is on a token; undefined: on none. */
  'token-hover': TokenAddress | undefined;
  /** Other units are cut. */
  'unit-choose': UnitKind;
  /** These keys are to be cut. */
  'keys-choose': PlaceRange;
  /** The steps are these now. */
  'steps-change': readonly CutStep[];
}

/** Makes an event of the tab. */
export const causeEvent: EventMaker<CauseEvents> = componentEvent;
