import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import type { AttentionSession, Feeds } from '../models/attentionSession';
import { readable } from '../models/onnxTensors';
import { readProfile, type TimedNode } from './readProfile';

/**
 * The nodes of each run of a session's file, as the runtime's profile tells of them. The file as it is, without what Headlight
 * adds, is opened once more for it.
 * @param stop throws where nobody wants the answer any longer; asked between runs.
 */
export async function profileRuns(
  session: AttentionSession,
  runs: readonly Feeds[],
  stop: () => void,
): Promise<TimedNode[][]> {
  const { found, options } = await session.readAgain();
  const folder = await mkdtemp(path.join(os.tmpdir(), `headlight-profile-${process.pid}-`));
  try {
    const profiled = await InferenceSession.create(found.model.bytes, {
      ...options,
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
      // As the session that is looked at is opened.
      enableMemPattern: false,
      enableProfiling: true,
      profileFilePrefix: path.join(folder, 'profile'),
    });
    try {
      for (const feeds of runs) {
        await profiled.run(readable({ ...feeds }));
        stop();
      }
    } finally {
      profiled.endProfiling();
      await profiled.release();
    }
    const [file] = await readdir(folder);
    const read = await readProfile(path.join(folder, file));
    if (read.length !== runs.length || read.some(nodes => nodes.length === 0)) {
      throw new Error('The runtime gave no profile of its nodes.');
    }
    return read;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
