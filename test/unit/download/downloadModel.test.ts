import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import type { HubAccess } from '../../../core/protocol/downloadProtocol';
import { downloadModel } from '../../../inference/download/downloadModel';
import { Hub, type HubOptions } from '../../../inference/download/hub';
import { lookAtModel } from '../../../inference/download/lookAtModel';
import { explain } from '../../../inference/answers/explain';
import { openModel } from '../../../inference/models/openModel';
import {
  goodToken,
  HubServer,
  ownCertificate,
  repositoryOf,
  sha256,
  type HubRepository,
} from '../../support/hubServer';
import { ProxyServer } from '../../support/proxyServer';

const gpt = 'test/fixtures/models/tiny-code-gpt';
const t5 = 'test/fixtures/models/tiny-t5';
const weights = 'onnx/model_quantized.onnx';
const merged = 'onnx/decoder_model_merged_quantized.onnx';
const small = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const commit = 'c0ffee0123456789c0ffee0123456789c0ffee01';

describe('a model of the hub', function () {
  this.timeout(30_000);
  let server: HubServer;
  let storage: string;

  before(async () => {
    const repository = repositoryOf(
      {
        ...Object.fromEntries(small.map(file => [file, path.join(gpt, file)])),
        [weights]: path.join(gpt, weights),
        'README.md': path.join(gpt, 'config.json'),
      },
      { task: 'text-generation', licence: 'mit', languages: ['en', 'code'], commit },
    );
    const gated: HubRepository = { ...repository, gated: true };
    const notForUs: HubRepository = {
      files: { 'config.json': repository.files['config.json'], 'model.safetensors': new Uint8Array(9) },
    };
    // As transformers.js 2 wanted causal models.
    const older: HubRepository = { ...repository, files: { ...repository.files, [merged]: repository.files[weights] } };
    delete (older.files as Record<string, unknown>)[weights];
    // As exporters wrote encoder-decoders before there were merged decoders.
    const pair: HubRepository = repositoryOf({
      ...Object.fromEntries(small.map(file => [file, path.join(t5, file)])),
      'onnx/encoder_model.onnx': path.join(t5, 'onnx/encoder_model.onnx'),
      'onnx/decoder_model.onnx': 'test/fixtures/decoders/tiny-t5/decoder_model.onnx',
      'onnx/decoder_with_past_model.onnx': 'test/fixtures/decoders/tiny-t5/decoder_with_past_model.onnx',
    });
    const untokenized: HubRepository = {
      files: {
        'config.json': repository.files['config.json'],
        'spiece.model': new Uint8Array(9),
        [weights]: repository.files[weights],
      },
    };
    // Its list names a file that Windows would put elsewhere.
    const escaping: HubRepository = {
      ...repository,
      files: { ...repository.files, [`${weights}_data\\..\\..\\..\\x`]: new Uint8Array(9) },
    };
    server = await HubServer.start({
      'headlight/escaping': escaping,
      'headlight/gpt': repository,
      'headlight/gated': gated,
      'headlight/torch': notForUs,
      'headlight/older': older,
      'headlight/pair': pair,
      'headlight/untokenized': untokenized,
    });
  });
  beforeEach(() => {
    storage = mkdtempSync(path.join(os.tmpdir(), 'headlight-hub-'));
  });
  afterEach(() => {
    server.calm();
    rmSync(storage, { recursive: true });
  });
  after(() => server.stop());

  const never = new AbortController().signal;
  const bytes = readFileSync(path.join(gpt, weights));
  const hub = (access: Partial<HubAccess> = {}, options: HubOptions = {}) =>
    new Hub({ address: server.address, ...access }, { delay: 1, ...options });
  const target = (id = 'headlight/gpt') => path.join(storage, 'models', ...id.split('/'), 'q8');

  async function download(
    from = hub(),
    {
      id = 'headlight/gpt',
      dtype = 'q8',
      signal = never,
      onProgress = () => {},
    }: { id?: string; dtype?: string; signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
  ): Promise<void> {
    const seen = await lookAtModel(from, id, 'main', signal);
    await downloadModel({ hub: from, model: seen, dtype, storage }, signal, onProgress);
  }

  /** Every file of the model is there as the hub has it, and nothing unfinished is left. */
  function assertWhole(): void {
    assert.equal(sha256(readFileSync(path.join(target(), weights))), sha256(bytes));
    for (const file of small) {
      assert.deepEqual(readFileSync(path.join(target(), file)), readFileSync(path.join(gpt, file)));
    }
    assert.ok(!existsSync(path.join(target(), 'README.md')), 'a file that nothing reads was downloaded');
    assert.deepEqual(readdirSync(path.join(storage, 'downloads/headlight/gpt')), []);
  }

  /** Rejects in one sentence that matches, and no model is there to be opened. */
  async function assertFails(promise: Promise<unknown>, says: RegExp): Promise<void> {
    await assert.rejects(promise, (error: Error) => {
      assert.match(error.message, says);
      assert.match(error.message, /^[^\n]{20,300}$/);
      assert.ok(!error.message.includes('hf_'), 'the token is told');
      return true;
    });
    assert.ok(!existsSync(target()), 'a broken model can be opened');
  }

  it('tells its commit, licence, languages and what each precision takes before anything is downloaded', async () => {
    const seen = await lookAtModel(hub(), 'headlight/gpt', 'main', never);
    const size = [...small, weights].reduce((sum, file) => sum + statSync(path.join(gpt, file)).size, 0);
    assert.deepEqual(seen.precisions, [{ dtype: 'q8', bytes: size }]);
    assert.deepEqual(
      [seen.revision, seen.task, seen.licence, seen.languages, seen.gated],
      [commit, 'text-generation', 'mit', ['en', 'code'], false],
    );
    assert.ok(server.requests.every(({ path: asked }) => !asked.includes('.onnx')));
  });

  it('is found, downloaded and opened where its decoder lies in the file that transformers.js 2 read', async () => {
    const seen = await lookAtModel(hub(), 'headlight/older', 'main', never);
    assert.deepEqual(
      seen.precisions.map(({ dtype }) => dtype),
      ['q8'],
    );
    await download(hub(), { id: 'headlight/older' });
    const folder = target('headlight/older');
    assert.ok(existsSync(path.join(folder, merged)));
    const open = await openModel({ id: 'headlight/older', folder, dtype: 'q8' });
    assert.ok((await explain(open, 'const a = 1;', { isCancelled: () => false })).explanation.tokens.length > 2);
    await open.dispose();
  });

  it('is downloaded and opened where it is an encoder with the decoder that reads no cache, and no merged one', async () => {
    const id = 'headlight/pair';
    await download(hub(), { id, dtype: 'fp32' });
    const folder = path.join(storage, 'models', id, 'fp32');
    assert.deepEqual(readdirSync(path.join(folder, 'onnx')).sort(), ['decoder_model.onnx', 'encoder_model.onnx']);
    const open = await openModel({ id, folder, dtype: 'fp32' });
    const { explanation } = await explain(open, 'The small dog stands in the garden.', {
      isCancelled: () => false,
      writing: { task: 'translation_en_to_de' },
    });
    assert.equal(explanation.output?.text, 'Der kleine Hund steht im Garten.');
    await open.dispose();
  });

  it('is downloaded whole, pinned to its commit, and opened and explained from there', async () => {
    const told: number[] = [];
    let total = 0;
    await download(hub(), {
      onProgress: (done, all) => {
        told.push(done);
        total = all;
      },
    });
    assertWhole();
    assert.equal(told.at(-1), total);
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    const manifest = JSON.parse(readFileSync(path.join(target(), 'headlight.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(
      [manifest.id, manifest.dtype, manifest.revision, manifest.hub],
      ['headlight/gpt', 'q8', commit, server.address],
    );
    for (const { path: asked } of server.requests.filter(request => request.path.includes('/resolve/'))) {
      assert.match(asked, new RegExp(`/resolve/${commit}/`));
    }
    const open = await openModel({ id: 'headlight/gpt', folder: target(), dtype: 'q8' });
    const { explanation } = await explain(open, 'const a = 1;', { isCancelled: () => false });
    assert.equal(explanation.groups[0].layers.length, 4);
    await open.dispose();
  });

  it('of images and texts is downloaded as a whole, or as its half for images where that is all there is', async () => {
    const clip = 'test/fixtures/image-models/clip';
    const half = ['config.json', 'preprocessor_config.json', 'onnx/vision_model.onnx'];
    const whole = [
      'config.json',
      'preprocessor_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'onnx/model.onnx',
    ];
    const filesOf = (files: readonly string[]) =>
      repositoryOf(Object.fromEntries(files.map(file => [file, path.join(clip, file)])), {
        task: 'image-feature-extraction',
      });
    const clips = await HubServer.start({
      'headlight/clip': filesOf([...new Set([...half, ...whole])]),
      'headlight/half': filesOf(half),
    });
    try {
      const from = hub({ address: clips.address });
      for (const [name, graph, layers] of [
        ['clip', 'model.onnx', 4],
        ['half', 'vision_model.onnx', 2],
      ] as const) {
        const seen = await lookAtModel(from, `headlight/${name}`, 'main', never);
        assert.deepEqual(
          [seen.task, seen.precisions.map(({ dtype }) => dtype)],
          ['image-feature-extraction', ['fp32']],
        );
        await downloadModel({ hub: from, model: seen, dtype: 'fp32', storage }, never, () => {});
        const folder = path.join(storage, `models/headlight/${name}/fp32`);
        assert.deepEqual(readdirSync(path.join(folder, 'onnx')), [graph]);
        const open = await openModel({ id: `headlight/${name}`, folder, dtype: 'fp32' });
        assert.deepEqual(
          Object.values(open.sessions).map(({ sites }) => sites.length),
          [layers],
        );
        await open.dispose();
      }
    } finally {
      await clips.stop();
    }
  });

  it('goes on where a cut connection ended, without asking for what is there', async () => {
    server.trouble({ path: /^\/headlight\/gpt\/onnx/, times: 2, cutAfter: 100_000 });
    await download();
    assertWhole();
    const ranges = server.requests.filter(({ host }) => host === 'cdn').map(({ range }) => range);
    assert.equal(ranges[0], undefined);
    assert.ok(
      ranges.length === 3 && ranges.slice(1).every(range => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]) > 0),
      ranges.join(),
    );
  });

  it('goes on after it was cancelled', async () => {
    const stop = new AbortController();
    server.trouble({ path: /\.onnx/, slow: 5 });
    await assert.rejects(
      download(hub(), {
        signal: stop.signal,
        onProgress: done => {
          if (done > 400_000) stop.abort();
        },
      }),
      { name: 'AbortError' },
    );
    assert.ok(!existsSync(target()));
    server.calm();
    await download();
    assertWhole();
    const [{ range }] = server.requests.filter(({ host }) => host === 'cdn');
    assert.ok(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]) >= 100_000, range);
  });

  it('starts over where the server knows no ranges', async () => {
    server.trouble({ path: /^\/headlight\/gpt\/onnx/, times: 1, cutAfter: 100_000 });
    server.trouble({ path: /^\/headlight\/gpt\/onnx/, noRanges: true });
    await download();
    assertWhole();
  });

  it('waits out a connection that falls silent', async () => {
    server.trouble({ path: /\.onnx\?/, times: 1, stallAfter: 100_000 });
    await download(hub({}, { silence: 300 }));
    assertWhole();
  });

  it('is fetched again where bytes are wrong, and refused where they stay so', async () => {
    server.trouble({ path: /\.onnx\?/, times: 1, wrong: true });
    await download();
    assertWhole();
    rmSync(target(), { recursive: true });
    server.trouble({ path: /\.onnx\?/, wrong: true });
    await assertFails(download(), /arrived twice with other bytes/);
  });

  it('is refused where a small file is wrong, by git’s hash', async () => {
    server.trouble({ path: /tokenizer\.json/, wrong: true });
    await assertFails(download(), /tokenizer\.json of headlight\/gpt arrived twice/);
  });

  it('survives a part that was damaged on disk', async () => {
    const stop = new AbortController();
    server.trouble({ path: /\.onnx\?/, slow: 5 });
    await assert.rejects(
      download(hub(), {
        signal: stop.signal,
        onProgress: done => {
          if (done > 400_000) stop.abort();
        },
      }),
    );
    server.calm();
    writeFileSync(path.join(storage, 'downloads/headlight/gpt', `q8@${commit}`, `${weights}.part`), 'damaged');
    await download();
    assertWhole();
  });

  for (const status of [500, 503, 429]) {
    it(`is tried again after status ${status}, and then told`, async () => {
      server.trouble({ path: /\.onnx\?/, times: 2, status });
      const waits: number[] = [];
      await download(hub({}, { onWait: seconds => waits.push(seconds) }));
      assertWhole();
      assert.deepEqual(waits, [0.001, 0.002]);
      rmSync(target(), { recursive: true });
      server.trouble({ path: /\.onnx\?/, status });
      await assertFails(
        download(),
        status === 429 ? /too many requests/ : new RegExp(`trouble of its own \\(status ${status}\\)`),
      );
    });
  }

  it('waits as long as the hub asks', async () => {
    server.trouble({ path: /\.onnx\?/, times: 1, status: 429, headers: { 'retry-after': '0.05' } });
    const waits: number[] = [];
    await download(hub({}, { onWait: seconds => waits.push(seconds) }));
    assert.deepEqual(waits, [0.05]);
    rmSync(target(), { recursive: true });
    server.trouble({ path: /config\.json/, status: 429, headers: { 'retry-after': '3600' } });
    await assertFails(download(), /too many requests from here; wait 60 minutes and try again, or set an access token/);
  });

  it('that is not there, or has no ONNX files, is one sentence', async () => {
    await assertFails(
      download(hub(), { id: 'headlight/nothing' }),
      /has no public model headlight\/nothing; check the name/,
    );
    await assertFails(
      download(hub(), { id: 'headlight/torch' }),
      /headlight\/torch has no ONNX files .+ onnx-community/,
    );
    await assertFails(
      download(hub(), { id: 'headlight/untokenized' }),
      /headlight\/untokenized has no tokenizer\.json, without which transformers\.js reads no text; look for it under/,
    );
    await assertFails(
      download(hub(), { dtype: 'fp16' }),
      /^headlight\/gpt has no files in the precision fp16; it is there in q8\.$/,
    );
    await assertFails(download(hub(), { id: '../../etc' }), /no model’s name/);
    await assertFails(download(hub(), { id: 'headlight/CON' }), /no model’s name/);
    await assertFails(
      download(hub(), { id: 'headlight/escaping' }),
      /has a file called ".+x", which lies outside the folder; the model is not downloaded/,
    );
    assert.ok(!existsSync(path.join(storage, 'downloads')));
    server.trouble({ path: /\.onnx/, status: 404 });
    await assertFails(download(), /no model headlight\/gpt, or not this file/);
  });

  it('that is gated needs a token, which reaches the hub and no other host', async () => {
    await assertFails(
      download(hub(), { id: 'headlight/gated' }),
      /is gated; accept the model’s terms .+ Set Hub Token/,
    );
    await assertFails(
      download(hub({ token: 'hf_wrong' }), { id: 'headlight/gated' }),
      /gated, and your token’s account/,
    );
    server.calm();
    await download(hub({ token: goodToken }), { id: 'headlight/gated' });
    assert.ok(existsSync(path.join(target('headlight/gated'), weights)));
    const sent = (host: string) =>
      server.requests.filter(request => request.host === host).map(({ authorization }) => authorization);
    assert.deepEqual(new Set(sent('hub')), new Set([`Bearer ${goodToken}`]));
    assert.deepEqual(new Set(sent('cdn')), new Set([undefined]));
  });

  it('says what is wrong with an address that is none, is not there, or is no hub', async () => {
    assert.throws(() => new Hub({ address: 'file:///etc' }), /is no web address; correct the setting headlight\.hub/);
    const gone = await listening(() => {});
    const address = addressOf(gone);
    await new Promise(resolve => gone.close(resolve));
    await assertFails(download(hub({ address })), /127\.0\.0\.1:\d+ cannot be reached .+refuses connections/);
    const page = await listening((_, response) => response.end('<html>Please log in</html>'));
    await assertFails(download(hub({ address: addressOf(page) })), /something other than JSON/);
    page.close();
  });

  it('tells who is offline so within three seconds, and does not doubt the model’s name', async () => {
    const started = performance.now();
    await assertFails(
      new Hub({ address: 'http://hub.invalid' }).json(
        'http://hub.invalid/api',
        'owner/name',
        new AbortController().signal,
      ),
      /^hub\.invalid cannot be reached: this machine seems to be offline; check the network/,
    );
    assert.ok(performance.now() - started < 3000, `${performance.now() - started} ms`);
  });

  it('is not begun where the disk has no room', async () => {
    const statfs = fsPromises.statfs;
    (fsPromises as { statfs: unknown }).statfs = () => Promise.resolve({ bavail: 10, bsize: 4096 });
    try {
      await assertFails(download(), /headlight\/gpt takes 4 MB more, and the disk has 1 MB free/);
    } finally {
      (fsPromises as { statfs: unknown }).statfs = statfs;
    }
    assert.ok(server.requests.every(({ host }) => host === 'hub'));
  });

  it('says that the disk became full while weights arrived, uses no half of them, and goes on once there is room', async () => {
    const handle = await fsPromises.open(gpt + '/config.json');
    const prototype = Object.getPrototypeOf(handle) as { write: (...args: unknown[]) => Promise<unknown> };
    await handle.close();
    const { write } = prototype;
    let room = 300_000;
    prototype.write = function (this: unknown, ...args: unknown[]) {
      room -= (args[0] as Uint8Array).length;
      return room > 0
        ? write.apply(this, args)
        : Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    };
    try {
      await assertFails(
        download(),
        /^The disk is full; make room and download headlight\/gpt again, which goes on from where it stopped\.$/,
      );
    } finally {
      prototype.write = write;
    }
    assert.ok(!existsSync(target()));
    server.requests.length = 0;
    await download();
    assertWhole();
    const [range] = server.requests.filter(({ host }) => host === 'cdn').map(request => request.range);
    assert.ok(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]) > 0, range);
  });

  it('says in a sentence that its storage is read-only, gone or full, before and while it is downloaded', async () => {
    const fails: [string, RegExp][] = [
      ['EROFS', / cannot be written to, so headlight\/gpt cannot be kept; allow writing there/],
      ['EACCES', / cannot be written to, so headlight\/gpt cannot be kept/],
      ['ENOENT', / is gone or cannot be reached, so headlight\/gpt cannot be kept; bring that disk or folder back/],
      ['EIO', / is gone or cannot be reached/],
      ['ENOSPC', /^The disk is full; make room and download headlight\/gpt again/],
    ];
    const { mkdir, rename } = fsPromises;
    const patched = fsPromises as { mkdir: unknown; rename: unknown };
    try {
      for (const [code, says] of fails) {
        const fail = () => Promise.reject(Object.assign(new Error(`${code}: said by the system`), { code }));
        patched.mkdir = fail;
        await assertFails(download(), says);
        patched.mkdir = mkdir;
        patched.rename = fail;
        await assertFails(download(), says);
        patched.rename = rename;
      }
    } finally {
      Object.assign(patched, { mkdir, rename });
    }
    await download();
    assertWhole();
  });

  describe('behind a certificate that no authority signed', () => {
    let secure: HubServer;
    const kept = { SSL_CERT_FILE: process.env.SSL_CERT_FILE, NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS };

    before(async () => {
      secure = await HubServer.start(
        {
          'headlight/gpt': repositoryOf(
            { ...Object.fromEntries([...small, weights].map(file => [file, path.join(gpt, file)])) },
            { commit },
          ),
        },
        { secure: true },
      );
    });
    afterEach(() => {
      for (const [name, value] of Object.entries(kept)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    after(() => secure.stop());
    const by = (access: Partial<HubAccess> = {}) => hub({ address: secure.address, ...access });

    it('is refused where nothing says that it is to be trusted', () =>
      assertFails(
        download(by()),
        /127\.0\.0\.1:\d+ cannot be reached .+\(its certificate is not trusted here: .+NODE_EXTRA_CA_CERTS/,
      ));

    it('is downloaded where certificates are not to be checked, by http.proxyStrictSSL', async () => {
      await download(by({ strictCertificates: false }));
      assertWhole();
    });

    for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
      it(`is downloaded where ${name} names it${name === 'SSL_CERT_FILE' ? ', unless http.systemCertificates is off' : ''}`, async function () {
        // A newer Node reads both when it starts, and asks the system.
        if ('getCACertificates' in tls) this.skip();
        process.env[name] = path.resolve(ownCertificate);
        await download(by({ systemCertificates: name === 'SSL_CERT_FILE' }));
        assertWhole();
        if (name === 'NODE_EXTRA_CA_CERTS') return;
        rmSync(target(), { recursive: true });
        await assertFails(download(by({ systemCertificates: false })), /its certificate is not trusted here/);
      });
    }
  });

  it('goes through the proxy that is set', async () => {
    const proxy = await ProxyServer.start();
    await download(hub({ proxy: proxy.address, noProxy: 'example.org' }));
    assertWhole();
    assert.ok(proxy.asked.includes(new URL(server.address).host));
    proxy.stop();
  });
});

async function listening(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer as never);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
