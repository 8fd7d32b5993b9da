import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureNatives, packageTargets } from '../support/natives.mjs';
import { packageFor } from '../support/packageExtension.mjs';
import { readVsix } from '../unit/support/readVsix';

/** What a native file is for: `linux-x64`, …; undefined where it is none. */
function machineOf(file: Buffer): string | undefined {
  if (file.toString('latin1', 0, 4) === '\x7fELF') {
    return `linux-${({ 0x3e: 'x64', 0xb7: 'arm64' } as Record<number, string>)[file.readUInt16LE(18)]}`;
  }
  if (file.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${({ 0x1000007: 'x64', 0x100000c: 'arm64' } as Record<number, string>)[file.readUInt32LE(4)]}`;
  }
  if (file.toString('latin1', 0, 2) !== 'MZ') return undefined;
  return `win32-${({ 0x8664: 'x64', 0xaa64: 'arm64' } as Record<number, string>)[file.readUInt16LE(file.readUInt32LE(60) + 4)]}`;
}

describe('packages for other machines', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-targets-'));
  after(() => rmSync(folder, { recursive: true }));
  /** What every package has alike. */
  let common: string[] | undefined;

  it('are those that both ONNX Runtime and sharp have native parts for', () => {
    const targets = packageTargets();
    for (const target of ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64']) {
      assert.ok(targets.includes(target), target);
    }
  });

  for (const target of packageTargets()) {
    it(`${target}: its own native parts, all of them and no others`, async () => {
      const file = path.join(folder, `${target}.vsix`);
      await packageFor(target, file);
      const files = readVsix(file);
      assert.match(files.get('extension.vsixmanifest')!.read().toString(), new RegExp(`TargetPlatform="${target}"`));
      const below = (part: string) =>
        [...files.keys()]
          .filter(name => name.startsWith(`extension/dist/${part}/`))
          .map(name => name.slice(`extension/dist/${part}/`.length))
          .sort();
      // The same library under two names on macOS: that which the binding asks for.
      const ort = readdirSync(`node_modules/onnxruntime-node/bin/napi-v6/${target.replace('-', '/')}`)
        .filter(name => !/\.\d+\.\d+\.\d+\.dylib$/.test(name))
        .sort();
      assert.deepEqual(below('ort'), ort);
      if (target.startsWith('darwin')) {
        assert.ok(
          files.get('extension/dist/ort/onnxruntime_binding.node')!.read().includes('@rpath/libonnxruntime.1.dylib'),
        );
      }
      const natives = await ensureNatives(target);
      const isNative = (name: string) => /\.(node|dll|dylib)$|\.so(\.|$)/.test(name);
      const expected = ['sharp', 'sharp-libvips']
        .map(part => `${part}-${target}`)
        .filter(part => readdirSync(natives).includes(part))
        .flatMap(part =>
          readdirSync(path.join(natives, part), { recursive: true, encoding: 'utf8' }).map(
            name => `${part}/${name.replaceAll('\\', '/')}`,
          ),
        )
        .filter(isNative)
        .sort();
      assert.deepEqual(below('sharp').filter(isNative), expected);
      for (const [name, packed] of files) {
        if (isNative(name)) assert.equal(machineOf(packed.read()), target, name);
        else if (name.startsWith('extension/dist/sharp') || packed.size < 64) continue;
        else assert.equal(machineOf(packed.read()), undefined, name);
      }
      // What the process loads is there.
      const loaded = /\(__dirname,"sharp",([^)]+)\)/.exec(
        files.get('extension/dist/process.js')!.read().toString(),
      )?.[1];
      assert.ok(below('sharp').includes((JSON.parse(`[${loaded}]`) as string[]).join('/')), loaded);
      const rest = [...files.keys()]
        .filter(name => !/^extension\/dist\/(ort|sharp)\//.test(name))
        .map(name => name.replace(/-[A-Z0-9]{8}\.js$/, '.js'))
        .sort();
      assert.deepEqual(rest, (common ??= rest));
    });
  }

  it('a machine without native parts is refused in a sentence', async () => {
    await assert.rejects(
      packageFor('darwin-x64'),
      /There are no native parts of ONNX Runtime and sharp for darwin-x64; choose one of .*darwin-arm64.*, or universal\.$/,
    );
    await assert.rejects(packageFor('alpine-x64'), /for alpine-x64/);
  });
});
