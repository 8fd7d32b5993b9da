import type { SentenceFilter } from '../attention/sentenceFilter';
import type { MatrixScale } from '../attention/weightScale';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { CutStep } from '../cause/cutSteps';
import type { PlaceRange } from '../run/cause';
import type { PatchStep } from '../cause/patchMaps';
import type { HeadNumber } from '../attention/measures/headColumns';
import type { StreamedFormat } from '../export/headsFile';
import type { Explanation, HeadAddress, HeadReading, Reading, SequenceName } from '../run/explanation';

/** What may help after a failure: the name of the request that does it. */
export type FailureWay = 'retry' | 'chooseModel' | 'explainAsText';

/** What the panel shows: loading, a failure with its way out, or a run. */
export type PanelContent =
  | {
      readonly phase: 'loading';
      readonly message: string;
      readonly title: string;
      /** Where the matrix will be looked at: what is known already of the run that is under way, as `expectedExplanation` has it. */
      readonly expected?: Explanation;
    }
  | {
      readonly phase: 'failed';
      readonly message: string;
      readonly title: string;
      /** What can help, the best first; absent: to try again. */
      readonly ways?: readonly FailureWay[];
    }
  | {
      readonly phase: 'run';
      /** Where the text came from, for the top line: "sample.ts, lines 1–4". */
      readonly title: string;
      /** One sentence where something was left out or chosen for the user, else undefined. */
      readonly notice?: string;
      readonly explanation: Explanation;
      /** Milliseconds from the command to the answer. */
      readonly elapsed: number;
      /** What of the run is to be looked at first, where it was made for that; goes before what the user looked at before. */
      readonly look?: PanelSelection;
      /** The run that this one is held against, where there is one. */
      readonly partner?: RunPartner;
      /** The run of the same place before this one, to hold this against. */
      readonly before?: RunBefore;
      /** What the host needs to bring the run back after the window was reloaded: the webview keeps it in its state as `restore`. */
      readonly restore: unknown;
    };

/** When a run whose text is edited is made again without being asked for. */
export type KeepUp = 'off' | 'save' | 'type';

/** How the shown run stands to its document. */
export interface LoopState {
  /** Whether its text stands in a document, where it can be edited. */
  readonly follows: boolean;
  /** Whether the text reads otherwise in its document now. */
  readonly changed: boolean;
  /** Whether the text as it is now is being explained, while the run before is still shown. */
  readonly running: boolean;
  /** Why the text as it is now could not be explained. */
  readonly failure?: string;
  readonly keepUp: KeepUp;
  /** Whether the panel keeps its run when another text is explained. */
  readonly pinned: boolean;
}

/**
 * What can be done with the run that is shown: its text is explained as it stands in its document now; another model is
 * chosen for the same text; or it is said when the first is to be done by itself, and whether the panel keeps its run.
 */
export type RunWish =
  | { readonly explain: 'again' | 'withOtherModel' }
  | { readonly keepUp: KeepUp }
  | { readonly pinned: boolean }
  | { readonly part: number };

/** A run of the same place, before its text was edited or another model was chosen. */
export interface RunBefore {
  readonly explanation: Explanation;
  /** When it was made, for people. */
  readonly time: string;
}

/** A run that the shown one is held against. */
export interface RunPartner {
  /** What the run is called in the list of runs. */
  readonly name: string;
  /** Where its text came from. */
  readonly title: string;
  readonly explanation: Explanation;
  /** Whether the comparison is to be looked at now. */
  readonly reveal: boolean;
}

/** What is compared, kept over a reload. */
export interface CompareSelection {
  /** The head that the first is held against: of the same run, or of the partner. */
  readonly other?: HeadAddress;
  /** Of two runs: the head of the same number, or the one that looks most alike. */
  readonly pairing?: 'same' | 'matched';
  /** All heads by how alike they look: on a map, or as a matrix with the tree. */
  readonly picture?: 'map' | 'tree';
  /** Into how many groups the tree is cut. */
  readonly cut?: number;
  /** The part of the pictures that is seen, as parts of the whole (0 to 1). */
  readonly zoom?: { readonly left: number; readonly top: number; readonly side: number };
}

/** What the user chose, kept over a reload of the window. All optional: a missing part falls back to the default. */
export interface PanelSelection {
  readonly head?: HeadAddress;
  /** The selected heads, all of one kind; `head` is one of them. */
  readonly heads?: readonly HeadAddress[];
  /** What the matrix shows of several. */
  readonly combine?: HeadCombination;
  readonly order?: HeadOrder;
  /** The query token that is looked from, by its place in the group's query sequence. */
  readonly query?: number;
  readonly scale?: MatrixScale;
  /** The tab that is shown, by its id. */
  readonly view?: string;
  /** The part of the matrix that is in sight, where that is not all of it. */
  readonly zoom?: { readonly zoom: number; readonly column: number; readonly row: number };
  readonly reading?: Reading;
  /** Of a pair of texts: from which to which attention is shown; absent: all. */
  readonly sentences?: SentenceFilter;
  /** Whether the first token is left out. It is one switch for all panels and the lens: the setting goes before what was kept. */
  readonly withoutFirst?: boolean;
  /** How large the overview's thumbnails are, in CSS pixels; absent: as large as the room lets them be. */
  readonly thumbnails?: number;
  readonly folded?: FoldedParts;
  readonly compare?: CompareSelection;
  readonly cause?: CauseSelection;
}

