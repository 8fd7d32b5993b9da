// Mocha's usual report, and at its end the counts, what failed and what passed only when tried again in a file:
// `--reporter-option counts=FILE`.
import { writeFileSync } from 'node:fs';
import { reporters } from 'mocha';

export default class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    const retried = [];
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${error.message}`));
    runner.on('retry', (test, error) => retried.push(`${test.fullTitle()}: ${error.message}`));
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(
        options.reporterOption.counts,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending, failures: failed, retried }),
      );
    });
  }
}
