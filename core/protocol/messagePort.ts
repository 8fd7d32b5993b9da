import {
  createMessageConnection,
  Emitter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
  type PartialMessageInfo,
  type ResponseMessage,
} from 'vscode-jsonrpc';

/** Anything that passes structured-clone messages: a child process's IPC, a webview, a window. */
export interface MessagePort {
  /** May give when the message has left. */
  post(message: unknown): void | Promise<void>;
  onMessage(listener: (message: unknown) => void): Disposable;
}

/**
 * A JSON-RPC connection over a port that passes JavaScript values as they are, so that typed arrays travel without being
 * written as text. The entry point must import `vscode-jsonrpc/node` first, which installs the
 * library's runtime. (A webview has a connection of its own, `webview/common/hostConnection`.)
 */
export function connect(port: MessagePort): MessageConnection {
  return createMessageConnection(new PortReader(port), new PortWriter(port));
}

/** What the library puts before the sentence of an error that a request's handler throws. */
const added = /^Request \S+ failed with message: /;

/** A message as it is sent: of a failure only its own sentence, which users read. */
function plain(message: Message): Message {
  const { error } = message as ResponseMessage;
  return error && added.test(error.message)
    ? ({ ...message, error: { ...error, message: error.message.replace(added, '') } } as ResponseMessage)
    : message;
}

/** Whether something is a message at all: what else arrives at a port is nobody's, and the library takes a message's parts for granted. */
function isMessage(data: unknown): data is Message {
  if (!isRecord(data) || data.jsonrpc !== '2.0' || !isId(data.id ?? 0)) return false;
  const { method, params } = data;
  if (params !== undefined && !isRecord(params)) return false;
  if (method === '$/cancelRequest') return params !== undefined && isId(params.id);
  if (method === '$/progress') return params !== undefined && isId(params.token);
  return true;
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null;
}

function isId(data: unknown): boolean {
  return typeof data === 'string' || typeof data === 'number';
}

/** Reads what arrives at a port, which neither fails nor ends on its own, nor cuts a message in parts. */
class PortReader implements MessageReader {
  readonly onError = new Emitter<Error>().event;
  readonly onClose = new Emitter<void>().event;
  readonly onPartialMessage = new Emitter<PartialMessageInfo>().event;

  constructor(private readonly port: MessagePort) {}

  listen(callback: DataCallback): Disposable {
    return this.port.onMessage(message => {
      if (isMessage(message)) callback(message);
    });
  }

  dispose(): void {
    // The connection lets go of what `listen` gave it.
  }
}

class PortWriter implements MessageWriter {
  private readonly errors = new Emitter<[Error, Message | undefined, number | undefined]>();
  readonly onError = this.errors.event;
  readonly onClose = new Emitter<void>().event;

  constructor(private readonly port: MessagePort) {}

  write(message: Message): Promise<void> {
    try {
      return Promise.resolve(this.port.post(plain(message)));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.errors.fire([failure, message, 1]);
      return Promise.reject(failure);
    }
  }

  end(): void {
    // The port belongs to whoever made it.
  }

  dispose(): void {
    this.errors.dispose();
  }
}
