import type { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { MessagePort } from '../../core/protocol/messagePort';
import { panelAlive } from '../../core/protocol/panelAlive';

/** A message of JSON-RPC 2.0, as it arrives. */
interface Incoming {
  readonly jsonrpc: '2.0';
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** So long, in milliseconds, a host may be silent that other extensions hold up, before it is said. */
const patience = 10_000;

/**
 * A webview's side of JSON-RPC 2.0: it asks and tells, and hears notifications; what it is asked itself it does not answer.
 * Speaks as `vscode-jsonrpc` on the host's side does: parameters that are objects by name, others in a list, and
 * `$/cancelRequest` where an answer is no longer wanted.
 */
export class HostConnection {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<string, (params: unknown) => void>();
  private lastId = 0;
  private looking = false;

  /**
   * @param tellSilence told where nobody hears the page, as after extensions were restarted, which VS Code does not tell it; and
   *   again once somebody does. Absent: nobody looks.
   */
  constructor(
    private readonly port: MessagePort,
    private readonly tellSilence?: (silent: boolean) => void,
    private readonly longestSilence = patience,
  ) {}

  /** Hears what comes from now on. */
  listen(): void {
    this.port.onMessage(message => this.hear(message as Incoming));
  }

  /** Calls back for each notification of a type. */
  onNotification<Params>({ method }: NotificationType<Params>, listener: (params: Params) => void): void {
    this.listeners.set(method, params => listener(params as Params));
  }

  sendNotification<Params>({ method }: NotificationType<Params>, params: Params): void {
    void this.port.post({ jsonrpc: '2.0', method, params: asParameters(params) });
  }

  /**
   * Asks the host.
   * @param signal gives up; the host then answers with an error.
   * @throws Error with the host's own sentence.
   */
  sendRequest<Result>(type: RequestType0<Result, void>): Promise<Result>;
  sendRequest<Params, Result>(
    type: RequestType<Params, Result, void>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<Result>;
  sendRequest<Params, Result>(
    { method }: { readonly method: string },
    params?: Params,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (method !== panelAlive.method) this.look();
    const id = ++this.lastId;
    return new Promise<Result>((resolve, reject) => {
      void this.port.post({
        jsonrpc: '2.0',
        id,
        method,
        params: params === undefined ? undefined : asParameters(params),
      });
      this.waiting.set(id, { resolve: result => resolve(result as Result), reject });
      const cancel = () => void this.port.post({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
      if (signal?.aborted) cancel();
      else {
        signal?.addEventListener(
          'abort',
          () => {
            if (this.waiting.has(id)) cancel();
          },
          { once: true },
        );
      }
    });
  }

  /** Whether somebody hears what is asked: the answer itself may take long. */
  private look(): void {
    const { tellSilence } = this;
    if (!tellSilence || this.looking) return;
    this.looking = true;
    const timer = setTimeout(() => tellSilence(true), this.longestSilence);
    const heard = () => {
      this.looking = false;
      clearTimeout(timer);
      tellSilence(false);
    };
    this.sendRequest(panelAlive).then(heard, heard);
  }

  private hear({ id, method, params, result, error }: Incoming): void {
    if (method !== undefined) {
      this.listeners.get(method)?.(Array.isArray(params) ? (params[0] ?? undefined) : params);
      return;
    }
    const waiting = id === undefined ? undefined : this.waiting.get(id);
    if (id === undefined || !waiting) return;
    this.waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }
}

function asParameters(params: unknown): unknown {
  return typeof params === 'object' && params !== null && !Array.isArray(params) ? params : [params ?? null];
}
