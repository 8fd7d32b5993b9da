import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import 'vscode-jsonrpc/node';
import { ResponseError, type MessageConnection } from 'vscode-jsonrpc';
import { toProcess } from '../../../core/protocol/askType';
import { InferenceErrorCode, InferenceRequest } from '../../../core/protocol/inferenceProtocol';
import { connect } from '../../../core/protocol/messagePort';
import { RunRequest, type RunReference } from '../../../core/protocol/runProtocol';
import { childPort } from '../../../extension/inference/childPort';
import { changedJson } from '../support/changedJson';
import { randomNumbers } from '../support/randomNumbers';

/** Changes of each request; `npm run soak` makes more of them. */
const times = Number(process.env.HEADLIGHT_MUTATIONS ?? 12);

const head = { kind: 'self', layer: 1, head: 2 } as const;
const other = { kind: 'self', layer: 0, head: 1 } as const;
const region = { firstQuery: 0, queries: 4, firstKey: 0, keys: 4, factor: 1 };
const all = { ...region, summed: { causal: true }, strongest: 3, unseen: true };
const look = {
  colors: { foreground: [0, 0, 0], background: [255, 255, 255], muted: [90, 90, 90], focus: [0, 80, 200], lines: [] },
};

const spread = { median: 2, low: 1, high: 3 };
const measured = {
  plan: { lengths: [16, 24], notes: [], context: 64, heads: 2, layers: 2, cache: 'None.', machine: 'A machine' },
  points: [16, 24].map(length => ({
    length,
    runs: 3,
    attention: spread,
    rest: spread,
    whole: spread,
    nodes: { attention: 4, rest: 9 },
    memory: { attention: 1e5, rest: 1e6 },
  })),
};

const noise = { tokens: [1, 2], strength: 3, seed: 1, samples: 1 };

