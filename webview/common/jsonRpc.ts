/**
 * What the webviews use of `vscode-jsonrpc`. The build puts this in its place: the library's own entry is CommonJS, which
 * no bundler shakes, and brings readers and writers of byte streams that a webview never has.
 */
import RAL from '../../node_modules/vscode-jsonrpc/lib/common/ral';

export { CancellationTokenSource } from '../../node_modules/vscode-jsonrpc/lib/common/cancellation';
export { createMessageConnection } from '../../node_modules/vscode-jsonrpc/lib/common/connection';
export { Emitter } from '../../node_modules/vscode-jsonrpc/lib/common/events';
export { NotificationType, RequestType, RequestType0, ResponseError } from '../../node_modules/vscode-jsonrpc/lib/common/messages';

/** Of the runtime that the library asks for, connections and cancellation use these. */
type UsedRuntime = Pick<RAL, 'console'> & { readonly timer: Pick<RAL['timer'], 'setTimeout' | 'setImmediate'> };

const runtime: UsedRuntime = {
  console,
  timer: {
    setTimeout(callback, milliseconds, ...args: unknown[]) {
      const handle = setTimeout(callback, milliseconds, ...args);
      return { dispose: () => clearTimeout(handle) };
    },
    // A timer would be throttled while the panel is hidden.
    setImmediate(callback, ...args: unknown[]) {
      let disposed = false;
      queueMicrotask(() => {
        if (!disposed) callback(...args);
      });
      return { dispose: () => { disposed = true; } };
    },
  },
};
RAL.install(runtime as RAL);
