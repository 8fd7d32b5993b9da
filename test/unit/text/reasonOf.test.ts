import assert from 'node:assert/strict';
import { formatBytes } from '../../../core/models/formatBytes';
import { reasonOf, sentenceOf } from '../../../core/text/reasonOf';
import { AttentionSession } from '../../../inference/models/attentionSession';
import { modelBytes } from '../onnx/support/modelBytes';

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('what went wrong, in words', () => {
  it('has no places in the runtime’s sources', () => {
    const said: [string, string][] = [
      [
        'Load model from a.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:56 void onnxruntime::model_load_utils::ValidateOpset(const std::unordered_map<std::string, int>&, int) ONNX Runtime only *guarantees* support for released opsets.',
        'Load model from a.onnx failed: ONNX Runtime only *guarantees* support for released opsets',
      ],
      [
        'Non-zero status code returned while running Add node. Status Message: D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cpu\\math\\element_wise_ops.h:540 onnxruntime::BroadcastIterator::Append axis == 1 was false. 3 by 2',
        'Non-zero status code returned while running Add node. Status Message: onnxruntime::BroadcastIterator::Append axis == 1 was false. 3 by 2',
      ],
      ['/onnxruntime_src/onnxruntime/core/session/inference_session.cc:12 Oh no.\nStack', 'Oh no'],
    ];
    for (const [message, reason] of said) {
      assert.equal(reasonOf(new Error(message)), reason);
      assert.doesNotMatch(reasonOf(new Error(message)), /\.(?:cc|h):\d|onnxruntime[\\/]/);
    }
  });

  it('is never the engine speaking of itself: no call stack, no [object Object], no NaN', () => {
    const deep = (): unknown => [deep()];
    const engine = [
      thrown(deep),
      thrown(() => new Float32Array(-1)),
      thrown(() => (undefined as unknown as { x: number }).x),
      thrown(() => (1 as unknown as () => void)()),
      { a: 1 },
      undefined,
      new Error('[object Object]'),
      new Error(''),
    ];
    for (const error of engine) {
      const reason = reasonOf(error);
      assert.match(
        reason,
        /^(?:it is nested too deeply|it takes more memory than there is|it is not as it should be|no reason is given)$/,
      );
      const message = error instanceof Error ? error.message : '';
      assert.match(sentenceOf(message), /^Headlight failed: .+; see the log \(“Headlight: Show Log”\) for more\.$/);
    }
    assert.equal(sentenceOf('a.png is damaged; save it again.'), 'a.png is damaged; save it again.');
    assert.equal(reasonOf(new Error('x'.repeat(1000))).length, 241);
    assert.deepEqual([NaN, Infinity, -1, 0, 82e6].map(formatBytes), [
      ...Array<string>(3).fill('an unknown size'),
      '1 KB',
      '82 MB',
    ]);
  });

  it('of a graph that the runtime refuses names what is wrong, on one line', async () => {
    const bytes = modelBytes({
      nodes: [{ type: 'NoSuchOperator', inputs: ['a'], outputs: ['b'] }],
      inputs: { a: [1] },
      outputs: ['b'],
      opset: 9999,
    });
    await assert.rejects(AttentionSession.open(bytes, { logSeverityLevel: 4 }), (error: Error) => {
      assert.match(error.message, /^The model cannot be opened: .+\.$/);
      assert.doesNotMatch(error.message, /\.(?:cc|h):\d|onnxruntime_src|\n|\.\.$/);
      return true;
    });
  });
});
