import type { PanelView } from '../../core/protocol/attentionPanelProtocol';

/** The pictures whose scripts are loaded when they are first looked at; the matrix is there from the start. */
const later: Partial<Record<PanelView, () => Promise<unknown>>> = {
  lines: () => import('../lines/linesView'),
  text: () => import('../textView/textView'),
  steps: () => import('../steps/stepsView'),
  logitLens: () => import('../logitLens/logitLensView'),
  compare: () => import('../compare/comparisons'),
};

/**
 * Loads a picture's script where it is not there yet; its element comes to life then.
 * @throws Error with one sentence where the script cannot be had, as after Headlight was updated or removed.
 */
export async function loadView(view: PanelView): Promise<void> {
  try {
    await later[view]?.();
  } catch {
    throw new Error('This picture could not be loaded; reload the window (Developer: Reload Window) to get it back.');
  }
}
