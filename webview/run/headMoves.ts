import type { AttentionKind } from '../../core/attention/attentionKind';
import type { HeadMove } from '../../core/attention/compare/headMoves';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { PanelRun } from './panelTab';
import type { RunHost } from './runHost';

/** So many heads are marked as those that moved most. */
const most = 3;
/** Less than this nobody sees, in bits. */
const least = 0.01;

const none: readonly HeadMove[] = [];

/** The heads of a run that moved most since the run of the same place before it, of the same model; asked for once a kind. */
export class HeadMoves {
  private readonly found = new Map<AttentionKind, readonly HeadMove[]>();
  private readonly abort = new AbortController();

  constructor(
    private readonly run: PanelRun,
    private readonly host: RunHost,
    private readonly changed: () => void,
  ) {}

  /** Those of a kind, the first moved most; the same object until others are known. */
  of(kind: AttentionKind): readonly HeadMove[] {
    const { run, found } = this;
    if (run.before?.explanation.model.id !== run.explanation.model.id) return none;
    const known = found.get(kind);
    if (known) return known;
    found.set(kind, none);
    this.host.request(RunRequest.moved, { kind }, this.abort.signal).then(
      moves => {
        found.set(
          kind,
          moves.slice(0, most).filter(({ distance }) => distance >= least),
        );
        this.changed();
      },
      // Without them the run is shown all the same.
      () => undefined,
    );
    return none;
  }

  dispose(): void {
    this.abort.abort();
  }
}
