import { html } from 'lit';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { PanelTab } from '../run/panelTab';

/** The least weight that has a line in an exported picture. */
const lineThreshold = 0.02;

/** Two columns of tokens and lines between them. */
export const linesTab: PanelTab = {
  id: 'lines',
  label: 'Lines',
  heads: 'each',
  load: () => import('./linesView'),
  picture: ({ run, shown, host }) =>
    html`<headlight-lines
      .explanation=${run.explanation}
      .group=${shown.group}
      .matrices=${shown.each}
      .selected=${shown.choice.heads.length}
      .query=${shown.choice.query}
      .boundary=${shown.pairs ? run.explanation.pair?.tokensOfB : undefined}
      @query-choose=${({ detail }: CustomEvent<number>) => shown.choose({ query: detail })}
      @token-hover=${({ detail }: CustomEvent<TokenAddress | undefined>) => host.hover(detail)}
    ></headlight-lines>`,
  table: 'row',
  tools: ['reading'],
  exports: {
    file: 'attention',
    shown: ({ title, each, sentenceRange, choice: { reading, withoutFirst, sentences } }) => ({
      kind: 'lines',
      title,
      heads: each.map(({ address }) => ({ ...address, reading, withoutFirst })),
      threshold: lineThreshold,
      ...(sentenceRange && { sentences }),
    }),
  },
};
