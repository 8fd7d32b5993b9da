import assert from 'node:assert/strict';
import type { HubAccess } from '../../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { Hub, type HubOptions } from '../../../inference/download/hub';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { lookAtModel } from '../../../inference/download/lookAtModel';
import { goodToken, HubServer, repositoryOfFolder, type Trouble } from '../../support/hubServer';

const id = 'headlight/gpt';
const list = /\/api\/models\//;
const config = /config\.json$/;

describe('what a hub answers', function () {
  this.timeout(30_000);
  let server: HubServer;
  let secure: HubServer;

  before(async () => {
    const repositories = {
      [id]: repositoryOfFolder('test/fixtures/models/tiny-code-gpt', { task: 'text-generation' }),
    };
    server = await HubServer.start(repositories);
    secure = await HubServer.start(repositories, { secure: true });
  });
  afterEach(() => [server, secure].forEach(each => each.calm()));
  after(() => Promise.all([server.stop(), secure.stop()]));

  const never = new AbortController().signal;
  const look = (access: Partial<HubAccess> = {}, options: HubOptions = {}) =>
    lookAtModel(new Hub({ address: server.address, ...access }, { delay: 1, ...options }), id, 'main', never);

  /** Fails in one sentence that matches; what was asked meanwhile. */
  async function fails(says: RegExp, trouble: Trouble, ...how: Parameters<typeof look>): Promise<number> {
    server.calm();
    server.trouble(trouble);
    await assert.rejects(look(...how), (error: Error) => {
      assert.ok(error instanceof InferenceFault, error.stack);
      assert.match(error.message, says);
      assert.match(error.message, /^[^\n]{20,320}$/);
      assert.doesNotMatch(error.message, /hf_|\[object|NaN|undefined/);
      return true;
    });
    return server.requests.filter(({ path }) => trouble.path.test(path)).length;
  }

  it('is read up to a limit: lists and configurations, with a length and without, and of those without an end', async () => {
    const most = { mostAnswer: 500 };
    const says =
      /with more than 1 KB, which no list of files and no configuration has; check the setting headlight\.hub/;
    assert.equal(await fails(says, { path: /never/ }, {}, most), 0, 'a list, by what arrives');
    const whole = { mostAnswer: 65_536 };
    assert.equal(await fails(/with more than 66 KB/, { path: list, endless: true }, {}, whole), 1);
    assert.equal(await fails(/with more than 66 KB/, { path: config, endless: true }, {}, whole), 1);
    server.trouble({ path: config, json: { model_type: 'x'.repeat(100_000) } });
    await assert.rejects(look({}, { mostAnswer: 65_536 }), /with more than 66 KB/);
  });

  it('by another scheme, without encryption, or from address to address, is refused at once', async () => {
    const to = (location: string): Trouble => ({ path: list, status: 302, headers: { location } });
    for (const location of ['file:///etc/passwd', 'ftp://example.org/x', 'data:application/json,{}', 'vscode://x/y']) {
      const kind = location.slice(0, location.indexOf(':') + 1);
      const says = new RegExp(
        `sends the request for ${id} on to an address of another kind \\(${kind}\\), which is not`,
      );
      assert.equal(await fails(says, to(location)), 1, location);
    }
    assert.equal(await fails(/on to something that is no address, which is not followed/, to('http://[')), 1);
    assert.equal(await fails(/from address to address without an end/, to(`${server.address}/api/models/a`)), 11);
    secure.trouble(to(`${server.address}/api/models/${id}/revision/main?blobs=true`));
    await assert.rejects(
      look({ address: secure.address, strictCertificates: false }),
      /on to an address without encryption, which is not followed/,
    );
    assert.equal(secure.requests.length, 1);
  });

  it('is followed to another host, which is not told the token', async () => {
    const location = `${secure.address}/api/models/${id}/revision/main?blobs=true`;
    server.trouble({ path: list, status: 307, headers: { location } });
    const { precisions } = await look({ token: goodToken, strictCertificates: false });
    assert.ok(precisions.length > 0);
    assert.deepEqual(
      secure.requests.map(({ authorization }) => authorization),
      [undefined],
    );
    assert.ok(server.requests.every(({ authorization }) => authorization === `Bearer ${goodToken}`));
  });

  it('with status 401, 403 or 429 is told apart: gated, a bad token, none, too many requests, closed, a host behind', async () => {
    const token = { token: goodToken };
    const answers: [RegExp, Omit<Trouble, 'path'>, Partial<HubAccess>?][] = [
      [/is gated; accept the model’s terms on/, { status: 401, headers: { 'x-error-code': 'GatedRepo' } }],
      [/is gated, and your token’s account has not/, { status: 403, headers: { 'x-error-code': 'GatedRepo' } }, token],
      [/has no public model .+; check the name, or set an access token/, { status: 401 }],
      [/does not accept your token/, { status: 401 }, token],
      [/Your token may not read/, { status: 403 }, token],
      [/does not give .+ to this machine, though it asks for no token; a proxy or firewall/, { status: 403 }],
      [
        /has closed headlight\/gpt/,
        { status: 403, headers: { 'x-error-message': 'Access to this resource is disabled.' } },
      ],
    ];
    for (const [says, trouble, access] of answers) {
      assert.equal(await fails(says, { path: list, ...trouble }, access), 1, String(says));
    }
    const limits: [number, Record<string, string>][] = [
      [429, {}],
      [403, { 'retry-after': '0' }],
      [403, { 'x-error-message': 'Rate limit exceeded' }],
      [403, { ratelimit: '"api";r=0;t=60' }],
      [403, { 'x-ratelimit-remaining': '0' }],
    ];
    for (const [status, headers] of limits) {
      const asked = await fails(/has had too many requests from here; wait (?:a|some) minutes? and try again/, {
        path: list,
        status,
        headers,
      });
      assert.equal(asked, 5, 'it passes, so it is tried again');
    }
    const date = new Date(Date.now() + 600_000).toUTCString();
    await fails(/wait 10 minutes/, { path: list, status: 429, headers: { 'retry-after': date } });
    server.calm();
    server.trouble({ path: list, status: 302, headers: { location: `${secure.address}/api/models/${id}` } });
    secure.trouble({ path: /./, status: 403 });
    await assert.rejects(
      look({ strictCertificates: false, ...token }),
      /127\.0\.0\.1:\d+, to which .+ sends for the files of headlight\/gpt, does not give them \(status 403\)/,
    );
  });

  it('in other shapes than a hub’s is a sentence, or left out: no [object Object], no NaN', async () => {
    for (const json of [null, [], 'x', { sha: {} }, { sha: 'a'.repeat(40), siblings: {} }]) {
      assert.equal(await fails(/does not tell which files .+ has; check the setting/, { path: list, json }), 1);
    }
    const odd = [null, 1, 'x', {}, { rfilename: {} }, { rfilename: 'config.json', size: '1', blobId: 'a' }];
    await fails(/has no config\.json/, { path: list, json: { sha: 'a'.repeat(40), siblings: odd } });
    for (const json of [null, [], 3, 'x']) {
      await fails(/has a config\.json that is no JSON object/, { path: config, json });
    }
    server.calm();
    const seen = await look();
    const files = seen.filesOf('q8').map(({ path, size, hash: { algorithm, value } }) => ({
      rfilename: path,
      ...(algorithm === 'sha256' ? { lfs: { size, sha256: value } } : { size, blobId: value }),
    }));
    server.trouble({
      path: list,
      json: {
        sha: seen.revision,
        pipeline_tag: {},
        cardData: { license: { name: 'x' }, language: ['en', {}, null, 7] },
        siblings: [
          ...files,
          { rfilename: 'README.md', size: null },
          { rfilename: 'onnx/model.onnx', lfs: { size: -1 } },
        ],
      },
    });
    const { task, licence, languages, precisions } = await look();
    assert.deepEqual([task, licence, languages], [undefined, undefined, ['en']]);
    assert.ok(precisions.length > 0 && precisions.every(({ bytes }) => Number.isSafeInteger(bytes)));
  });

  it('has a code for what is not there', async () => {
    server.trouble({ path: list, status: 404 });
    await assert.rejects(look(), ({ code }: InferenceFault) => code === (InferenceErrorCode.missing as number));
  });
});
