import type { RequestType } from 'vscode-jsonrpc';
import type {
  ColoredTokens,
  PanelSelection,
  TokenAddress,
  TokenRange,
} from '../../core/protocol/attentionPanelProtocol';

/** What a run asks of and tells the extension host. */
export interface RunHost {
  /** Asks the host; gives up when the signal says so. Rejects with one sentence for the user. */
  request<Params, Result>(
    type: RequestType<Params, Result, void>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<Result>;
  hover(token: TokenAddress | undefined): void;
  select(selection: PanelSelection): void;
  /** Marks ranges of tokens where they can be seen; undefined takes the marks away. */
  brush(ranges: readonly TokenRange[] | undefined): void;
  /** Colours the text where it can be seen; undefined takes the colours away. */
  color(tokens: readonly ColoredTokens[] | undefined): void;
}
