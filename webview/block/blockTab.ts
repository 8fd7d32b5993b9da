import { html } from 'lit';
import { pictureExports } from '../common/exportMenu';
import type { PanelTab } from '../run/panelTab';

/** The chosen token's way through the transformer blocks. */
export const blockTab: PanelTab = {
  id: 'block',
  label: 'Block',
  heads: 'one',
  load: () => import('./blockView'),
  picture: ({ run, shown, host }) =>
    html`<headlight-block
      role="tabpanel"
      aria-label="Block"
      .explanation=${run.explanation}
      .run=${shown}
      .choice=${shown.choice}
      .host=${host}
    ></headlight-block>`,
  wide: true,
  exports: {
    menu: [
      [...pictureExports, { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' }],
      [
        { format: 'csv', label: 'CSV…', note: 'what each part adds, all blocks' },
        { format: 'json', label: 'JSON…', note: 'all numbers, with the vectors' },
      ],
    ],
    file: 'block',
    ownNumbers: true,
    element: 'headlight-block',
  },
};
