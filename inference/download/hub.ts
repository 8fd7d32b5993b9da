import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'undici';
import type { HubAccess } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { hubFetch, type HubFetch } from './hubFetch';
import { refusal } from './refusal';

/** What may be changed for tests. */
export interface HubOptions {
  /** Milliseconds before the second try; each later one waits twice as long. */
  readonly delay?: number;
  /** Milliseconds without a byte after which a connection counts as cut. */
  readonly silence?: number;
  /** Called before a wait, with its seconds. */
  readonly onWait?: (seconds: number) => void;
}

/** So often a request is tried before it counts as failed; bytes that arrive start the count anew. */
const mostTries = 5;
/** The same where no way leads to the hub and nothing has arrived yet: who is offline is to hear it soon. */
const fewTries = 2;
/** A hub that asks for a longer wait (seconds) is told to the user instead. */
const longestWait = 120;

/** A connection that failed in a way that may pass: to be tried again. */
class Passing extends Error {
  constructor(
    message: string,
    readonly fault: InferenceFault,
    readonly wait?: number,
  ) {
    super(message);
  }
}

/** The hub: asks for what lies there, tries again where a failure may pass, and says in one sentence what failed. */
export class Hub {
  readonly address: string;
  private readonly fetch: HubFetch;

  /** @throws {InferenceFault} where the address is none. */
  constructor(
    private readonly access: HubAccess,
    private readonly options: HubOptions = {},
  ) {
    const address = access.address.replace(/\/+$/, '');
    if (!/^https?:$/.test(protocolOf(address))) {
      throw new InferenceFault(
        InferenceErrorCode.download,
        `The hub’s address “${access.address}” is no web address; correct the setting headlight.hub.`,
      );
    }
    this.address = address;
    this.fetch = hubFetch(access, options.silence);
  }

  /** The address of a model's file in a revision. */
  fileAddress(id: string, revision: string, file: string): string {
    return `${this.address}/${id}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`;
  }

  /** The bytes at an address, as JSON. */
  async json(address: string, id: string, signal: AbortSignal): Promise<unknown> {
    const text = await this.tries(id, signal, async () => (await this.ask(address, id, signal)).text());
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new InferenceFault(
        InferenceErrorCode.download,
        `${this.host} answered for ${id} with something other than JSON; check the setting headlight.hub, or whether a login page of your network is in the way.`,
        error,
      );
    }
  }

  /**
   * The bytes at an address from a place on, piece by piece, over as many connections as it takes.
   * @param read takes each answer: its place, its bytes, and whom to tell how many bytes are there. What it throws ends it all.
   */
  async stream(
    address: string,
    id: string,
    size: number,
    from: number,
    signal: AbortSignal,
    read: (start: number, chunks: AsyncIterable<Uint8Array>, moveTo: (at: number) => void) => Promise<void>,
  ): Promise<void> {
    let at = from;
    await this.tries(
      id,
      signal,
      async progressed => {
        const response = await this.ask(address, id, signal, at);
        // A server that knows no ranges sends all from the start.
        const start = response.status === 206 ? startOf(response) : 0;
        await read(start, watched(response, progressed), to => {
          at = to;
        });
        if (at < size) throw new TypeError('The connection ended early.');
      },
      () => at,
    );
  }

  private get host(): string {
    return new URL(this.address).host;
  }

  private async ask(address: string, id: string, signal: AbortSignal, from = 0): Promise<Response> {
    const headers: Record<string, string> = { 'user-agent': 'headlight', 'accept-encoding': 'identity' };
    // fetch itself leaves the token out where the hub sends it on to another host.
    if (this.access.token && address.startsWith(`${this.address}/`)) {
      headers.authorization = `Bearer ${this.access.token}`;
    }
    if (from > 0) headers.range = `bytes=${from}-`;
    const response = await this.fetch(address, { headers, signal });
    if (response.ok) return response;
    await response.body?.cancel();
    const fault = refusal(response, { id, host: this.host, token: this.access.token !== undefined });
    if (response.status === 408 || response.status === 429 || response.status >= 500) {
      throw new Passing(`status ${response.status}`, fault, waitOf(response));
    }
    throw fault;
  }

  private async tries<Result>(
    id: string,
    signal: AbortSignal,
    work: (progressed: () => void) => Promise<Result>,
    place: () => number = () => 0,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(() => {
          attempt = 1;
        });
      } catch (error) {
        signal.throwIfAborted();
        if (isUntrusted(error)) throw this.lastFault(error, id, place());
        if (!mayPass(error)) throw error;
        const wait =
          error instanceof Passing && error.wait !== undefined
            ? error.wait
            : ((this.options.delay ?? 1000) * 2 ** (attempt - 1)) / 1000;
        if (attempt === (isOffline(error) && place() === 0 ? fewTries : mostTries) || wait > longestWait) {
          throw this.lastFault(error, id, place());
        }
        this.options.onWait?.(wait);
        await sleep(wait * 1000, undefined, { signal });
      }
    }
  }

  private lastFault(error: unknown, id: string, place: number): InferenceFault {
    if (error instanceof Passing) return error.fault;
    const kept = place > 0 ? ' What has arrived is kept, and the download goes on from there.' : '';
    if (isOffline(error)) {
      return new InferenceFault(
        InferenceErrorCode.download,
        `${this.host} cannot be reached: this machine seems to be offline; check the network, VS Code’s proxy settings and headlight.hub, and try again.${kept}`,
        error,
      );
    }
    return new InferenceFault(
      InferenceErrorCode.download,
      `${this.host} cannot be reached for ${id} (${reasonOf(error)}); check the network, VS Code’s proxy settings and headlight.hub, and try again.${kept}`,
      error,
    );
  }
}

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}

/** Whether a failure is one of the connection, and not of what it is for (a full disk, a refusal, a wrong certificate). */
function mayPass(error: unknown): boolean {
  if (error instanceof Passing) return true;
  return error instanceof TypeError && !isUntrusted(error);
}

/** Whether a certificate's authority is not known here, or its name or time is wrong. */
function isUntrusted(error: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}

/** Whether no way leads to the hub: its address cannot be looked up, or there is no network. */
function isOffline(error: unknown): boolean {
  return /^(?:ENOTFOUND|EAI_AGAIN|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EADDRNOTAVAIL)$/.test(codeOf(error));
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'it refuses connections';
  if (/TIMEOUT/.test(code)) return 'it does not answer';
  if (isUntrusted(error)) {
    return 'its certificate is not trusted here: name its authority’s file in NODE_EXTRA_CA_CERTS or install it in the system';
  }
  return 'the connection is cut again and again';
}

function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0);
}

/** Seconds that the hub asks to wait; undefined where it does not say. */
function waitOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

async function* watched(response: Response, arrived: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of response.body ?? []) {
    arrived();
    yield chunk as Uint8Array;
  }
}
