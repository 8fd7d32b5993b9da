import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { toProcess, type AskTypes } from '../../core/protocol/askType';
import type { InferenceClient } from './inferenceClient';

/**
 * Passes a panel's questions about what it shows on to the inference process.
 * @param of what is shown, read when a question comes. Throws a sentence where nothing is.
 * @param heard is told of each question.
 */
export function passOn<Of>(
  connection: MessageConnection,
  client: InferenceClient,
  types: AskTypes<Of>,
  of: () => Of | Promise<Of>,
  heard?: (method: string) => void,
): void {
  for (const type of Object.values(types)) {
    connection.onRequest(type.method, async (wish: unknown, token: CancellationToken): Promise<unknown> => {
      heard?.(type.method);
      return client.request(toProcess<Of, unknown, unknown>(type), { of: await of(), wish }, token);
    });
  }
}
