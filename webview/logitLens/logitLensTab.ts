import { html } from 'lit';
import { pictureExports } from '../common/exportMenu';
import type { PanelTab } from '../run/panelTab';

/** What each layer would say next, were it the last. */
export const logitLensTab: PanelTab = {
  id: 'logitLens',
  label: 'Logit Lens',
  heads: 'combined',
  load: () => import('./logitLensView'),
  picture: ({ run, shown, host }) =>
    html`<headlight-logit-lens
      .explanation=${run.explanation}
      .query=${shown.choice.query}
      .host=${host}
      @query-choose=${({ detail }: CustomEvent<number>) => shown.choose({ query: detail })}
    ></headlight-logit-lens>`,
  heading: html`<h2>Logit lens <span class="dim">what each layer would say next, were it the last</span></h2>`,
  exports: {
    menu: [
      [...pictureExports, { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' }],
      [
        { format: 'csv', label: 'CSV…', note: 'all tokens and layers' },
        { format: 'json', label: 'JSON…', note: 'all numbers shown' },
      ],
    ],
    file: 'logit-lens',
    ownNumbers: true,
    shown: ({ choice: { query } }) => ({ kind: 'logitLens', query }),
  },
};
