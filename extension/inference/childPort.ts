import type { ChildProcess } from 'node:child_process';
import type { MessagePort } from '../../core/protocol/messagePort';

/** The port to a child process that was forked with `serialization: 'advanced'`. */
export function childPort(child: ChildProcess): MessagePort {
  return {
    post: message => {
      child.send(message as object);
    },
    onMessage: listener => {
      child.on('message', listener);
      return { dispose: () => child.off('message', listener) };
    },
  };
}
