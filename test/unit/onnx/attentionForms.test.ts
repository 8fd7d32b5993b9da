import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { addAttention, configHints, findAttention, readModel } from '../../../core/onnx';
import { feedsOf, floats, largestDifference, type ReferenceFile } from './support/referenceModels';

const folder = path.join('test', 'fixtures', 'attention-forms');

interface Form extends Pick<ReferenceFile, 'inputs'> {
  readonly attentions: readonly { kind: string; layer: number; shape: number[]; data: number[] }[];
  readonly tolerance: number;
  readonly config?: unknown;
}

/** Forms of attention that the reference models do not have, each in a model of a few KB: what PyTorch gives, and once each. */
describe('forms of attention', () => {
  const forms = JSON.parse(readFileSync(path.join(folder, 'forms.json'), 'utf8')) as Record<string, Form>;

  for (const [name, form] of Object.entries(forms)) {
    it(name, async () => {
      const bytes = readFileSync(path.join(folder, `${name}.onnx`));
      const model = readModel(bytes);
      const extended = addAttention(model, findAttention(model, configHints(form.config)));
      assert.deepEqual(extended.outputs.map(o => [o.site.kind, o.site.layer]), form.attentions.map(a => [a.kind, a.layer]));
      if (form.attentions.length === 0) return;
      const session = await InferenceSession.create(extended.bytes, { logSeverityLevel: 4, intraOpNumThreads: 1 });
      const results = await session.run(feedsOf(form), extended.outputs.map(o => o.name));
      form.attentions.forEach(({ shape, data }, i) => {
        const result = results[extended.outputs[i].name];
        assert.deepEqual(result.dims, shape);
        const difference = largestDifference(floats(result), data);
        assert.ok(difference <= form.tolerance, `differs by ${difference}`);
      });
      await session.release();
      assert.ok(await switched(bytes, form) <= 1e-5, 'switches at one change the output');
    });
  }
});

/** How far a model's first output is from its own with switches at one; computed node by node, as the runtime's optimiser fuses quantised nodes only where nothing stands between. */
async function switched(bytes: Uint8Array, form: Form): Promise<number> {
  const model = readModel(bytes);
  const extended = addAttention(model, findAttention(model), { probabilities: false, switches: true });
  const outputs = await Promise.all([bytes, extended.bytes].map(async file => {
    const session = await InferenceSession.create(file, { logSeverityLevel: 4, intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' });
    const output = (await session.run(feedsOf(form)))[session.outputNames[0]];
    await session.release();
    return floats(output);
  }));
  return largestDifference(outputs[0], outputs[1]);
}
