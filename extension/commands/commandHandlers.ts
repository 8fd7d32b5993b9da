import type { LensKey } from '../../core/attention/lensWeights';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services';
import { captionImage } from './captionImage';
import { chooseLensHead } from './chooseLensHead';
import { chooseModel } from './chooseModel';
import { deleteRun } from './deleteRun';
import { explainAttention, explainAttentionInNewPanel } from './explainAttention';
import type { CommandId } from './registerCommands';
import { renameRun } from './renameRun';
import { showLog } from './showLog';
import { showRun } from './showRun';
import { stopInference } from './stopInference';
import { toggleLens } from './toggleLens';
import { useModel } from './useModel';

/** What each command does. Its argument is what the menu or the tree gives that it was chosen in. */
export const commandHandlers: Readonly<Record<CommandId, (services: Services, argument: never) => unknown>> = {
  'headlight.explainAttention': explainAttention,
  'headlight.explainAttentionInNewPanel': explainAttentionInNewPanel,
  'headlight.captionImage': captionImage,
  'headlight.chooseModel': chooseModel,
  'headlight.useModel': useModel,
  'headlight.showRun': withRun(showRun),
  'headlight.renameRun': withRun(renameRun),
  'headlight.deleteRun': withRun(deleteRun),
  'headlight.toggleLens': toggleLens,
  'headlight.turnLensOff': services => services.lens.isOn && toggleLens(services),
  'headlight.lens.chooseHead': chooseLensHead,
  'headlight.lens.reveal': ({ lens }, key: LensKey) => lens.reveal(key),
  'headlight.stopInference': stopInference,
  'headlight.showLog': showLog,
};

/** A command on a run: the one of the tree's item, or the selected one where a key started the command. */
function withRun(command: (services: Services, run: Run) => unknown): (services: Services, run?: Run) => unknown {
  return (services, run = services.selectedRun()) => run && command(services, run);
}
