import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import { componentEvent, type EventMaker } from '../common/componentEvent';
import type { CellRange } from '../../core/attention/cellRange';
import type { ExportFormat } from '../common/saveExport';
import type { HeadSelection } from './headSelection';
import type { MatrixViewport } from './choice';
import type { MatrixRegion } from './headMatrix';

/** A query, a key or both: what the pointer or the focus is on. */
export interface Cell {
  readonly query?: number;
  readonly key?: number;
}

/** What the pointer or the focus is on, and where on the screen a note about it belongs. */
export interface Pointed extends Cell {
  readonly anchor?: DOMRect;
}

/** A token of one of the texts that is pointed at. */
export interface PointedToken {
  readonly index: number;
  readonly anchor: DOMRect;
}

/** The events that the parts of the panel tell each other by, with what they carry. */
export interface PanelEvents {
  /** The pointer is on a cell, a row's or a column's label; undefined: on none. */
  'cell-point': Pointed | undefined;
  /** The keyboard moved to a cell. */
  'cell-move': Pointed & Required<Cell>;
  /** A rectangle of cells was brushed; undefined: none is any more. */
  'range-choose': CellRange | undefined;
  /** The brushed rectangle is to be shown as large as it can be. */
  'range-zoom': undefined;
  /** The matrix shows another part. */
  'zoom-change': MatrixViewport;
  /** The matrix has painted a part, in so many pixels. */
  'region-see': { readonly region: MatrixRegion; readonly width: number; readonly height: number };
  /** A cell or a row's label was clicked. */
  'cell-choose': Pointed;
  /** Lock the chosen row, or let go of it. */
  lock: undefined;
  /** The pointer or the focus is on a token of a text; undefined: on none. */
  'token-point': PointedToken | undefined;
  /** A token of a text was chosen. */
  'token-choose': number;
  /** What is to be exported. */
  'export-choose': ExportFormat;
  /** The model is to write so many tokens behind the text. */
  'continue-text': number;
  /** Heads were chosen: one that leads, and maybe others. */
  'heads-choose': HeadSelection;
  /** The run is to be held against the one before. */
  'before-compare': undefined;
  /** Another kind of attention was chosen. */
  'kind-choose': string;
  /** All heads are ranked by effect, or no more of them will be. */
  'heads-ranked': undefined;
  /** A part beside the picture is to be folded, or opened. */
  fold: boolean;
  /** Thumbnails are to be larger (1), smaller (−1), or as large as the room lets them be (0). */
  'thumbnails-size': -1 | 0 | 1;
  /** Thumbnails are to be so many pixels large; undefined: as large as the room lets them be. */
  'thumbnails-choose': number | undefined;
  /** Heads are to be sorted by something else. */
  'order-choose': HeadOrder;
}

/** Makes an event of the panel. It does not leave the parent's shadow tree. */
export const panelEvent: EventMaker<PanelEvents> = componentEvent;
