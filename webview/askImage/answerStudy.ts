import type { ImageRegion } from '../../core/images/image';
import { ImageConversationRequest } from '../../core/protocol/askImageProtocol';
import type { CoveredAnswer, EncoderRow, ImageAnswer, WordAttention, WordWish } from '../../core/vision/imageAnswer';
import { occlusionRegions } from '../../core/vision/occlusionRegions';
import type { HostConnection } from '../common/hostConnection';

/** What was covered, and what became of it. */
export interface Cover extends Partial<CoveredAnswer> {
  readonly name: string;
  readonly regions: readonly ImageRegion[];
  readonly failure?: string;
  readonly asking?: AbortController;
}

/** Numbers that are asked for in small chunks: [thing][word], as far as there. */
export interface Series<Thing> {
  readonly things: readonly Thing[];
  readonly done: number;
  readonly data: Float32Array;
  readonly failure?: string;
  readonly asking?: AbortController;
}

/** What is waited for, or why it is not there. */
export interface Asked {
  readonly asking?: AbortController;
  readonly failure?: string;
}

/** Where one looks from in the vision encoder. */
export interface EncoderWish {
  readonly token: number;
  readonly layer: number;
  readonly head: number | 'all';
}

/** So many at once: so often progress is told and a stop heard. */
const atOnce = { regions: 3, layers: 3 };

/** What was asked of one answer, and what came of it. What is not yet there is asked for once. */
export class AnswerStudy {
  /** The word that is looked at. */
  word: number;
  covers: readonly Cover[] = [];
  /** The cover whose region and text are shown. */
  cover = 0;
  falls?: Series<ImageRegion>;
  cuts?: Series<number | 'all'>;
  /** Of the attention that was asked for last. */
  looking: Asked = {};
  /** The same of the vision encoder's. */
  encoding: Asked = {};
  private readonly attention = new Map<string, WordAttention>();
  private readonly rows = new Map<string, EncoderRow>();
  private covered = 0;

  /**
   * @param key tells the answer apart from others. @param changed called when there is something else to show.
   */
  constructor(
    readonly key: string,
    readonly answer: ImageAnswer,
    private readonly connection: HostConnection,
    private readonly changed: () => void,
  ) {
    this.word = Math.max(0, answer.words.length - 1);
  }

  /** Where a word looked, where that is known. */
  attentionOf(wish: WordWish): WordAttention | undefined {
    return this.attention.get(JSON.stringify(wish));
  }

  /** The same in parts of all that was looked at: less a mean, there are none. */
  sharesOf(wish: WordWish): WordAttention | undefined {
    return this.attentionOf(summing(wish));
  }

  encoderRow(wish: EncoderWish): EncoderRow | undefined {
    return this.rows.get(JSON.stringify(wish));
  }

  /** Asks where a word looked; what was asked for before is let go. */
  async look(wish: WordWish): Promise<void> {
    const missing = [wish, summing(wish)].filter(
      (one, i, all) => !this.attentionOf(one) && all.findIndex(other => same(other, one)) === i,
    );
    this.looking.asking?.abort();
    await this.ask(
      'looking',
      missing.map(one => async signal => {
        this.attention.set(
          JSON.stringify(one),
          await this.connection.sendRequest(ImageConversationRequest.word, one, signal),
        );
      }),
    );
  }

  /** Asks what a picture token's patches look at. */
  async encode(wish: EncoderWish): Promise<void> {
    this.encoding.asking?.abort();
    await this.ask(
      'encoding',
      this.encoderRow(wish)
        ? []
        : [
            async signal => {
              this.rows.set(
                JSON.stringify(wish),
                await this.connection.sendRequest(ImageConversationRequest.encoder, wish, signal),
              );
            },
          ],
    );
  }

