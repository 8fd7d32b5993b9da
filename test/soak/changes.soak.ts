/** Ten thousand changes to models' settings and to what panels ask: the tests of `npm test` that make some, with more. */
import { spawnSync } from 'node:child_process';
import { tell } from './figures';

/** Of each model and each question; there are eight and eighteen. */
const times = 1250;

const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    'out/test/unit/properties/damagedSettings.test.js',
    'out/test/unit/inference/changedRequests.test.js',
  ],
  { env: { ...process.env, HEADLIGHT_MUTATIONS: String(times) }, stdio: 'inherit' },
);
tell([
  {
    what: `${8 * times} models with another setting, ${18 * times} questions with something else in them`,
    measured: status === 0 ? 'each works or is a sentence' : 'see above',
    bound: 'no other end',
    held: status === 0,
  },
]);
