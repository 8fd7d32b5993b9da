/**
 * The command line: what a model says with changes to its run, and what a logit is made of, for scripts and tests.
 *   npm run --silent cause -- MODEL.onnx --inputs INPUTS.json --do DO.json --out DIR
 * DO.json is read by `parseCauseOrder`; files that patches are taken from lie beside it. DIR gets cause.json and
 * cause.bin (float32, little-endian; offsets in numbers).
 * Exit code 0; 3 where the file holds no attention; 1 for any other fault, with one sentence on the error stream.
 */
import { parseArgs } from 'node:util';
import { writeCauses } from './causeFiles';
import { CommandFault } from './commandFault';
import { runCommand } from './runCommand';

const usage = 'Usage: cause MODEL.onnx --inputs INPUTS.json --do DO.json --out DIR';

async function main(resolve: (file: string) => string): Promise<void> {
  const [model, inputs, order, out] = parameters().map(resolve);
  await writeCauses({ model, inputs, order, out });
}

function parameters(): string[] {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { inputs: { type: 'string' }, do: { type: 'string' }, out: { type: 'string' } },
    });
    if (positionals.length === 1 && values.inputs && values.do && values.out) {
      return [positionals[0], values.inputs, values.do, values.out];
    }
  } catch {
    // An option that does not exist: the usage says which do.
  }
  throw new CommandFault(usage);
}

runCommand('cause', main);