  /** Covers regions and asks again. @param again the cover that this is another try of. */
  async coverRegions(regions: readonly ImageRegion[], again?: Cover): Promise<Cover> {
    const asking = new AbortController();
    let entry: Cover = { name: again?.name ?? `cover ${++this.covered}`, regions, asking };
    const replace = (other: Cover, now: Cover) => {
      this.covers = this.covers.map(one => (one === other ? now : one));
    };
    if (again) replace(again, entry);
    else this.covers = [...this.covers, entry];
    this.cover = this.covers.indexOf(entry);
    this.changed();
    let done: Partial<Cover>;
    try {
      done = await this.connection.sendRequest(ImageConversationRequest.covered, { cover: regions }, asking.signal);
    } catch (error) {
      done = { failure: asking.signal.aborted ? 'Stopped.' : messageOf(error) };
    }
    const finished = { ...entry, asking: undefined, ...done };
    replace(entry, finished);
    entry = finished;
    this.changed();
    return entry;
  }

  /** Takes a cover away; what is asked about it is let go. */
  uncover(cover: Cover): void {
    cover.asking?.abort();
    this.covers = this.covers.filter(other => other !== cover);
    this.cover = Math.max(0, Math.min(this.cover, this.covers.length - 1));
    this.changed();
  }

  /** Covers the regions of the picture one by one, or goes on with that. */
  async occlude(): Promise<void> {
    const things = this.falls?.things ?? occlusionRegions(this.answer.image);
    await this.series('falls', things, atOnce.regions, (regions, signal) =>
      this.connection.sendRequest(ImageConversationRequest.occlusion, { regions }, signal),
    );
  }

  /** Cuts the picture's tokens off in all layers, then in each, or goes on with that. */
  async knockOut(): Promise<void> {
    const things = ['all', ...Array.from({ length: this.answer.layers }, (_, layer) => layer)] as const;
    await this.series('cuts', things, atOnce.layers, (layers, signal) =>
      this.connection.sendRequest(ImageConversationRequest.knockout, { layers }, signal),
    );
  }

  /** Lets go of all that is under way: another answer is looked at. */
  stop(): void {
    for (const { asking } of [this.looking, this.encoding, this.falls ?? {}, this.cuts ?? {}, ...this.covers]) {
      asking?.abort();
    }
  }

  private async ask(
    name: 'looking' | 'encoding',
    requests: readonly ((signal: AbortSignal) => Promise<void>)[],
  ): Promise<void> {
    if (requests.length === 0) {
      this[name] = {};
      return;
    }
    const asking = new AbortController();
    const now = (this[name] = { asking } as Asked);
    this.changed();
    let failure: string | undefined;
    try {
      for (const request of requests) if (!asking.signal.aborted) await request(asking.signal);
    } catch (error) {
      if (!asking.signal.aborted) failure = messageOf(error);
    }
    // A newer question has its own.
    if (this[name] !== now) return;
    this[name] = asking.signal.aborted ? { failure: 'Stopped.' } : { failure };
    this.changed();
  }

  private async series<Thing>(
    name: 'falls' | 'cuts',
    things: readonly Thing[],
    most: number,
    ask: (things: readonly Thing[], signal: AbortSignal) => Promise<Float32Array>,
  ): Promise<void> {
    const words = this.answer.words.length;
    const before = this[name] as Series<Thing> | undefined;
    // What was measured before a stop or a failure is kept.
    const data = before?.data ?? new Float32Array(things.length * words);
    const asking = new AbortController();
    const put = (now: Partial<Series<Thing>>) => {
      const held = this[name] as unknown as Series<Thing> | undefined;
      this[name] = { things, data, done: held?.done ?? 0, ...now } as never;
      this.changed();
    };
    put({ asking });
    let failure: string | undefined;
    try {
      for (let at = before?.done ?? 0; at < things.length && !asking.signal.aborted; at += most) {
        const part = things.slice(at, at + most);
        data.set(await ask(part, asking.signal), at * words);
        put({ done: at + part.length, asking });
      }
    } catch (error) {
      if (!asking.signal.aborted) failure = messageOf(error);
    }
    put({ failure });
  }
}

/** The wish whose weights sum to 1. */
function summing(wish: WordWish): WordWish {
  return wish.weighting === 'minusMean' ? { ...wish, weighting: 'raw' } : wish;
}

function same(a: WordWish, b: WordWish): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
