import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** The files of a VSIX (a ZIP) by their paths. Specification: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3 */
export function readVsix(file: string): ReadonlyMap<string, { readonly size: number; read(): Buffer }> {
  const zip = readFileSync(file);
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const files = new Map<string, { size: number; read(): Buffer }>();
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const [method, packed, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const local = zip.readUInt32LE(at + 42);
    files.set(zip.toString('utf8', at + 46, at + 46 + name), {
      size,
      read: () => {
        const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        const data = zip.subarray(from, from + packed);
        return method === 0 ? data : inflateRawSync(data);
      },
    });
    at += 46 + name + extra + comment;
  }
  return files;
}
