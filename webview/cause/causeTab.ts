import { html } from 'lit';
import { pictureExports } from '../common/exportMenu';
import type { PanelTab } from '../run/panelTab';

/** Where a prediction comes from: what it needs, what cuts and patches do to it, what its logit is made of. */
export const causeTab: PanelTab = {
  id: 'cause',
  label: 'Cause',
  heads: 'one',
  load: () => import('./causeView'),
  picture: ({ run, shown, host }) =>
    html`<headlight-cause
      role="tabpanel"
      aria-label="Cause"
      .explanation=${run.explanation}
      .run=${shown}
      .choice=${shown.choice}
      .brushed=${shown.brushed}
      .partner=${run.partner}
      .predictions=${shown.shownPredictions}
      .host=${host}
    ></headlight-cause>`,
  wide: true,
  exports: {
    menu: [
      [...pictureExports, { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' }],
      [
        { format: 'csv', label: 'CSV…', note: 'a row a number' },
        { format: 'json', label: 'JSON…', note: 'all numbers, with the steps' },
        { format: 'npy', label: 'NPY…', note: 'the same as arrays, for NumPy' },
      ],
    ],
    file: 'cause',
    ownNumbers: true,
    element: 'headlight-cause',
  },
};
