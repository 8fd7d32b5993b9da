/** What does not fit a model or an order, as a sentence for the user. */
export class CauseFault extends Error {
  override readonly name = 'CauseFault';
}
