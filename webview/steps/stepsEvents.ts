import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { componentEvent, type EventMaker } from '../common/componentEvent';
import type { StepName } from './stepColumns';
import type { Readout } from './stepReadout';

/** What the steps tell their parts and their parent. */
export interface StepsEvents {
  /** The pointer or the focus is on a token of a sequence; undefined: on none. */
  'token-hover': TokenAddress | undefined;
  /** A key's token was chosen to be the query. Only where queries and keys are the same sequence. */
  'query-choose': number;
  /** The pointer or the focus is on a number: what to say of it, and beside what; undefined: on none. */
  'step-point':
    | { readonly readout?: Readout; readonly anchor?: DOMRect; readonly column?: StepName | 'query' | 'output' }
    | undefined;
}

/** Makes an event of the steps. It does not leave the parent's shadow tree. */
export const stepsEvent: EventMaker<StepsEvents> = componentEvent;
