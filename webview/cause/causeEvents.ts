import type { CutStep } from '../../core/cause/cutSteps';
import type { PatchStep } from '../../core/cause/patchMaps';
import type { ColoredTokens, TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { PlaceRange } from '../../core/run/cause';
import { componentEvent, type EventMaker } from '../common/componentEvent';
import type { UnitKind } from '../textView/textUnits';
import type { NoiseSet } from './patchAgainst';
import type { PointedCell } from './patchMap';

/** What the parts of the Cause tab tell it. */
export interface CauseEvents {
  /** The pointer or the focus is on a token; undefined: on none. */
  'token-hover': TokenAddress | undefined;
  /** Other units are cut. */
  'unit-choose': UnitKind;
  /** These keys are to be cut. */
  'keys-choose': PlaceRange;
  /** The text is coloured by what the prediction needs; undefined: not known. */
  'needs-color': readonly ColoredTokens[] | undefined;
  /** The steps are these now. */
  'steps-change': readonly CutStep[];
  /** The kept patches are these now. */
  'patches-change': readonly PatchStep[];
  /** A kept patch is to be looked at again. */
  'patch-reopen': PatchStep;
  /** The corrupted run is the text with this noise; undefined: without. */
  'noise-change': NoiseSet | undefined;
  /** The pointer or the focus is on a cell of a map of patches; undefined: on none. */
  'cell-point': PointedCell | undefined;
  /** A cell is to be looked at, alone or together with those that are. */
  'cell-choose': { readonly cell: number; readonly together: boolean };
}

/** Makes an event of the tab. */
export const causeEvent: EventMaker<CauseEvents> = componentEvent;
