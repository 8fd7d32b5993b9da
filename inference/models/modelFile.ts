import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ModelFile } from '../../core/onnx';

/**
 * A model's file, to be looked into. It is open only while it is read, since nobody says when they are done with it.
 * @throws the file system's error, where it cannot be read.
 */
export function modelFile(file: string): ModelFile {
  return {
    name: path.basename(file),
    size: statSync(file).size,
    read(position, length) {
      const opened = openSync(file, 'r');
      try {
        const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, fstatSync(opened).size - position)));
        let read = 0;
        while (read < bytes.length) {
          const more = readSync(opened, bytes, read, bytes.length - read, position + read);
          if (more === 0) break;
          read += more;
        }
        return bytes.subarray(0, read);
      } finally {
        closeSync(opened);
      }
    },
  };
}
