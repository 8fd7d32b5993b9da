import { html } from 'lit';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { pictureExports } from '../common/exportMenu';
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
  exports: {
    menu: [
      pictureExports,
      [
        { format: 'csv', label: 'CSV…', note: 'all steps of this head' },
        { format: 'json', label: 'JSON…', note: 'the same, with a line of NumPy' },
        { format: 'npy', label: 'NPY…', note: 'the same, for NumPy' },
        { format: 'safetensors', label: 'safetensors…', note: 'the same' },
      ],
      [{ format: 'residuals', label: 'safetensors of the Run…', note: 'residual stream, head results, logits' }],
    ],
    file: 'steps',
    element: 'headlight-steps',
    numbers: (format, { choice: { head } }) =>
      format === 'residuals' ? { kind: 'residuals' } : { kind: 'steps', head },
  },
};
