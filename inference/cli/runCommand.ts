import path from 'node:path';
import { OnnxError } from '../../core/onnx';
import { reasonOf } from '../../core/text/reasonOf';
import { CommandFault } from './commandFault';

/**
 * Runs a command of the command line: what goes wrong is one sentence on the error stream and an exit code.
 * @param name npm's script.
 * @param command given what makes a path as the caller means it.
 */
export function runCommand(name: string, command: (resolve: (file: string) => string) => Promise<void>): void {
  // Whoever reads a list may stop early.
  process.stdout.on('error', () => undefined);
  // npm starts scripts in the package's folder, and says from where it was called.
  const start = process.env.npm_lifecycle_event === name ? (process.env.INIT_CWD ?? '.') : '.';
  command(file => path.resolve(start, file)).catch((error: unknown) => {
    const known = error instanceof OnnxError || error instanceof CommandFault;
    const message = error instanceof Error ? error.message : String(error);
    const sentence = known ? message : `The model could not be run: ${reasonOf(error)}.`;
    process.stderr.write(`${sentence.replace(/\s+/g, ' ').trim()}\n`);
    process.exitCode = error instanceof CommandFault ? error.exitCode : 1;
  });
}
