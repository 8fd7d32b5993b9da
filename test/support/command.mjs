// npm run attention and npm run cause: the command line (inference/cli). Installs what is needed and
// bundles the command, silently, so that it works at once on a fresh clone and always is what the sources say.
//   npm run --silent attention -- MODEL.onnx --inputs INPUTS.json --out DIR
//   npm run --silent attention -- MODEL.onnx --list
//   npm run --silent cause -- MODEL.onnx --inputs INPUTS.json --do DO.json --out DIR
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [name, ...words] = process.argv.slice(2);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
if (
  !existsSync(path.join(root, 'node_modules/esbuild')) ||
  !existsSync(path.join(root, 'node_modules/onnxruntime-node'))
) {
  // onnxruntime-node would otherwise try to download CUDA.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { status } = spawnSync('npm', ['ci', '--silent', '--no-audit', '--no-fund'], {
    cwd: root,
    env,
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('The packages could not be installed; run "npm ci" in Headlight\'s folder and read what it says.');
    process.exit(1);
  }
}

const { build } = await import('esbuild');
const command = path.join(root, 'node_modules/.cache/headlight', `${name}.js`);
const {
  outputFiles: [bundle],
} = await build({
  absWorkingDir: root,
  entryPoints: [`inference/cli/${name}Command.ts`],
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['onnxruntime-node', 'sharp'],
  define: { headlightDist: JSON.stringify(path.join(root, 'dist')) },
  logLevel: 'error',
  write: false,
});
if (!existsSync(command) || readFileSync(command, 'utf8') !== bundle.text) {
  // Written aside and renamed: several may start at once.
  mkdirSync(path.dirname(command), { recursive: true });
  writeFileSync(`${command}.${process.pid}`, bundle.text);
  renameSync(`${command}.${process.pid}`, command);
}
// A process of its own: a crash of ONNX Runtime itself, which some graphs cause, must be a sentence, too.
const { status, signal } = spawnSync(process.execPath, [command, ...words], { stdio: 'inherit' });
if (signal && signal !== 'SIGINT') {
  console.error(
    `ONNX Runtime crashed on this model (${signal}), which it does without Headlight's additions, too, for some graphs; export the model again with other operators.`,
  );
}
process.exitCode = status ?? 1;
