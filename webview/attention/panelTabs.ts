import { blockTab } from '../block/blockTab';
import { causeTab } from '../cause/causeTab';
import { compareTab } from '../compare/compareTab';
import { costTab } from '../cost/costTab';
import { linesTab } from '../lines/linesTab';
import { logitLensTab } from '../logitLens/logitLensTab';
import { matrixTab } from '../matrix/matrixTab';
import { mechanismsTab } from '../headMechanisms/mechanismsTab';
import type { PanelTab } from '../run/panelTab';
import { stepsTab } from '../steps/stepsTab';
import { textTab } from '../textView/textTab';

/** The tabs of the panel, in their order; the first is shown where none was chosen. */
export const panelTabs: readonly PanelTab[] = [
  matrixTab,
  linesTab,
  textTab,
  stepsTab,
  compareTab,
  logitLensTab,
  causeTab,
  blockTab,
  mechanismsTab,
  costTab,
];
