import assert from 'node:assert/strict';
import { workLimits } from '../../../core/protocol/workLimits';
import { Watchdog } from '../../../extension/inference/watchdog';

const { times } = workLimits;
const seconds = 1000;

/** A watchdog with a clock of its own, and what it did. */
function watched() {
  let now = 0;
  const done: string[] = [];
  const why: string[] = [];
  const watchdog = new Watchdog(
    times,
    {
      ask: () => undefined,
      cancel: ({ phase, model }, { message }) => {
        done.push(`cancel ${phase} ${model}`);
        why.push(message);
      },
      end: ({ phase, model }) => done.push(`end ${phase} ${model}`),
    },
    () => now,
  );
  watchdog.look();
  return {
    watchdog,
    done,
    why,
    /** Time passes, looked at every second. @param hears whether the process answers meanwhile. */
    pass: (milliseconds: number, hears: boolean) => {
      for (const end = now + milliseconds; now < end;) {
        now += times.look;
        if (hears) watchdog.hear();
        watchdog.look();
      }
    },
    /** Time in which nobody looks. */
    sleep: (milliseconds: number) => {
      now += milliseconds;
      watchdog.look();
    },
  };
}

describe('the watchdog', () => {
  for (const phase of ['opening', 'tokenizing', 'template', 'running'] as const) {
    it(`asks what lasts too long to stop, then ends the process: ${phase}`, () => {
      const { watchdog, done, why, pass } = watched();
      watchdog.change({ id: 1, phase, model: 'm' });
      pass(times.phases[phase] - seconds, false);
      assert.deepEqual(done, []);
      pass(3 * seconds, false);
      assert.deepEqual(done, [`cancel ${phase} m`]);
      assert.match(why[0], /^(The .+ of m|m) .+ so it was stopped; .+(another|smaller) model.*\.$/);
      pass(times.grace, false);
      assert.deepEqual(done, [`cancel ${phase} m`, `end ${phase} m`]);
    });
  }

  it('lets the process live where it stops when it is asked to', () => {
    const { watchdog, done, pass } = watched();
    watchdog.change({ id: 1, phase: 'opening', model: 'm' });
    pass(times.phases.opening + 2 * seconds, true);
    assert.deepEqual(done, ['cancel opening m']);
    watchdog.change({ id: 1, model: 'm' });
    pass(60 * seconds, true);
    assert.deepEqual(done, ['cancel opening m']);
  });

  it('never ends a run that answers between its pieces, however long it lasts', () => {
    const { watchdog, done, pass } = watched();
    watchdog.change({ id: 1, phase: 'running', model: 'm' });
    for (let piece = 0; piece < 20; piece++) {
      pass(times.phases.running - 2 * seconds, false);
      pass(seconds, true);
    }
    assert.deepEqual(done, []);
  });

  it('takes the time of a run that holds the process from the run, not from an opening that waits for it', () => {
    const { watchdog, done, pass } = watched();
    watchdog.change({ id: 1, phase: 'opening', model: 'waits' });
    pass(200 * seconds, true);
    watchdog.change({ id: 2, phase: 'running', model: 'holds' });
    pass(500 * seconds, false);
    assert.deepEqual(done, []);
    watchdog.change({ id: 2, model: 'holds' });
    pass(101 * seconds, true);
    assert.deepEqual(done, ['cancel opening waits']);
  });

  it('finds a process that answers nothing and said nothing, as one that was stopped by a signal', () => {
    const { done, pass } = watched();
    pass(times.phases.answering, false);
    assert.deepEqual(done, []);
    pass(seconds + times.grace, false);
    assert.deepEqual(done, ['cancel answering undefined', 'end answering undefined']);
  });

  it('counts neither the sleep of the machine, nor a host that was held up, nor time in which nothing waits', () => {
    const { watchdog, done, pass, sleep } = watched();
    watchdog.change({ id: 1, phase: 'tokenizing', model: 'm' });
    sleep(8 * 3600 * seconds);
    pass(times.phases.tokenizing - 5 * seconds, false);
    watchdog.rest();
    sleep(3600 * seconds);
    pass(2 * seconds, false);
    assert.deepEqual(done, []);
  });
});
