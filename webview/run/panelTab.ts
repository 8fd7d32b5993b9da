import type { TemplateResult } from 'lit';
import type { FileFormat } from '../../core/export/fileFormat';
import type { RunPart, RunView } from '../../core/export/runPart';
import type { PanelContent } from '../../core/protocol/attentionPanelProtocol';
import type { SequenceName } from '../../core/run/explanation';
import type { ExportEntry } from '../common/exportMenu';
import type { TabChoice } from './choice';
import type { HeadMoves } from './headMoves';
import type { RunHost } from './runHost';
import type { RunState } from './runState';

/** A run as the panel shows it. */
export type PanelRun = Extract<PanelContent, { phase: 'run' }>;

/** What a tab shows of and asks of the panel around it. */
export interface PanelContext {
  readonly run: PanelRun;
  readonly shown: RunState;
  readonly host: RunHost;
  /** The heads that moved most since the run before. */
  readonly moves: HeadMoves;
  /** The tabs that the run has. */
  readonly tabs: readonly PanelTab[];
  /** Whether a table is asked for in place of the picture. */
  readonly table: boolean;
  /** Whether dragging on the matrix brushes a range. */
  readonly brushing: boolean;
  toggleBrushing(): void;
  /** The tokens of a text, each as a label without unseen characters. */
  labelsOf(sequence: SequenceName): readonly string[];
  /** An element of the panel, where it is drawn. */
  element<Found extends HTMLElement>(selector: string): Found | undefined;
}

/** A tool above the picture: of several heads which one or what of all; how the weights are read; the scale of their colours. */
export type TabTool = 'combination' | 'reading' | 'scale';

/** What a tab can be saved as. */
export interface TabExports {
  /** The formats, in groups; absent: a picture, and the weights. */
  readonly menu?: readonly (readonly ExportEntry[])[];
  /** What files are called, before the model's name. */
  readonly file: string;
  /** Whether numbers are those of what is shown; else they are those of the run's heads. */
  readonly ownNumbers?: boolean;
  /** What the numbers are, where they are neither. */
  readonly numbers?: (format: FileFormat, state: RunState) => RunPart;
  /** Selects the picture's element where that gives its own picture, or says what is shown. */
  readonly element?: string;
  /** What is shown where no element tells it; absent: the matrix of the chosen heads. */
  readonly shown?: (state: RunState) => RunView;
}

/**
 * A tab of the panel. It is declared in the folder of its picture and listed in `attention/panelTabs.ts`; a declaration
 * imports no picture that the panel does not start with.
 */
export interface PanelTab extends TabChoice {
  readonly label: string;
  /** Whether a run has it; absent: every run does. */
  readonly applies?: (run: PanelRun) => boolean;
  /** Loads the script of the picture; absent: the panel starts with it. */
  readonly load?: (run: PanelRun) => Promise<unknown>;
  /** The picture: one element, which fills the room that there is, and what stands below it. */
  readonly picture: (panel: PanelContext) => TemplateResult;
  /** Whether the picture has the panel's whole width, without heads, text, tools and details; its element then is the tab's panel. */
  readonly wide?: boolean;
  /** Whether the picture is the text itself, so that the text does not stand beside it once more. */
  readonly showsText?: boolean;
  /** Where numbers can be shown in place of the picture: the panel's table of the row, or a table of the picture's own. */
  readonly table?: 'row' | 'own';
  readonly tools?: readonly TabTool[];
  /** Tools that no other tab has, shown while the picture is. */
  readonly ownTools?: (panel: PanelContext) => TemplateResult;
  /** Keys that do something in this tab alone. */
  readonly keys?: Readonly<Record<string, (panel: PanelContext) => void>>;
  /** The heading in place of the shown heads' names. */
  readonly heading?: TemplateResult;
  /** What the picture's axes are, for the heading of heads that are shown as they are. */
  readonly axes?: string;
  readonly exports: TabExports;
}
