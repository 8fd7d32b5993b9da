/** Work that is done piece by piece, each of some milliseconds: it yields between them, and returns its result. */
export type Pieces<Result> = Generator<undefined, Result, undefined>;

/** Does all pieces one after the other. */
export function atOnce<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/**
 * Does piece after piece.
 * @param use `turn` is waited for before each; where it throws, the work ends.
 */
export async function inPieces<Result>(pieces: Pieces<Result>, use: { turn?(): Promise<void> } = {}): Promise<Result> {
  for (;;) {
    await use.turn?.();
    const { done, value } = pieces.next();
    if (done) return value;
  }
}
