import type { CancellationToken } from 'vscode-jsonrpc';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { ExportedRun } from '../../core/export/layerWeights';
import type { HeadReading } from '../../core/run/explanation';
import type { RunReference } from '../../core/protocol/runProtocol';
import type { OpenModel } from '../models/openModel';
import type { HeadWeights, UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import { computedHead } from './computedHead';
import { knownNorms, type LayerNorms } from './valueNorms';

/** What is kept of a run, and what files say of it. */
export interface KeptRun extends KnownRun {
  readonly about: ExportedRun;
}

/** What the process lends to those that answer. */
export interface RunAccess {
  /** What is known of a run. Where it was let go, or another process made the run, the text is run again. */
  known(run: RunReference, cancelled: CancellationToken): Promise<KeptRun>;
  /**
   * Does work with a run's model, a piece at a time: what is asked in between gets its turn.
   * @param inBackground whether whatever the user waits for goes before each piece.
   */
  using(run: RunReference, cancelled: CancellationToken, inBackground: boolean): UseModel;
}

/** A run that something is asked of, until the question is answered or cancelled. */
export class AskedRun {
  readonly use: UseModel;

  constructor(
    private readonly access: RunAccess,
    readonly reference: RunReference,
    readonly cancelled: CancellationToken,
    inBackground: boolean,
  ) {
    this.use = access.using(reference, cancelled, inBackground);
  }

  /** What is known of it. */
  known(): Promise<KeptRun> {
    return this.access.known(this.reference, this.cancelled);
  }

  /** Does work with its model and its tokens. */
  async withModel<Result>(work: (open: OpenModel, known: KeptRun) => Promise<Result>): Promise<Result> {
    const known = await this.known();
    return this.use(open => work(open, known));
  }

  /** One head's matrix, or of several in one, in the reading asked for. */
  async head(head: HeadReading): Promise<HeadWeights> {
    return computedHead(await this.known(), head, this.use, () => this.norms(head.kind));
  }

  /** What each key adds in it, by layer: computed once. */
  async norms(kind: AttentionKind): Promise<ReadonlyMap<number, LayerNorms>> {
    return knownNorms(this.use, await this.known(), kind);
  }
}
