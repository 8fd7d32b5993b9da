import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'undici';
import { formatBytes } from '../../core/models/formatBytes';
import type { HubAccess } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { hubFetch, type HubFetch } from './hubFetch';
import { isRateLimit, refusal, waitOf } from './refusal';

/** What may be changed for tests. */
export interface HubOptions {
  /** Milliseconds before the second try; each later one waits twice as long. */
  readonly delay?: number;
  /** Milliseconds without a byte after which a connection counts as cut. */
  readonly silence?: number;
  /** Called before a wait, with its seconds. */
  readonly onWait?: (seconds: number) => void;
  /** In place of {@link mostAnswerBytes}. */
  readonly mostAnswer?: number;
}

/**
 * A longer list or configuration is not read: the longest of real repositories have a few megabytes, and a hub that sends
 * without end would fill the memory.
 */
const mostAnswerBytes = 32 * 2 ** 20;
/** A chain of more redirects than this does not end: browsers follow 20. */
const mostRedirects = 10;

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

  /** The bytes at an address, as JSON; no more than {@link mostAnswerBytes} are read. */
  async json(address: string, id: string, signal: AbortSignal): Promise<unknown> {
    const text = await this.tries(id, signal, async () => this.textOf(await this.ask(address, id, signal), id));
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

  /** An answer as text, counted as it comes: what it says of its length may be wrong or left out. */
  private async textOf(response: Response, id: string): Promise<string> {
    const most = this.options.mostAnswer ?? mostAnswerBytes;
    const tooLong = () =>
      new InferenceFault(
        InferenceErrorCode.download,
        `${this.host} answered for ${id} with more than ${formatBytes(most)}, which no list of files and no configuration has; check the setting headlight.hub.`,
      );
    const told = Number(response.headers.get('content-length') ?? 0);
    const chunks: Uint8Array[] = [];
    let length = 0;
    if (told > most) {
      await response.body?.cancel();
      throw tooLong();
    }
    // Leaving the loop ends the connection.
    for await (const chunk of response.body ?? []) {
      length += (chunk as Uint8Array).length;
      if (length > most) throw tooLong();
      chunks.push(chunk as Uint8Array);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  private async ask(address: string, id: string, signal: AbortSignal, from = 0): Promise<Response> {
    let at = address;
    for (let redirects = 0; ; redirects++) {
      const response = await this.fetch(at, { headers: this.headersFor(at, from), signal, redirect: 'manual' });
      if (response.ok) return response;
      await response.body?.cancel();
      const location = response.headers.get('location');
      if ([301, 302, 303, 307, 308].includes(response.status) && location !== null) {
        at = this.followed(at, location, id, redirects);
        continue;
      }
      const { host } = new URL(at);
      const fault = refusal(response, {
        id,
        host: this.host,
        token: this.access.token !== undefined,
        elsewhere: host === this.host ? undefined : host,
      });
      if (response.status === 408 || response.status >= 500 || isRateLimit(response)) {
        throw new Passing(`status ${response.status}`, fault, waitOf(response));
      }
      throw fault;
    }
  }

  private headersFor(address: string, from: number): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': 'headlight', 'accept-encoding': 'identity' };
    // Where the hub sends on to another host, that one gets no token.
    if (this.access.token && address.startsWith(`${this.address}/`)) {
      headers.authorization = `Bearer ${this.access.token}`;
    }
    if (from > 0) headers.range = `bytes=${from}-`;
    return headers;
  }

  /**
   * Where a redirect leads.
   * @throws {InferenceFault} where that is no web address, is less protected than what was asked, or there were too many.
   */
  private followed(from: string, location: string, id: string, redirects: number): string {
    const refuse = (what: string) =>
      new InferenceFault(
        InferenceErrorCode.download,
        `${this.host} sends the request for ${id} ${what}, which is not followed; check the setting headlight.hub, or whether a login page of your network is in the way.`,
        new Error(`${from} redirects to ${location}`),
      );
    if (!URL.canParse(location, from)) throw refuse('on to something that is no address');
    const to = new URL(location, from);
    if (!/^https?:$/.test(to.protocol)) throw refuse(`on to an address of another kind (${to.protocol})`);
    if (to.protocol === 'http:' && protocolOf(from) === 'https:') throw refuse('on to an address without encryption');
    if (redirects >= mostRedirects) throw refuse('from address to address without an end');
    return to.href;
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

async function* watched(response: Response, arrived: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of response.body ?? []) {
    arrived();
    yield chunk as Uint8Array;
  }
}
