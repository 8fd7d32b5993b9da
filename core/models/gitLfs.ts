/** What a file begins with that Git LFS left in place of the real one. Specification: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const beginning = 'version https://git-lfs';
/** A pointer is no longer than so many bytes. */
export const longestPointer = 1024;

/** Whether a file is what Git LFS leaves in place of one that was not fetched. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length <= longestPointer && String.fromCharCode(...bytes.subarray(0, beginning.length)) === beginning;
}

/** What such a file is and what to do, to stand behind its name. */
export const lfsPointerWords = 'is a Git LFS pointer and not the file itself; run “git lfs pull” in its repository';
