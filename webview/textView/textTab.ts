import { html } from 'lit';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { PanelTab } from '../run/panelTab';

/** The text, coloured by what a token, word or line looks at. */
export const textTab: PanelTab = {
  id: 'text',
  label: 'Text',
  heads: 'combined',
  showsText: true,
  load: () => import('./textView'),
  picture: ({ run, shown, host, table }) =>
    html`<headlight-text-view
      .explanation=${run.explanation}
      .group=${shown.group}
      .head=${shown.choice.head}
      .matrix=${shown.matrix}
      .scale=${shown.choice.scale}
      .query=${shown.choice.query}
      .table=${table}
      @query-choose=${({ detail }: CustomEvent<number>) => shown.choose({ query: detail })}
      @token-hover=${({ detail }: CustomEvent<TokenAddress | undefined>) => host.hover(detail)}
    ></headlight-text-view>`,
  table: 'own',
  tools: ['combination', 'reading', 'scale'],
  exports: { file: 'attention', element: 'headlight-text-view' },
};
