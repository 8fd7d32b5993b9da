import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { CancellationToken } from 'vscode-jsonrpc';
import { stopIfCancelled } from '../models/stopIfCancelled';
import type { Rendered, Rendering } from './render';
import type { DrawingAnswer, DrawingRequest } from './svgProtocol';

/** Where the bundles are, as the build says. */
declare const headlightDist: string;

/**
 * A drawing that takes longer (milliseconds) is given up: real ones take less than one second, and a few hundred bytes of
 * nested references or filters could take for ever, in a library that cannot be asked to stop.
 */
export const longestDrawing = 10_000;
/** The process that draws ends after so many milliseconds without work. */
const idleTime = 30_000;

/** A drawing was given up since it took too long, or the process ended over it. */
export class DrawingGivenUp extends Error {}

/** Draws SVG in a process of its own, one drawing after the other: it can be ended whatever it does. */
export class SvgDrawing {
  private child?: ChildProcess;
  private queue: Promise<unknown> = Promise.resolve();
  private idle?: NodeJS.Timeout;

  constructor(
    private readonly longest = longestDrawing,
    private readonly entry = path.join(headlightDist, 'svgDrawer.js'),
  ) {}

  /** The number of the process, while there is one. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /** Width and height that a drawing names, in pixels. @throws what {@link draw} throws. */
  async size(bytes: Uint8Array, cancelled?: CancellationToken): Promise<{ width: number; height: number }> {
    const answer = await this.ask({ bytes }, cancelled);
    if (!('size' in answer)) throw new Error('The drawing has no size.');
    return answer.size;
  }

  /**
   * A drawing at a resolution.
   * @throws {DrawingGivenUp} where it takes too long; {ResponseError} where it was cancelled, which ends the process;
   *   Error where it cannot be drawn.
   */
  async draw(
    bytes: Uint8Array,
    density: number,
    rendering: Rendering,
    cancelled?: CancellationToken,
  ): Promise<Rendered> {
    const answer = await this.ask({ bytes, draw: { density, rendering } }, cancelled);
    if (!('drawn' in answer)) throw new Error('The drawing was not drawn.');
    return answer.drawn;
  }

  /** Ends the process, where there is one. */
  end(): void {
    clearTimeout(this.idle);
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private ask(request: DrawingRequest, cancelled?: CancellationToken): Promise<DrawingAnswer> {
    const asked = this.queue.then(() => {
      if (cancelled) stopIfCancelled(cancelled);
      return this.askNow(request, cancelled);
    });
    this.queue = asked.catch(() => undefined);
    return asked;
  }

  private async askNow(request: DrawingRequest, cancelled?: CancellationToken): Promise<DrawingAnswer> {
    clearTimeout(this.idle);
    const child = (this.child ??= this.start());
    let timer: NodeJS.Timeout | undefined;
    const subscription = cancelled?.onCancellationRequested(() => this.end());
    let answered: (answer: unknown) => void = () => undefined;
    let failed: (error: Error) => void = () => undefined;
    const ended = () => failed(new DrawingGivenUp('The process that draws ended.'));
    try {
      const answer = await new Promise<DrawingAnswer>((resolve, reject) => {
        [answered, failed] = [answer => resolve(answer as DrawingAnswer), reject];
        child.on('message', answered).on('error', failed).on('exit', ended);
        timer = setTimeout(() => {
          this.end();
          failed(new DrawingGivenUp('It took too long.'));
        }, this.longest);
        child.send(request);
      });
      if ('failure' in answer) throw new Error(answer.failure);
      return answer;
    } catch (error) {
      if (cancelled) stopIfCancelled(cancelled);
      throw error;
    } finally {
      clearTimeout(timer);
      subscription?.dispose();
      child.off('message', answered).off('error', failed).off('exit', ended);
      this.idle = setTimeout(() => this.end(), idleTime);
      this.idle.unref();
    }
  }

  private start(): ChildProcess {
    const child = fork(this.entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    // It keeps no process up that has nothing else to do.
    child.unref();
    child.channel?.unref();
    // What fails while nothing is drawn is told by the next drawing.
    child.on('error', () => undefined);
    child.on('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }
}
