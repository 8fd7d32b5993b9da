import type { LensKey } from '../../core/attention/lensWeights';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';
import { askAboutImage } from './askAboutImage';
import { chooseCaptioner } from './captionerFor';
import { captionImage } from './captionImage';
import { captionImages, captionWorkspaceImages } from './captionImages';
import { chooseLensHead } from './chooseLensHead';
import { compareMechanisms } from './compareMechanisms';
import { compareRuns } from './compareRuns';
import { compareWithModel } from './compareWithModel';
import { cutSelection } from './cutSelection';
import { copyCaption } from './copyCaption';
import { deleteRuns } from './deleteRuns';
import { describeAllImages, describeImage } from './describeImage';
import { editCaption } from './editCaption';
import { explainAsMessage, explainAttention, explainAttentionInNewPanel } from './explainAttention';
import { explainAgain } from './explainAgain';
import { explainGraph } from './explainGraph';
import { explainImage } from './explainImage';
import { explainPair } from './explainPair';
import { explainWithModel } from './explainWithModel';
import { exportCaptions } from './exportCaptions';
import { clearImageFilter, filterImages } from './filterImages';
import { openImage } from './openImage';
import { addModel } from './models/addModel';
import { cancelDownload } from './models/cancelDownload';
import { chooseModel } from './models/chooseModel';
import { choosePrecision } from './models/choosePrecision';
import { chooseWriting } from './models/chooseWriting';
import { clearCache } from './models/clearCache';
import { copyModelId } from './models/copyModelId';
import { deleteModel } from './models/deleteModel';
import { downloadModel } from './models/downloadModel';
import { openModelFolder } from './models/openModelFolder';
import { removeHubToken, setHubToken } from './models/setHubToken';
import { showArchitecture } from './models/showArchitecture';
import { useModel, useModelInWorkspace } from './models/useModel';
import type { CommandId } from './registerCommands';
import { removeCaption } from './removeCaption';
import { openProbe } from './openProbe';
import { renameRun } from './renameRun';
import { reportIssue } from './reportIssue';
import { searchImages } from './searchImages';
import { showLog } from './showLog';
import { showWalkthroughStep, writeSentence } from './showWalkthroughStep';
import { showRun } from './showRun';
import { stopInference } from './stopInference';
import { toggleFirstToken } from './toggleFirstToken';
import { toggleLens } from './toggleLens';
import { transcribeAudio } from './transcribeAudio';

/** What each command does. Its arguments are what the menu or the tree gives that it was chosen in, and all that is selected there. */
export const commandHandlers: Readonly<
  Record<CommandId, (services: Services, argument: never, selected: never) => unknown>
> = {
  'headlight.explainAttention': explainAttention,
  'headlight.explainAttentionInNewPanel': explainAttentionInNewPanel,
  'headlight.explainAgain': explainAgain,
  'headlight.explainWithModel': explainWithModel,
  'headlight.explainAsMessage': explainAsMessage,
  'headlight.explainPair': explainPair,
  'headlight.explainImage': explainImage,
  'headlight.explainGraph': explainGraph,
  'headlight.openProbe': openProbe,
  'headlight.compareMechanisms': compareMechanisms,
  'headlight.showWalkthroughStep': showWalkthroughStep,
  'headlight.writeSentence': writeSentence,
  'headlight.captionImage': captionImage,
  'headlight.askAboutImage': askAboutImage,
  'headlight.chooseCaptioner': chooseCaptioner,
  'headlight.captionImages': captionImages,
  'headlight.captionWorkspaceImages': captionWorkspaceImages,
  'headlight.stopCaptioning': services => services.captionQueue.cancel(),
  'headlight.describeImage': describeImage,
  'headlight.describeImages': describeAllImages,
  'headlight.transcribeAudio': transcribeAudio,
  'headlight.images.find': async ({ images }) => void (await images.all()),
  'headlight.images.search': searchImages,
  'headlight.images.filter': filterImages,
  'headlight.images.clearFilter': clearImageFilter,
  'headlight.images.export': exportCaptions,
  'headlight.images.edit': withImage(editCaption),
  'headlight.images.copy': withImage(copyCaption),
  'headlight.images.remove': withImage(removeCaption),
  'headlight.images.open': withImage(openImage),
  'headlight.chooseModel': chooseModel,
  'headlight.useModel': useModel,
  'headlight.useModelInWorkspace': useModelInWorkspace,
  'headlight.addModel': addModel,
  'headlight.downloadModel': downloadModel,
  'headlight.cancelDownload': cancelDownload,
  'headlight.deleteModel': deleteModel,
  'headlight.openModelFolder': openModelFolder,
  'headlight.showArchitecture': showArchitecture,
  'headlight.copyModelId': copyModelId,
  'headlight.choosePrecision': choosePrecision,
  'headlight.chooseWriting': chooseWriting,
  'headlight.setHubToken': setHubToken,
  'headlight.removeHubToken': removeHubToken,
  'headlight.clearCache': clearCache,
  'headlight.showRun': withRun(showRun),
  'headlight.renameRun': withRun(renameRun),
  'headlight.deleteRun': (services, run?: Run, selected: readonly Run[] = run ? [run] : services.selectedRuns()) =>
    deleteRuns(services, selected),
  'headlight.cutSelection': cutSelection,
  'headlight.compareRuns': compareRuns,
  'headlight.compareWithModel': compareWithModel,
  'headlight.toggleLens': toggleLens,
  'headlight.turnLensOff': services => services.lens.isOn && toggleLens(services),
  'headlight.lens.chooseHead': chooseLensHead,
  'headlight.toggleFirstToken': toggleFirstToken,
  'headlight.lens.reveal': ({ lens }, key: LensKey) => lens.reveal(key),
  'headlight.stopInference': stopInference,
  'headlight.showLog': showLog,
  'headlight.reportIssue': reportIssue,
};

/** A command on a run: the one of the tree's item, or the selected one where a key started the command. */
function withRun(command: (services: Services, run: Run) => unknown): (services: Services, run?: Run) => unknown {
  return (services, run = services.selectedRuns()[0]) => run && command(services, run);
}

/** A command on images of the sidebar: the tree's item and all that are selected, or the selection where a key started the command. */
function withImage(command: (services: Services, node: ImageNode, selected: readonly ImageNode[]) => unknown) {
  return (services: Services, node: ImageNode | undefined, selected: readonly ImageNode[] | undefined) => {
    const chosen = selected?.length ? selected : node ? [node] : services.selectedImages();
    return chosen.length > 0 && command(services, node ?? chosen[0], chosen);
  };
}