/** What the Cause tab keeps over a reload. */
export interface CauseSelection {
  /** What is cut at a time, to see what a prediction needs. */
  readonly unit?: 'token' | 'word' | 'line';
  /** Keys that are to be chosen for a cut, of one model and one text: once, then they are gone. */
  readonly keys?: PlaceRange & { readonly of: string };
  /** What was cut, of one model and one text. */
  readonly cuts?: { readonly of: string; readonly steps: readonly CutStep[] };
  /** What was patched, between one model's runs of two texts. */
  readonly patches?: { readonly of: string; readonly steps: readonly PatchStep[] };
}

/** Of several heads: one of them, or the mean or the largest of their weights, cell by cell. */
export type HeadCombination = 'one' | 'mean' | 'maximum';

/** What the overview of heads is sorted by: their place in the model, a measure, or the effect where heads were ranked. */
export type HeadOrder = 'layer' | HeadNumber;

/** Whether what stands beside the picture is folded to a strip; absent: as the room there is says. */
export interface FoldedParts {
  readonly heads?: boolean;
  readonly text?: boolean;
}

/** A token by its place in the text given or in the text written. */
export interface TokenAddress {
  readonly sequence: SequenceName;
  readonly index: number;
}

/** Tokens in a row, the last one included, that are brushed: as those that look, or as those that are looked at. */
export interface TokenRange {
  readonly role: 'query' | 'key';
  readonly sequence: SequenceName;
  readonly first: number;
  readonly last: number;
}

/** Tokens of the text in a row, the last one included, that are coloured in the editor, too. */
export interface ColoredTokens {
  readonly first: number;
  readonly last: number;
  /** 0 to 1. */
  readonly strength: number;
}

/** What the webview asks of the extension host itself; what it asks of the run is `RunRequest`. */
export const PanelRequest = {
  /** The webview can draw: the host answers with what there is to show. */
  ready: new RequestType0<{ content: PanelContent; selection: PanelSelection; loop: LoopState }, void>('ready'),
  /**
   * Asks the user for another run, or for another model to run on the same text, and holds the shown run against it; or against
   * the run before; or against none. `stay`: the tab that is shown stays.
   */
  compareWith: new RequestType<{ what: 'run' | 'before' | 'model' | 'nothing'; stay?: boolean }, void, void>(
    'compareWith',
  ),
  /** Runs the model of the shown run on another text in place of its own, and holds the run against that; the tab stays. Rejects with one sentence. */
  compareWithText: new RequestType<{ text: string }, void, void>('compareWithText'),
  /** What the panel's bar offers for the run that is shown. */
  forRun: new RequestType<RunWish, void, void>('forRun'),
  /** Leaves the first token out, in all panels and the lens, or no longer. */
  leaveOutFirst: new RequestType<{ withoutFirst: boolean }, void, void>('leaveOutFirst'),
  /** Lets a causal model write so many tokens behind the text, and shows that as a new run. */
  continueText: new RequestType<{ newTokens: number }, void, void>('continueText'),
  /** Asks the user where to save a file and writes it; false where the user changed their mind. */
  save: new RequestType<{ name: string; data: string | Uint8Array }, boolean, void>('save'),
  /** Asks the user where to save all heads and has them written there, with progress; false where the user changed their mind. */
  saveHeads: new RequestType<{ name: string; head: HeadReading; format: StreamedFormat }, boolean, void>('saveHeads'),
  /** Asks the user whether a large file is to be made. */
  confirmSize: new RequestType<{ format: string; bytes: number }, boolean, void>('confirmSize'),
  /** Another model for the text that failed, chosen by the user. */
  chooseModel: new RequestType0<void, void>('chooseModel'),
  /** The text that failed as a chat message as it is. */
  explainAsText: new RequestType0<void, void>('explainAsText'),
  /** Try again after a failure. */
  retry: new RequestType0<void, void>('retry'),
  /** The user does not want to wait any longer. */
  cancel: new RequestType0<void, void>('cancel'),
  /** Open Headlight's log. */
  openLog: new RequestType0<void, void>('openLog'),
} as const;

/** What either side tells the other. */
export const PanelEvent = {
  /** Host → webview: show this instead. */
  show: new NotificationType<PanelContent>('show'),
  /** Host → webview: this is what is waited for now, in words. */
  waitsFor: new NotificationType<string>('waitsFor'),
  /** Host → webview: the run stands like this to its document. */
  loop: new NotificationType<LoopState>('loop'),
  /** Host → webview: the first token is left out from now on, or no longer. */
  withoutFirst: new NotificationType<boolean>('withoutFirst'),
  /** Host → webview: the caret stands on this token (undefined: on none). */
  caret: new NotificationType<TokenAddress | undefined>('caret'),
  /** Webview → host: the pointer or the focus is on this token (undefined: on none). */
  hover: new NotificationType<TokenAddress | undefined>('hover'),
  /** Webview → host: these tokens are brushed (undefined: none). */
  brush: new NotificationType<readonly TokenRange[] | undefined>('brush'),
  /** Host → webview: these tokens of the text are to be the keys that attention is cut to. */
  cutKeys: new NotificationType<PlaceRange>('cutKeys'),
  /** Webview → host: the text is coloured so (undefined: not at all). */
  color: new NotificationType<readonly ColoredTokens[] | undefined>('color'),
  /** Webview → host: the user chose something; to be kept. */
  selection: new NotificationType<PanelSelection>('selection'),
} as const;
