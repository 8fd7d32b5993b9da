import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TextEdit } from '../../core/markup/imageLink';
import type { FoundLink, LinksAnswer, LinksRequest, LinksText } from './linksProtocol';

/** Reads documents for images in a thread of its own, which starts with the first. */
export class LinksReader {
  private worker?: Worker;
  private readonly pending = new Map<
    number,
    { readonly resolve: (answer: LinksAnswer) => void; readonly reject: (error: Error) => void }
  >();
  private last = 0;

  /** @param file the worker's bundle. */
  constructor(private readonly file = path.join(__dirname, 'linksWorker.js')) {}

  /** The images of a text, in order. @throws Error where the text cannot be read. */
  async links(text: LinksText): Promise<readonly FoundLink[]> {
    const answer = await this.ask(text);
    return 'links' in answer ? answer.links : [];
  }

  /** The change that makes a caption the alt text of the text's image with this index. */
  async describe(text: LinksText, index: number, caption: string): Promise<TextEdit | undefined> {
    const answer = await this.ask({ ...text, describe: { index, caption } });
    return 'edit' in answer ? answer.edit : undefined;
  }

  dispose(): void {
    void this.worker?.terminate();
  }

  private async ask(request: Omit<LinksRequest, 'id'>): Promise<LinksAnswer> {
    const worker = (this.worker ??= this.start());
    const id = ++this.last;
    const answer = await new Promise<LinksAnswer>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ ...request, id } satisfies LinksRequest);
    });
    if ('failure' in answer) throw new Error(`The images of this document cannot be found: ${answer.failure}`);
    return answer;
  }

  private start(): Worker {
    const worker = new Worker(this.file);
    // The thread keeps no window open.
    worker.unref();
    worker.on('message', (answer: LinksAnswer) => {
      this.pending.get(answer.id)?.resolve(answer);
      this.pending.delete(answer.id);
    });
    const ended = (reason: string) => {
      if (this.worker === worker) this.worker = undefined;
      for (const { reject } of this.pending.values()) {
        reject(new Error(`The images of this document cannot be found: ${reason}`));
      }
      this.pending.clear();
    };
    worker.on('error', error =>
      ended(existsSync(this.file) ? error.message : 'Headlight was updated or removed; reload the window'),
    );
    worker.on('exit', () => ended('the thread that reads it ended; try again'));
    return worker;
  }
}
