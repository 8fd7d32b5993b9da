import { RequestType, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';

/**
 * A question about what a panel shows, declared once for its whole way: the panel sends a wish; the extension host adds what
 * is shown and passes both on to the inference process; the answer goes back as it is.
 * @typeParam Of what the process needs to know what is shown, or to make it again.
 */
export class AskType<Of, Wish, Answer> extends RequestType<Wish, Answer, void> {
  /** Never set: it brings the type along. */
  declare readonly of?: (of: Of) => void;
}

/** The same question as the extension host asks it of the process. */
export function toProcess<Of, Wish, Answer>({
  method,
}: AskType<Of, Wish, Answer>): RequestType<{ of: Of; wish: Wish }, Answer, void> {
  return new RequestType(method);
}

/** Questions about one thing, by name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each keeps its own types, which no common one holds.
export type AskTypes<Of> = Readonly<Record<string, AskType<Of, any, any>>>;

/**
 * An answer to each question.
 * @typeParam Context what an answer is given besides the wish.
 */
export type Answers<Types, Context> = {
  readonly [Name in keyof Types]: Types[Name] extends RequestType<infer Wish, infer Answer, void>
    ? (wish: Wish, context: Context, cancelled: CancellationToken) => Answer | Promise<Answer>
    : never;
};

/** A question as it was asked. */
export interface AskedQuestion<Of> {
  readonly name: string;
  readonly of: Of;
  readonly wish: unknown;
}

/** Gives the answer to a question, or another one that was given to the same question. */
export type AroundAnswer<Of> = (
  asked: AskedQuestion<Of>,
  cancelled: CancellationToken,
  answer: (cancelled: CancellationToken) => unknown,
) => unknown;

/**
 * Lets a process answer questions.
 * @param contextOf what the answers are given, made for each question.
 * @param around stands around each answer.
 */
export function answerAsks<Of, Types extends AskTypes<Of>, Context>(
  connection: MessageConnection,
  types: Types,
  answers: Answers<Types, Context>,
  contextOf: (of: Of, cancelled: CancellationToken, name: string) => Context,
  around: AroundAnswer<Of> = (_asked, cancelled, answer) => answer(cancelled),
): void {
  for (const [name, { method }] of Object.entries(types)) {
    const answer = answers[name] as (wish: unknown, context: Context, cancelled: CancellationToken) => unknown;
    connection.onRequest(method, ({ of, wish }: { of: Of; wish: unknown }, cancelled: CancellationToken) =>
      around({ name, of, wish }, cancelled, token => answer(wish, contextOf(of, token, name), token)),
    );
  }
}
