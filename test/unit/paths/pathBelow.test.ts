import assert from 'node:assert/strict';
import path from 'node:path';
import { pathBelow } from '../../../core/paths/pathBelow';

const refused: readonly (readonly [string, RegExp])[] = [
  ['', /is empty/],
  ['onnx/a\0b', /is not a path/],
  ['a\nb', /is not a path/],
  ['/etc/passwd', /absolute/],
  ['\\windows\\win.ini', /absolute/],
  ['\\\\server\\share\\x', /absolute/],
  ['//server/share/x', /absolute/],
  ['C:\\x', /absolute/],
  ['c:x', /absolute/],
  ['file:///etc/passwd', /absolute/],
  ['~/x', /absolute/],
  ['..', /outside/],
  ['.', /outside/],
  ['./', /outside/],
  ['a/../../x', /outside/],
  ['a\\..\\..\\x', /outside/],
  ['onnx/model_quantized.onnx_data\\..\\..\\..\\x', /outside/],
  ['onnx/model.onnx:stream', /stream/],
  ['onnx/model.onnx::$DATA', /stream/],
  ['CON', /device/],
  ['onnx/nul', /device/],
  ['onnx/Aux.onnx', /device/],
  ['lpt1.txt', /device/],
  ['COM¹', /device/],
  ['CONIN$', /device/],
  ['prn.tar.gz/x', /device/],
  ['onnx./model.onnx', /dot or a space/],
  ['onnx/model.onnx.', /dot or a space/],
  ['onnx/model.onnx ', /dot or a space/],
  ['.../x', /dot or a space/],
  ['a?b', /character/],
  ['a*', /character/],
  ['a|b', /character/],
  ['"a"', /character/],
];

const kept: readonly (readonly [string, readonly string[]])[] = [
  ['config.json', ['config.json']],
  ['onnx/model_quantized.onnx_data_1', ['onnx', 'model_quantized.onnx_data_1']],
  ['./onnx\\model.onnx', ['onnx', 'model.onnx']],
  ['a//b', ['a', 'b']],
  ['..data/x', ['..data', 'x']],
  ['console.txt', ['console.txt']],
  ['com10', ['com10']],
  ['模型/größe é.bin', ['模型', 'größe é.bin']],
];

describe('a path that a file from elsewhere names', () => {
  for (const [name, why] of refused) {
    it(`is refused: ${JSON.stringify(name)}`, () => {
      const parts = pathBelow(name);
      assert.ok(typeof parts === 'string');
      assert.match(parts, why);
    });
  }

  for (const [name, expected] of kept) {
    it(`lies below its folder on every system: ${JSON.stringify(name)}`, () => {
      const parts = pathBelow(name);
      assert.deepEqual(parts, expected);
      for (const [system, folder] of [
        [path.posix, '/models/of/mine'],
        [path.win32, 'D:\\models\\of mine'],
      ] as const) {
        const file = system.join(folder, ...(parts as string[]));
        const below = system.relative(folder, file);
        assert.ok(!below.startsWith(`..${system.sep}`) && below !== '..' && !system.isAbsolute(below), file);
        assert.equal(below.split(system.sep).length, expected.length);
      }
    });
  }
});
