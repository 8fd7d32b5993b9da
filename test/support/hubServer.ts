import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A repository of the hub: its files, and what the hub's API says of it. */
export interface HubRepository {
  /** By path in the repository. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly task?: string;
  readonly licence?: string;
  readonly languages?: readonly string[];
  readonly gated?: boolean;
  /** The commit that `main` is; 40 hexadecimal digits. */
  readonly commit?: string;
}

/** How the server misbehaves on a request: so often, then no more. */
export interface Trouble {
  /** What the request's path must match. */
  readonly path: RegExp;
  readonly times?: number;
  /** Answer with this status. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cut the connection after so many bytes of the answer. */
  readonly cutAfter?: number;
  /** Send so many bytes, then nothing, with the connection open. */
  readonly stallAfter?: number;
  /** Send the right number of wrong bytes. */
  readonly wrong?: boolean;
  /** Send all of the file, whatever range was asked for. */
  readonly noRanges?: boolean;
  /** Send without end, in place of an answer. */
  readonly endless?: boolean;
  /** Answer with this, whatever was asked for. */
  readonly json?: unknown;
  /** Wait so many milliseconds between pieces of 16 KiB, until {@link HubServer.hurry}. */
  readonly slow?: number;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly host: 'hub' | 'cdn';
  readonly path: string;
  readonly range?: string;
  readonly authorization?: string;
}

/** The certificate of a secure hub, which is its own authority. */
export const ownCertificate = 'test/fixtures/tls/certificate.pem';

/** The token that opens gated repositories. */
export const goodToken = 'hf_aTokenThatIsGoodEnough';

/**
 * A hub on this machine, which answers as huggingface.co does: an API with sizes and hashes, small files directly, large
 * ones by a redirect to another origin, with ranges, and errors with their codes.
 */
export class HubServer {
  readonly requests: SeenRequest[] = [];
  private readonly troubles: (Trouble & { left: number; slow?: number })[] = [];

  private constructor(
    private readonly repositories: Readonly<Record<string, HubRepository>>,
    private readonly hub: Server,
    private readonly cdn: Server,
  ) {}

  /** @param secure over TLS, with a certificate that no authority signed: {@link ownCertificate}. */
  static async start(
    repositories: Readonly<Record<string, HubRepository>>,
    { secure = false } = {},
  ): Promise<HubServer> {
    const make = () =>
      secure
        ? createSecureServer({ cert: readFileSync(ownCertificate), key: readFileSync('test/fixtures/tls/key.pem') })
        : createServer();
    const [hub, cdn] = [make(), make()];
    const server = new HubServer(repositories, hub, cdn);
    hub.on('request', (request, response) => server.answerHub(request, response));
    cdn.on('request', (request, response) => server.answerCdn(request, response));
    await Promise.all([hub, cdn].map(each => new Promise<void>(resolve => each.listen(0, '127.0.0.1', resolve))));
    return server;
  }

  get address(): string {
    return addressOf(this.hub);
  }

  /** Misbehaves on the next requests that match. */
  trouble(trouble: Trouble): void {
    this.troubles.push({ ...trouble, left: trouble.times ?? Infinity });
  }

  /** Sends all at once that it sends slowly, or would. */
  hurry(): void {
    for (const trouble of this.troubles) trouble.slow &&= 0;
  }

  /** Behaves again, and forgets what was asked. */
  calm(): void {
    this.troubles.length = 0;
    this.requests.length = 0;
  }

  async stop(): Promise<void> {
    await Promise.all(
      [this.hub, this.cdn].map(each => {
        each.closeAllConnections();
        return new Promise(resolve => each.close(resolve));
      }),
    );
  }

