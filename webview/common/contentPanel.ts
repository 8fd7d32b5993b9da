import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { LitElement, nothing } from 'lit';
import { state } from 'lit/decorators.js';
import { html, type StaticValue } from 'lit/static-html.js';
import type { RequestType0 } from 'vscode-jsonrpc';
import type { Failed, FilePanelMessages, Waiting } from '../../core/protocol/filePanelProtocol';
import type { ShownFile } from '../../core/protocol/shownFile';
import { failurePage } from './failurePage';
import { panelStyles } from './panel.styles';
import { connectToHost } from './rpc';
import { sharedStyles } from './styles';
import { ThemeController } from './theme';

/** What a panel keeps for a reload: its file, and what the view of it chose. */
interface Kept {
  readonly file: ShownFile;
  readonly view?: object;
}

/**
 * A panel that shows what the extension host says: a wait, a failure with what can be done, or its content.
 * @typeParam Content what the host says, by its `phase`.
 */
export abstract class ContentPanel<
  Content extends { readonly phase: string; readonly title: string },
> extends LitElement {
  static override styles = [sharedStyles, panelStyles];

  @state() private content: Content | Waiting | Failed = { phase: 'loading', title: '' };
  /** What is waited for, by the extension host's word. */
  @state() private waitsFor?: string;
  private readonly host = connectToHost();
  private readonly themes = new ThemeController(this);

  protected abstract readonly messages: FilePanelMessages<Content>;
  /** What is done while one waits, such as “Captioning”. */
  protected abstract readonly working: string;
  /**
   * The element that shows what is neither a wait nor a failure: it is given the `content`, the `connection` and what it
   * `kept` before the window was reloaded, and fires `view-keep` (detail: an object) with what to keep.
   */
  protected abstract readonly view: StaticValue;

  override connectedCallback(): void {
    super.connectedCallback();
    const { connection } = this.host;
    connection.onNotification(this.messages.show, content => {
      this.take(content);
    });
    connection.onNotification(this.messages.waitsFor, words => {
      this.waitsFor = words;
    });
    connection.listen();
    connection.sendRequest(this.messages.ready).then(
      content => {
        this.take(content);
      },
      (error: unknown) => this.fail(error),
    );
  }

  override render() {
    const { content } = this;
    if (isWaiting(content)) {
      return html`<main>
        <vscode-progress-bar aria-label="Working"></vscode-progress-bar>
        <h1 class="title wait dim">
          <span role="status">${this.waitsFor ?? `${this.working} ${content.title}…`}</span>
          ${content.title ? html`<button class="button secondary" @click=${() => this.ask(this.messages.cancel)}>Cancel</button>` : nothing}
        </h1>
      </main>`;
    }
    if (isFailed(content)) {
      return failurePage(content, [{ label: 'Try Again', take: () => this.ask(this.messages.retry) }], () =>
        this.ask(this.messages.openLog),
      );
    }
    return html`<${this.view}
      .content=${content}
      .connection=${this.host.connection}
      .kept=${this.kept?.view}
      @view-keep=${this.keepView}
    ></${this.view}>`;
  }

  private ask(request: RequestType0<void, void>): void {
    this.host.connection.sendRequest(request).catch((error: unknown) => this.fail(error));
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.content = { phase: 'failed', title: this.content.title, message };
  }

  /** Shows what the host says, and remembers of which file it is: for a reload. */
  private take(content: Content): void {
    const { file } = content as { readonly file?: ShownFile };
    if (file) {
      this.host.setState({ file, view: isSame(this.kept?.file, file) ? this.kept?.view : undefined } satisfies Kept);
    }
    this.content = content;
    this.waitsFor = undefined;
  }

  /** Keeps what the view chose. */
  private readonly keepView = (event: CustomEvent<object>): void => {
    if (this.kept) this.host.setState({ ...this.kept, view: event.detail } satisfies Kept);
  };

  private get kept(): Kept | undefined {
    return this.host.getState() as Kept | undefined;
  }

  protected override updated(): void {
    this.themes.setColors(this);
  }
}

/** Whether two are the same file as the same model reads it; the texts that it is compared with may differ. */
function isSame(one: ShownFile | undefined, other: ShownFile): boolean {
  return one !== undefined && (['uri', 'model', 'dtype', 'language'] as const).every(name => one[name] === other[name]);
}

function isWaiting(content: { readonly phase: string }): content is Waiting {
  return content.phase === 'loading';
}

function isFailed(content: { readonly phase: string }): content is Failed {
  return content.phase === 'failed';
}
