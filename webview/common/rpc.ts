import type { MessagePort } from '../../core/protocol/messagePort';
import { HostConnection } from './hostConnection';

/** What VS Code gives a webview to talk to its extension. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host, seen from a webview. */
export interface Host {
  readonly connection: HostConnection;
  /** What was kept when the webview was last hidden or its window reloaded. */
  getState(): unknown;
  setState(state: unknown): void;
}

/** Connects to the extension host. To be called once: VS Code hands out its API a single time. The caller calls `listen`. */
export function connectToHost(): Host {
  const api = acquireVsCodeApi();
  const port: MessagePort = {
    post: message => api.postMessage(message),
    onMessage(listener) {
      const handler = (event: MessageEvent<unknown>) => {
        if (isRpcMessage(event.data)) listener(event.data);
      };
      window.addEventListener('message', handler);
      return { dispose: () => window.removeEventListener('message', handler) };
    },
  };
  return {
    connection: new HostConnection(port, silent => {
      const note = document.getElementById('silent');
      if (note) note.hidden = !silent;
    }),
    getState: () => api.getState(),
    setState: state => api.setState(state),
  };
}

/** Other scripts in the frame (VS Code's own, test tools) post messages to the window too. */
function isRpcMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data;
}