/** What panels ask of a run, as they ask it. */
const wishes: { readonly [Name in keyof typeof RunRequest]: readonly unknown[] } = {
  head: [
    { address: head },
    { address: { ...head, reading: 'value', combined: { heads: [head, other], how: 'mean' } } },
  ],
  region: [{ address: head, region: all }],
  compared: [{ one: head, other, ofPartner: false, region: all, distances: true }],
  attention: [{ kind: 'self' }],
  reading: [{ kind: 'self', reading: 'rollout', withoutFirst: true }],
  predictions: [{ first: 0, count: 3 }],
  logitLens: [{ first: 0, count: 3 }],
  measures: [{ kind: 'self' }],
  links: [{ kind: 'self', links: [{ query: 3, key: 1 }] }],
  groups: [{ kind: 'self' }],
  match: [{ kind: 'self' }],
  moved: [{ kind: 'self' }],
  steps: [{ address: head, query: 3 }],
  block: [{ kind: 'self', layer: 1, position: 3 }],
  mechanisms: [
    { address: head, query: 3, temperature: 2, only: ['sinks'], parameters: { sinks: { sinks: 1, window: 2 } } },
  ],
  putBack: [
    { address: head, mechanism: 'window', parameters: { window: 2 }, temperature: 1, scope: 'layer', position: 3 },
    { address: head, mechanism: 'topK', scope: 'all', position: 2 },
  ],
  costPlan: [{}],
  cost: [{ length: 16 }],
  switchOff: [{ heads: [head], position: 3, mean: true, token: 5 }],
  effects: [{ heads: [head, other], position: 3, by: 'divergence', positions: [2, 3] }],
  mask: [{ token: 1 }],
  cut: [
    {
      cuts: [
        {
          kind: 'self',
          heads: [{ layer: 1, head: 2 }],
          queries: { first: 3, last: 3 },
          keys: { first: 0, last: 1 },
          form: 'scores',
        },
      ],
      position: 3,
      token: 5,
    },
  ],
  cutHead: [
    {
      cuts: [
        {
          kind: 'self',
          heads: [{ layer: 0, head: 1 }],
          queries: { first: 2, last: 3 },
          keys: { first: 1, last: 1 },
          form: 'probabilities',
        },
      ],
      address: head,
    },
  ],
  needs: [
    {
      kind: 'self',
      position: 3,
      tokens: [
        { first: 0, last: 0 },
        { first: 1, last: 2 },
      ],
    },
  ],
  attentionOf: [{ kind: 'self', position: 3 }],
  logitParts: [{ position: 3, token: 5, minus: 6 }],
  headPart: [{ position: 3, head, token: 5, minus: 6 }],
  tokenOf: [{ text: ' item' }],
  patchPlan: [{ kind: 'self', direction: 'denoise', position: 3, noise }],
  patch: [
    {
      kind: 'self',
      direction: 'noise',
      position: 3,
      noise,
      metric: { by: 'logits', token: 5, minus: 6 },
      patches: [[{ part: 'residual', layer: 1, place: 2 }], [{ part: 'attention', layer: 0, head: 1 }]],
    },
  ],
  patchSaid: [
    {
      kind: 'self',
      direction: 'denoise',
      position: 3,
      noise,
      cells: [
        { part: 'head', layer: 1, head: 1, place: 2 },
        { part: 'feedForward', layer: 0, place: 1 },
      ],
    },
  ],
  row: [{ kind: 'self', query: 3, reduce: 'mean', withoutFirst: true }],
  export: [
    { what: { kind: 'matrix', head, title: 'A head' }, format: 'svg', look },
    { what: { kind: 'weights', head }, format: 'npy', look },
    { what: { kind: 'heads', one: head, other, selected: [head], picture: 'map' }, format: 'csv', look },
    { what: { kind: 'logitLens', query: 2 }, format: 'json', look },
    { what: { kind: 'mechanisms', head, query: 2, temperature: 1 }, format: 'csv', look },
    { what: { kind: 'cost', measured, scale: 'log', to: 32, now: 9 }, format: 'html', look },
    {
      what: {
        kind: 'cause',
        found: {
          position: 3,
          place: 'after “x”',
          needs: {
            unit: 'token',
            scores: false,
            rows: [{ first: 0, last: 1, text: 'x', bits: 1, falls: 0.5, raw: 1 }],
          },
          parts: { token: 'x', logit: 1, sum: 1, parts: [{ part: 'bias', value: 1 }] },
        },
      },
      format: 'html',
      look,
    },
  ],
};

describe('what a panel asks of a run, with something else in it', function () {
  this.timeout(120_000 + times * 10_000);
  let child: ChildProcess;
  let connection: MessageConnection;
  let run: RunReference;
  before(async () => {
    child = fork(path.resolve('dist/process.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    connection = connect(childPort(child));
    connection.listen();
    const model = {
      id: 'tiny-code-gpt',
      folder: path.resolve('media/models/tiny-code-gpt'),
      dtype: 'fp16',
      builtIn: true,
    };
    const text = 'const answer = question + 42;';
    run = { model, text, run: (await connection.sendRequest(InferenceRequest.explain, { model, text })).run };
  });
  after(() => child.kill('SIGKILL'));

  for (const [name, valid] of Object.entries(wishes) as [keyof typeof RunRequest, readonly unknown[]][]) {
    it(`${name}: is answered, or refused in a sentence, and the process goes on`, async () => {
      const next = randomNumbers(7);
      for (let i = 0; i < times; i++) {
        const { json: wish, what } = changedJson(valid[i % valid.length], next);
        const failure = await connection
          .sendRequest(toProcess<unknown, unknown, unknown>(RunRequest[name] as never), { of: run, wish })
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        if (failure === undefined) continue;
        assert.ok(
          failure instanceof ResponseError && failure.code in InferenceErrorCode,
          `${what}: ${failure as Error}`,
        );
        assert.match(failure.message, /^[^\n]+\.$/, what);
        assert.doesNotMatch(failure.message, /not a function|Cannot (read|destructure)|not iterable/, what);
      }
      await connection.sendRequest(InferenceRequest.ping);
      assert.equal(child.exitCode ?? child.signalCode, null);
    });
  }
});
