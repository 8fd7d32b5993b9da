import { html } from 'lit';
import { pictureExports } from '../common/exportMenu';
import type { PanelTab } from '../run/panelTab';

/** What a pass of the model costs over the length of the text, measured. */
export const costTab: PanelTab = {
  id: 'cost',
  label: 'Cost',
  heads: 'one',
  load: () => import('./costView'),
  picture: ({ run, host }) =>
    html`<headlight-cost
      role="tabpanel"
      aria-label="Cost"
      .explanation=${run.explanation}
      .host=${host}
    ></headlight-cost>`,
  wide: true,
  exports: {
    menu: [
      [...pictureExports, { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' }],
      [
        { format: 'csv', label: 'CSV…', note: 'a row a length' },
        { format: 'json', label: 'JSON…', note: 'all numbers, with the fits' },
      ],
    ],
    file: 'cost',
    ownNumbers: true,
    element: 'headlight-cost',
  },
};
