import type { InterventionPart } from '../../core/onnx';
import type { AttentionSession } from './attentionSession';
import { SegmentedModel, type SegmentTensor } from './segmentedModel';

/** How long a cut file is held behind its last use. */
const heldMilliseconds = 30_000;

interface Held {
  readonly model: Promise<SegmentedModel | string>;
  timer?: NodeJS.Timeout;
}

const held = new WeakMap<AttentionSession, Map<string, Held>>();

/**
 * A session's file, cut into segments that give something of each attention, or the logits alone; or why that cannot be, as
 * half a sentence. It is held for a while, since what is asked of a run comes in several questions.
 * @param turn waited for between the parts of the work.
 * @param parts what can be changed of all layers.
 */
export function segmentsOf(
  session: AttentionSession,
  what: SegmentTensor | 'logits' | 'changed',
  turn: () => Promise<void>,
  parts: readonly InterventionPart[] = [],
): Promise<SegmentedModel | string> {
  const ofSession = held.get(session) ?? new Map<string, Held>();
  held.set(session, ofSession);
  const key = [what, ...parts].join(' ');
  const known = ofSession.get(key) ?? { model: SegmentedModel.read(session, what, turn, parts) };
  ofSession.set(key, known);
  clearTimeout(known.timer);
  known.timer = setTimeout(() => ofSession.delete(key), heldMilliseconds).unref();
  known.model.catch(() => ofSession.delete(key));
  return known.model;
}
