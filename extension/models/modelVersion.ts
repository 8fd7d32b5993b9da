import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelReference } from '../../core/protocol/modelReference';

/** Of larger files the size tells: reading them would take longer than a caption. */
const mostRead = 16 * 2 ** 20;
const known = new Map<string, Promise<string>>();

/** Which version of a model its files are: 12 hexadecimal digits of a SHA-256 of config.json and the files in onnx/. */
export function modelVersion({ folder }: ModelReference): Promise<string> {
  const version = known.get(folder) ?? readVersion(folder);
  known.set(folder, version);
  version.catch(() => known.delete(folder));
  return version;
}

async function readVersion(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(path.join(folder, 'onnx'))).sort().map(name => path.join('onnx', name));
  for (const file of ['config.json', ...files]) {
    const { size } = await stat(path.join(folder, file));
    hash.update(`${file} ${size}\n`);
    if (size <= mostRead) hash.update(await readFile(path.join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
