import { addSpreads, spreadOf, type LengthCost } from '../../core/cost/lengthCost';
import { pairNodes } from '../../core/cost/pairNodes';
import { fusedOperators } from '../../core/onnx/find/fusedAttention';
import type { AttentionSession, Feeds } from '../models/attentionSession';
import { profileRuns } from './profileRuns';
import type { TimedNode } from './readProfile';

/** A length that no other size of a model is likely to have, to tell axes of the text from others by. */
const otherLength = 13;

/** So many runs are made at least and at most, and about so long, in milliseconds. */
const [leastRuns, mostRuns, enough] = [3, 15, 800] as const;

/**
 * What one pass of a session over a text of a length takes. The model's file as it is, without what Headlight adds, is opened
 * once more with the runtime's profile, whose nodes are told apart by {@link pairNodes}; the same pass is timed without it.
 * @param feedsOf what the session is fed for a length.
 * @param stop throws where nobody wants the answer any longer; asked between runs.
 */
export async function measureLength(
  session: AttentionSession,
  length: number,
  feedsOf: (length: number) => Promise<Feeds>,
  stop: () => void,
): Promise<LengthCost> {
  const feeds = await feedsOf(length);
  const started = performance.now();
  await session.run({ ...feeds });
  const first = performance.now() - started;
  stop();
  const runs = Math.max(leastRuns, Math.min(mostRuns, Math.floor(enough / Math.max(first, 1))));
  const whole: number[] = [];
  for (let run = 0; run < runs; run++) {
    const from = performance.now();
    await session.run({ ...feeds });
    whole.push(performance.now() - from);
    stop();
  }
  const [others, , ...measured] = await profileRuns(
    session,
    [
      await feedsOf(otherLength),
      // The first run at a length makes room for it.
      ...Array.from({ length: runs + 1 }, () => feeds),
    ],
    stop,
  );
  const pairs = pairNodes(measured[0], length, { nodes: others, length: otherLength }, fusedOperators);
  const [nodes] = measured;
  const timesOf = (isPair: boolean) =>
    addSpreads(
      nodes.flatMap(({ key }, place) =>
        pairs.has(key) === isPair ? [spreadOf(measured.map(run => run[place]?.time ?? 0))] : [],
      ),
    );
  return {
    length,
    runs,
    attention: timesOf(true),
    rest: timesOf(false),
    whole: spreadOf(whole),
    nodes: {
      attention: nodes.filter(({ key }) => pairs.has(key)).length,
      rest: nodes.filter(({ key }) => !pairs.has(key)).length,
    },
    memory: heldIn(measured[measured.length - 1], pairs),
  };
}

/** The most bytes held while nodes of each ran, beyond what is held before the first has run. */
function heldIn(nodes: readonly TimedNode[], pairs: ReadonlySet<string>): LengthCost['memory'] {
  const held = nodes.map(node => node.held);
  const [before] = held;
  if (before === undefined || held.includes(undefined)) return undefined;
  const most = { attention: 0, rest: 0 };
  for (const { key, held: now = 0 } of nodes) {
    const part = pairs.has(key) ? 'attention' : 'rest';
    most[part] = Math.max(most[part], now - before);
  }
  return most;
}
