import { html } from 'lit';
import { pictureExports } from '../common/exportMenu';
import type { PanelTab } from '../run/panelTab';

/** The chosen head's attention, computed anew by other mechanisms. */
export const mechanismsTab: PanelTab = {
  id: 'mechanisms',
  label: 'Mechanisms',
  heads: 'one',
  load: () => import('./mechanismsView'),
  picture: ({ run, shown, host }) =>
    html`<headlight-head-mechanisms
      role="tabpanel"
      aria-label="Mechanisms"
      .explanation=${run.explanation}
      .run=${shown}
      .choice=${shown.choice}
      .host=${host}
    ></headlight-head-mechanisms>`,
  wide: true,
  exports: {
    menu: [
      pictureExports,
      [
        { format: 'csv', label: 'CSV…', note: 'distances and costs' },
        { format: 'json', label: 'JSON…', note: 'all numbers' },
      ],
    ],
    file: 'mechanisms',
    ownNumbers: true,
    element: 'headlight-head-mechanisms',
  },
};
