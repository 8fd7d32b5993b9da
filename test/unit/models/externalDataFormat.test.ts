import assert from 'node:assert/strict';
import { externalDataNames } from '../../../core/models/externalDataFormat';

describe('weights that config.json names', () => {
  const names = (format: unknown, graph = 'model_q4.onnx') =>
    externalDataNames({ 'transformers.js_config': { use_external_data_format: format } }, graph, 'model');

  it('are those of all graphs, or of one by its file’s name or its part’s', () => {
    assert.deepEqual(names(undefined), []);
    assert.deepEqual(names(false), []);
    assert.deepEqual(names(true), ['model_q4.onnx_data']);
    assert.deepEqual(names(2), ['model_q4.onnx_data', 'model_q4.onnx_data_1']);
    assert.deepEqual(names({ 'model_q4.onnx': 1, 'model.onnx': 3 }), ['model_q4.onnx_data']);
    assert.deepEqual(names({ model: true }), ['model_q4.onnx_data']);
    assert.deepEqual(names({ decoder: true }), []);
  });

  it('are never without end', () => {
    assert.equal(names(1e9).length, 100);
    assert.deepEqual(names('many'), []);
    assert.deepEqual(externalDataNames({ 'transformers.js_config': null }, 'model.onnx', 'model'), []);
  });
});
