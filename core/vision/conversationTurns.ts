import type { ImageAnswer, ImageTurn } from './imageAnswer';

/** A question of the conversation that the panel shows, and what became of it. */
export interface ShownTurn {
  readonly question: string;
  /** The question as the model was given it: with what was told of the image, where it was. */
  readonly told: string;
  /** Whether it is the prompt for alt text, which is not shown as a question. */
  readonly altText: boolean;
  readonly answer?: ImageAnswer;
  /** Why there is no answer, in one sentence. */
  readonly failed?: string;
  /** Milliseconds from question to answer. */
  readonly elapsed?: number;
}

/** The conversation up to a question, which comes last: what the model was given, and what it answered. Questions without an answer before it are left out. */
export function turnsUpTo(shown: readonly ShownTurn[], question: number): ImageTurn[] {
  return [
    ...shown
      .slice(0, question)
      .flatMap((turn): ImageTurn[] =>
        turn.answer ? [userTurn(turn), { role: 'assistant', text: turn.answer.text }] : [],
      ),
    userTurn(shown[question]),
  ];
}

function userTurn({ told, altText }: ShownTurn): ImageTurn {
  return { role: 'user', text: told, ...(altText ? { altText } : {}) };
}

/** A question as the model is given it: below what is known of the image, where that is told and was not yet. */
export function toldQuestion(shown: readonly ShownTurn[], question: string, context: string | undefined): string {
  const known = context !== undefined && shown.some(({ told, answer }) => answer && told.startsWith(context));
  return context === undefined || known ? question : `${context}\n\n${question}`;
}

/** Reads the turns that a panel kept over a reload; none where they are something else, as of another version. */
export function keptTurns(state: unknown): ShownTurn[] {
  const { view } = (state ?? {}) as { view?: { turns?: unknown } };
  const turns: unknown[] = Array.isArray(view?.turns) ? view.turns : [];
  return turns.every(isTurn) ? turns : [];
}

function isTurn(turn: unknown): turn is ShownTurn {
  const { question, told, answer } = (turn ?? {}) as { question?: unknown; told?: unknown; answer?: unknown };
  const whole = (answer ?? {}) as {
    image?: { hash?: unknown };
    text?: unknown;
    words?: unknown;
    parts?: unknown;
    prompt?: unknown;
  };
  return (
    typeof question === 'string' &&
    typeof told === 'string' &&
    (answer === undefined ||
      (typeof whole.text === 'string' &&
        typeof whole.image?.hash === 'string' &&
        [whole.words, whole.parts, whole.prompt].every(Array.isArray)))
  );
}
