import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import {
  type FailureWay,
  type LoopState,
  type PanelContent,
  PanelEvent,
  PanelRequest,
  type PanelSelection,
  type TokenAddress,
} from '../../core/protocol/attentionPanelProtocol';
import { tokenThere } from '../../core/text/tokenThere';
import { connectToHost } from '../common/rpc';
import { failurePage } from '../common/failurePage';
import { panelStyles } from '../common/panel.styles';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import './attentionRun';
import type { AttentionRun } from './attentionRun';
import { Throttle } from './throttle';
import { compareTab } from '../compare/compareTab';
import type { PanelRun } from '../run/panelTab';
import type { RunHost } from '../run/runHost';

type Failure = Extract<PanelContent, { phase: 'failed' }>;

/** What is kept while the panel is hidden, and over a reload of the window: the host reads it, too. */
interface Kept {
  readonly restore: unknown;
  readonly selection: PanelSelection;
  readonly loop?: LoopState;
}

const wayNames = {
  retry: 'Try Again',
  chooseModel: 'Choose Model…',
  explainAsText: 'Explain as Text',
} as const satisfies Readonly<Record<FailureWay, string>>;

/** So long nothing is said of a wait, so that a short one does not flash. */
const patience = 150;

/** The panel: connects to the extension host and shows what it says, a wait, a failure or a run. */
@customElement('headlight-attention')
export class AttentionPanel extends LitElement {
  static override styles = [
    sharedStyles,
    panelStyles,
    css`
      :host {
        position: relative;
      }
      .waiting {
        opacity: 0.45;
      }
      .over {
        position: absolute;
        inset: 0 0 auto;
        z-index: 4;
        border: 0;
        background: var(--vscode-editor-background);
      }
      .progress {
        position: fixed;
        inset: 0 0 auto 0;
        z-index: 5;
        height: 2px;
        background: var(--vscode-progressBar-background);
      }
      @media (prefers-reduced-motion: no-preference) {
        .waiting {
          transition: opacity 0.2s;
        }
        .progress {
          right: auto;
          width: 2%;
          animation: progress 4s linear infinite;
        }
      }
      :host-context(.vscode-reduce-motion) :is(.waiting, .progress) {
        inset-inline: 0;
        width: auto;
        transition: none;
        animation: none;
      }
      @keyframes progress {
        50% {
          transform: translateX(2500%) scaleX(3);
        }
        to {
          transform: translateX(4900%);
        }
      }
    `,
  ];

  @state() private content?: PanelContent;
  /** The last run or failure, which stays to be seen while the next one is under way. */
  @state() private behind?: PanelRun | Failure;
  /** What holds the place of the first run while that is under way: the panel is made by the time that the numbers come. */
  @state() private placeholder?: PanelRun;
  @state() private waited = false;
  /** What is waited for now, by the extension host's word. */
  @state() private waitsFor?: string;
  /** How the run stands to its document. */
  @state() private loop?: LoopState;

  @query('headlight-run') private readonly runView?: AttentionRun;
  private readonly themes = new ThemeController(this);
  private readonly host = connectToHost();
  private selection: PanelSelection = {};
  private run?: PanelRun;
  private waitTimer = 0;
  private readonly hovers = new Throttle<TokenAddress | undefined>(30, token => {
    this.host.connection.sendNotification(PanelEvent.hover, token);
  });
  private readonly selections = new Throttle<PanelSelection>(200, selection => {
    this.host.connection.sendNotification(PanelEvent.selection, selection);
    this.keep();
  });

  private readonly runHost: RunHost = {
    request: (type, params, signal) => this.host.connection.sendRequest(type, params, signal),
    hover: token => this.hovers.set(token),
    brush: ranges => this.host.connection.sendNotification(PanelEvent.brush, ranges),
    color: tokens => this.host.connection.sendNotification(PanelEvent.color, tokens),
    select: selection => {
      this.selection = selection;
      this.selections.set(selection);
    },
  };

  override connectedCallback(): void {
    super.connectedCallback();
    const { connection } = this.host;
    connection.onNotification(PanelEvent.show, content => this.show(content));
    connection.onNotification(PanelEvent.cutKeys, keys => this.runView?.cutKeys(keys));
    connection.onNotification(PanelEvent.caret, caret => this.runView?.showCaret(caret));
    connection.onNotification(PanelEvent.withoutFirst, withoutFirst => {
      this.selection = { ...this.selection, withoutFirst };
      this.runView?.leaveOutFirst(withoutFirst);
    });
    connection.onNotification(PanelEvent.waitsFor, words => {
      this.waitsFor = words;
    });
    connection.onNotification(PanelEvent.loop, loop => this.takeLoop(loop));
    connection.listen();
    addEventListener('keydown', this.onKey);
    this.wait();
    connection.sendRequest(PanelRequest.ready).then(
      ({ content, selection, loop }) => {
        this.selection = selection;
        this.loop = loop;
        this.show(content);
      },
      (error: unknown) => this.show({ phase: 'failed', title: '', message: messageOf(error) }),
    );
  }

  override disconnectedCallback(): void {
    removeEventListener('keydown', this.onKey);
    super.disconnectedCallback();
  }

