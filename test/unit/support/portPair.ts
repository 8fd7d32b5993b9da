import 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc';
import { connect, type MessagePort } from '../../../core/protocol/messagePort';

/** Two connections that speak with each other; what passes is copied as between processes. */
export function portPair(): [MessageConnection, MessageConnection] {
  const listeners: [((message: unknown) => void)?, ((message: unknown) => void)?] = [];
  const port = (own: 0 | 1): MessagePort => ({
    post: message => {
      const copy = structuredClone(message);
      queueMicrotask(() => listeners[1 - own]?.(copy));
    },
    onMessage: listener => {
      listeners[own] = listener;
      return { dispose: () => (listeners[own] = undefined) };
    },
  });
  return [connect(port(0)), connect(port(1))];
}
