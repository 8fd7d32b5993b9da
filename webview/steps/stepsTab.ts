import { html } from 'lit';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { attentionExports } from '../common/exportMenu';
import type { PanelTab } from '../run/panelTab';

/** How one row of one head comes about. */
export const stepsTab: PanelTab = {
  id: 'steps',
  label: 'Steps',
  heads: 'one',
  load: () => import('./stepsView'),
  picture: ({ run, shown, host }) =>
    html`<headlight-steps
      .explanation=${run.explanation}
      .group=${shown.group}
      .head=${shown.choice.head}
      .host=${host}
      .query=${shown.choice.query}
      @query-choose=${({ detail }: CustomEvent<number>) => shown.choose({ query: detail })}
      @token-hover=${({ detail }: CustomEvent<TokenAddress | undefined>) => host.hover(detail)}
    ></headlight-steps>`,
  table: 'row',
  exports: { menu: attentionExports, file: 'attention', element: 'headlight-steps' },
};