  override render() {
    const { content, behind, loop } = this;
    const { placeholder } = this;
    const waiting = this.waited && (content === undefined || content.phase === 'loading');
    const loading = content?.phase === 'loading' ? content : { title: '', message: 'Waiting for Headlight' };
    const inFront = behind === undefined || (waiting && behind.phase === 'failed') ? placeholder : behind;
    const wait = html`<div class="progress" role="progressbar" aria-label="Working"></div>
      <h1 class="title wait dim ${inFront ? 'over' : ''}">
        <span role="status">${this.waitsFor ?? loading.message}</span>
        ${content ? html`<button class="button secondary" @click=${() => this.ask(PanelRequest.cancel)}>Cancel</button>` : nothing}
      </h1>`;
    return html`${loop?.running && !waiting ? html`<div class="progress" role="progressbar" aria-label="Explaining the text as it is now"></div>` : nothing}${waiting ? (inFront ? wait : html`<main>${wait}</main>`) : nothing}
    ${
      inFront?.phase === 'failed'
        ? failurePage(
            inFront,
            (inFront.ways ?? ['retry']).map(way => ({ label: wayNames[way], take: () => this.ask(PanelRequest[way]) })),
            () => this.ask(PanelRequest.openLog),
          )
        : nothing
    }
    ${
      inFront?.phase === 'run'
        ? html`<headlight-run
            class=${waiting && inFront !== placeholder ? 'waiting' : ''}
            ?inert=${waiting || inFront === placeholder}
            .placeholder=${inFront === placeholder}
            .run=${inFront}
            .host=${this.runHost}
            .loop=${loop}
            .selection=${this.selection}
          ></headlight-run>`
        : nothing
    }`;
  }

  protected override updated(): void {
    this.themes.setColors(this);
  }

  private show(content: PanelContent): void {
    if (content.phase === 'run') {
      // What is equal stays the same object, so that the text stays as it is.
      const tokens = this.placeholder?.explanation.tokens;
      if (JSON.stringify(tokens) === JSON.stringify(content.explanation.tokens)) {
        Object.assign(content.explanation, { tokens });
      }
      const { partner } = content;
      const revealed = partner?.reveal === true && partner.explanation.run !== this.run?.partner?.explanation.run;
      this.selection = revealed ? { ...this.selectionFor(content), view: compareTab.id } : this.selectionFor(content);
      this.run = content;
      this.hovers.reset();
      this.selections.reset();
      this.keep();
    }
    this.placeholder =
      content.phase === 'loading' && content.expected
        ? { phase: 'run', title: content.title, explanation: content.expected, elapsed: 0, restore: null }
        : undefined;
    if (content.phase !== 'loading') this.behind = content;
    // What is to be looked at stands above.
    if (content.phase === 'run' && content.look) this.scrollTop = 0;
    this.content = content;
    this.waitsFor = undefined;
    this.wait();
  }

  private wait(): void {
    clearTimeout(this.waitTimer);
    const waiting = this.content === undefined || this.content.phase === 'loading';
    if (!waiting) this.waited = false;
    else if (!this.waited) {
      this.waitTimer = window.setTimeout(() => {
        this.waited = true;
      }, patience);
    }
  }

  /** What is to be chosen in a run that is shown now. */
  private selectionFor(content: PanelRun): PanelSelection {
    const { explanation, restore, look } = content;
    const before = this.run?.explanation;
    if (before?.run === explanation.run) return this.selection;
    const { folded, withoutFirst, thumbnails } = this.selection;
    const kept = { folded, withoutFirst, thumbnails };
    if (look) return { view: 'matrix', ...kept, ...look };
    if (before) {
      // Another run of the same model keeps the head that is looked at, and of the same text the token.
      const { head, heads, combine, order, scale, view, reading, compare } = this.selection;
      const query = this.queryAfterEdit(content);
      return before.model.id === explanation.model.id
        ? { ...kept, head, heads, combine, order, scale, view, reading, query, compare: { other: compare?.other } }
        : { ...kept, combine, order, scale, view, reading };
    }
    const state = this.host.getState() as Partial<Kept> | undefined;
    return JSON.stringify(state?.restore) === JSON.stringify(restore)
      ? { ...state?.selection, ...this.selection }
      : this.selection;
  }

  /** The token that is looked from, in a run that follows the shown one after an edit. */
  private queryAfterEdit({ explanation, before }: PanelRun): number | undefined {
    const { run, selection } = this;
    if (!run || selection.query === undefined || before?.explanation.run !== run.explanation.run) return undefined;
    const written = selection.head?.kind === 'decoder' || selection.head?.kind === 'cross';
    return written ? undefined : tokenThere(selection.query, run.explanation, explanation);
  }

  private keep(): void {
    const { run, selection, loop } = this;
    if (run) this.host.setState({ restore: run.restore, selection, loop } satisfies Kept);
  }

  private takeLoop(loop: LoopState): void {
    this.loop = loop;
    this.keep();
  }

  /** E explains the text again where it was edited. */
  private readonly onKey = (event: KeyboardEvent) => {
    const target = event.composedPath()[0];
    const written = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (event.key.toLowerCase() !== 'e' || event.ctrlKey || event.metaKey || event.altKey || written) return;
    if (this.loop?.changed && !this.loop.running) void this.runHost.request(PanelRequest.forRun, { explain: 'again' });
  };

  private ask(request: typeof PanelRequest.retry): void {
    this.host.connection
      .sendRequest(request)
      .catch((error: unknown) =>
        this.show({ phase: 'failed', title: this.content?.title ?? '', message: messageOf(error) }),
      );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