  private answerHub(request: IncomingMessage, response: ServerResponse): void {
    const path = this.note('hub', request);
    const trouble = this.take(path);
    if (trouble?.status) return void response.writeHead(trouble.status, trouble.headers).end('Trouble.');
    if (trouble?.json !== undefined) return void sendJson(response, trouble.json);
    if (trouble?.endless) return void sendWithoutEnd(response);
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/?]+)/.exec(path);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const [, id, revision] = api ?? file ?? [];
    const repository = this.repositories[id];
    if (!repository) {
      return void response.writeHead(401, { 'x-error-code': 'RepoNotFound' }).end('Invalid username or password.');
    }
    const commit = commitOf(id, repository);
    if (revision !== 'main' && revision !== commit) {
      return void response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
    }
    const allowed = !repository.gated || request.headers.authorization === `Bearer ${goodToken}`;
    if (api) return void sendJson(response, describe(id, repository));
    if (!allowed) {
      return void response.writeHead(401, { 'x-error-code': 'GatedRepo' }).end('Access to model is restricted.');
    }
    const name = decodeURIComponent(file![3]);
    const bytes = repository.files[name];
    if (!bytes) {
      return void response
        .writeHead(404, { 'x-error-code': 'EntryNotFound', 'x-repo-commit': commit })
        .end('Entry not found');
    }
    if (!isLarge(name)) {
      return sendBytes(request, response, bytes, { 'x-repo-commit': commit, etag: `"${gitSha1(bytes)}"` }, trouble);
    }
    response
      .writeHead(302, {
        location: `${addressOf(this.cdn)}/${id}/${name}?signature=${commit.slice(0, 8)}`,
        'x-repo-commit': commit,
        'x-linked-size': bytes.length,
        'x-linked-etag': `"${sha256(bytes)}"`,
      })
      .end();
  }

  private answerCdn(request: IncomingMessage, response: ServerResponse): void {
    const path = this.note('cdn', request);
    const trouble = this.take(path);
    if (trouble?.status) return void response.writeHead(trouble.status, trouble.headers).end('Trouble.');
    const [, id, name] = /^\/([^/]+\/[^/]+)\/([^?]+)/.exec(path) ?? [];
    const bytes = this.repositories[id]?.files[name];
    if (!bytes) return void response.writeHead(404).end();
    sendBytes(request, response, bytes, { etag: `"${sha256(bytes)}"` }, trouble);
  }

  private note(host: 'hub' | 'cdn', { url = '', headers }: IncomingMessage): string {
    this.requests.push({ host, path: url, range: headers.range, authorization: headers.authorization });
    return url;
  }

  private take(path: string): Trouble | undefined {
    const trouble = this.troubles.find(each => each.left > 0 && each.path.test(path));
    if (trouble) trouble.left--;
    return trouble;
  }
}

/** A repository whose files lie on this machine: path in the repository → file. */
export function repositoryOf(
  files: Readonly<Record<string, string>>,
  about: Omit<HubRepository, 'files'> = {},
): HubRepository {
  return {
    ...about,
    files: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readFileSync(file)])),
  };
}

/** {@link repositoryOf} a model's folder, without what a fixture's tests read of it. */
export function repositoryOfFolder(folder: string, about: Omit<HubRepository, 'files'> = {}): HubRepository {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => name.replaceAll('\\', '/'));
  const held = names.filter(name => /\.(json|jinja|onnx)$/.test(name) && name !== 'reference.json');
  return repositoryOf(Object.fromEntries(held.map(name => [name, path.join(folder, name)])), about);
}

/** With the decoders apart that exports of encoder-decoders hold, too, though transformers.js does not read them. */
export function withUnreadDecoders({ files, ...about }: HubRepository): HubRepository {
  const unread = ['', '_quantized'].flatMap(suffix => [
    `onnx/decoder_model${suffix}.onnx`,
    `onnx/decoder_with_past_model${suffix}.onnx`,
  ]);
  return { ...about, files: { ...files, ...Object.fromEntries(unread.map(file => [file, new Uint8Array(50_000)])) } };
}

/** How large files of a repository are together, in bytes. */
export function bytesOf({ files }: HubRepository, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + files[name].length, 0);
}

/** Files that the hub keeps in LFS, at another origin. */
const isLarge = (name: string): boolean => /\.onnx$|\.onnx_data/.test(name);

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function gitSha1(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function commitOf(id: string, { commit }: HubRepository): string {
  return commit ?? createHash('sha1').update(id).digest('hex');
}

function describe(id: string, repository: HubRepository): object {
  const { files, task, licence, languages, gated = false } = repository;
  return {
    id,
    modelId: id,
    sha: commitOf(id, repository),
    private: false,
    gated: gated ? 'auto' : false,
    pipeline_tag: task,
    cardData: { license: licence, language: languages },
    siblings: Object.entries(files).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: gitSha1(bytes),
      ...(isLarge(rfilename) ? { lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {}),
    })),
  };
}

function addressOf(server: Server): string {
  return `${server instanceof SecureServer ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: object,
  trouble: Trouble | undefined,
): void {
  const range = trouble?.noRanges ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = range ? Number(range[1]) : 0;
  if (from >= bytes.length && bytes.length > 0) {
    return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  }
  const to = range?.[2] ? Number(range[2]) + 1 : bytes.length;
  let body = bytes.subarray(from, to);
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'accept-ranges': 'bytes',
    'content-length': body.length,
    ...(range ? { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` } : {}),
  });
  if (trouble?.wrong) body = body.map(byte => byte ^ 0x55);
  if (trouble?.cutAfter !== undefined) {
    return void response.write(body.subarray(0, trouble.cutAfter), () => setTimeout(() => response.destroy(), 20));
  }
  if (trouble?.stallAfter !== undefined) return void response.write(body.subarray(0, trouble.stallAfter));
  if (trouble?.slow !== undefined) return void sendSlowly(response, body, trouble);
  response.end(body);
}

async function sendWithoutEnd(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  while (!response.destroyed) {
    response.write(' '.repeat(65_536));
    await new Promise(resolve => setImmediate(resolve));
  }
}

async function sendSlowly(response: ServerResponse, body: Uint8Array, trouble: Trouble): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += 16_384) {
    response.write(body.subarray(at, at + 16_384));
    await new Promise(resolve => setTimeout(resolve, trouble.slow));
  }
  response.end();
}
