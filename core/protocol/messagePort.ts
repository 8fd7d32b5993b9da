import {
  AbstractMessageReader, AbstractMessageWriter, createMessageConnection,
  type DataCallback, type Disposable, type Message, type MessageConnection,
} from 'vscode-jsonrpc';

/** Anything that passes structured-clone messages: a child process's IPC, a webview, a window. */
export interface MessagePort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Disposable;
}

/**
 * A JSON-RPC connection over a port that passes JavaScript values as they are, so that typed arrays travel without being
 * written as text. The entry point must import `vscode-jsonrpc/node` or `vscode-jsonrpc/browser` first, which installs
 * the library's runtime.
 */
export function connect(port: MessagePort): MessageConnection {
  return createMessageConnection(new PortReader(port), new PortWriter(port));
}

class PortReader extends AbstractMessageReader {
  constructor(private readonly port: MessagePort) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    return this.port.onMessage(message => callback(message as Message));
  }
}

class PortWriter extends AbstractMessageWriter {
  constructor(private readonly port: MessagePort) {
    super();
  }

  write(message: Message): Promise<void> {
    try {
      this.port.post(message);
      return Promise.resolve();
    } catch (error) {
      this.fireError(error, message, 1);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  end(): void {
    // The port belongs to whoever made it.
  }
}
