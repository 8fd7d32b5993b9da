import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';

/**
 * What a failure of the disk means for a download, as a sentence that says what to do.
 * @returns undefined where it is no failure of the disk.
 */
export function storageFault(id: string, storage: string, error: unknown): InferenceFault | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const say = (sentence: string) => new InferenceFault(InferenceErrorCode.download, sentence, error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return say(`The disk is full; make room and download ${id} again, which goes on from where it stopped.`);
    case 'EFBIG':
      return say(`The disk takes no file as large as those of ${id}; choose a smaller precision, or another disk.`);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return say(
        `${storage} cannot be written to, so ${id} cannot be kept; allow writing there and download it again.`,
      );
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EIO':
    case 'ENODEV':
    case 'ESTALE':
      return say(
        `${storage} is gone or cannot be reached, so ${id} cannot be kept; bring that disk or folder back and download it again.`,
      );
    default:
      return undefined;
  }
}
