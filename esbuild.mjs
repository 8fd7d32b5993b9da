// The one build: the extension, the inference process, the webviews and the tests.
//   node esbuild.mjs              development build (source maps, tests)
//   node esbuild.mjs --package    what goes into the VSIX (minified, no tests)
//   node esbuild.mjs --watch      development build, again on each change
// For another machine (test/support/packageExtension.mjs): --target win32-x64, --natives its folder of @img packages, --dist where to;
// for all that have no native parts: --target universal.
import * as esbuild from 'esbuild';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundledPackages, thirdPartyNotices } from './thirdPartyNotices.mjs';

const {
  package: forPackage,
  watch,
  target,
  natives,
  dist,
} = parseArgs({
  options: {
    package: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    target: { type: 'string', default: `${process.platform}-${process.arch}` },
    natives: { type: 'string', default: 'node_modules/@img' },
    dist: { type: 'string', default: 'dist' },
  },
}).values;
/** sharp's native parts: the binding, which looks for libvips beside its own folder. */
const universal = target === 'universal';
const sharpParts = universal
  ? ['sharp-wasm32']
  : ['sharp', 'sharp-libvips'].map(part => `${part}-${target}`).filter(part => existsSync(path.join(natives, part)));
const ortBinaries = universal
  ? 'node_modules/onnxruntime-web/dist'
  : `node_modules/onnxruntime-node/bin/napi-v6/${target.replace('-', '/')}`;
/** What of ONNX Runtime is loaded as the process runs: of WebAssembly the build for processors alone; on macOS the binding names the library without the whole version. */
const isLoaded = file =>
  universal ? /ort-wasm-simd-threaded\.(mjs|wasm)$/.test(file) : !/\.\d+\.\d+\.\d+\.dylib$/.test(file);

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  minify: forPackage,
  sourcemap: forPackage ? false : 'linked',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
};
/** @type {esbuild.BuildOptions} */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'] };

/**
 * transformers.js imports its runtimes at the top of its bundle. Here `onnxruntime-node` becomes our wrapper, which adds
 * the attention outputs as a session is made; its native part is loaded from `dist/ort`, and that of sharp from
 * `dist/sharp`; the browser's runtime is left out. It begins to read each file into memory whole that it only asks for the
 * path of, the weights too, for a stream that we never read: there is none. An encoder-decoder's decoder may lie in a file
 * of another name than it expects.
 * @param {string} folder where `dist` is at run time, as a JavaScript expression
 * @returns {esbuild.Plugin}
 */
const runtimes = folder => ({
  name: 'runtimes',
  setup(build) {
    const wrapper = JSON.stringify(path.resolve('inference/models/onnxRuntime.ts'));
    build.onLoad({ filter: /transformers\.node\.[cm]js$/ }, async args => {
      const source = await readFile(args.path, 'utf8');
      const change = (text, what, instead) => {
        const changed = text.replace(what, instead);
        if (changed === text) {
          throw new Error(`${args.path} is written in another way than esbuild.mjs expects: ${what}`);
        }
        return changed;
      };
      const withRuntime = change(source, 'requireFromHere("onnxruntime-node")', `require(${wrapper}).default`);
      const fileStream =
        /const stream = \w+\.createReadStream\(filePath\);\s*this\.body = new ReadableStream\(\{.*?\n {6}\}\);/s;
      const withoutStream = change(withRuntime, fileStream, 'this.body = null;');
      // Of causal models only it asks for the file that it is told (inference/models/decoderFile.ts).
      const seq2seq =
        /sessions: \(\) => \(\{ model: "encoder_model", decoder_model_merged: "decoder_model_merged" \}\)/g;
      const decoder = 'decoder_model_merged: options.model_file_name ?? "decoder_model_merged"';
      const named = change(
        withoutStream,
        seq2seq,
        `sessions: (config, options) => ({ model: "encoder_model", ${decoder} })`,
      );
      return {
        contents: change(
          named,
          'if (config.is_encoder_decoder) s["model"] = "encoder_model";',
          `if (config.is_encoder_decoder) Object.assign(s, { model: "encoder_model", ${decoder} });`,
        ),
      };
    });
    build.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, async args => ({
      contents: (await readFile(args.path, 'utf8')).replace(
        /require\(`\.\.\/bin[^`]*`\)/,
        `require(require('node:path').join(${folder}, 'ort', 'onnxruntime_binding.node'))`,
      ),
    }));
    // transformers.js requires sharp and our own code imports it: one and the same module for both.
    build.onResolve({ filter: /^sharp$/ }, () => ({ path: path.resolve('node_modules/sharp/dist/index.cjs') }));
    build.onLoad({ filter: /sharp[\\/]dist[\\/]sharp\.cjs$/ }, async () => {
      if (universal) {
        return { contents: `module.exports = require(require('node:path').join(${folder}, 'sharp', 'sharp.js'))` };
      }
      const [binding] = await filesBelow(path.join(natives, sharpParts[0]), '.node');
      const file = JSON.stringify(path.relative(natives, binding).split(path.sep));
      return { contents: `module.exports = require(require('node:path').join(${folder}, 'sharp', ...${file}))` };
    });
    if (universal) {
      build.onResolve({ filter: /^onnxruntime-node$/ }, () => ({
        path: path.resolve('inference/models/wasmRuntime.ts'),
      }));
    }
    build.onResolve({ filter: /^onnxruntime-web/ }, ({ importer }) =>
      universal && !importer.includes('node_modules')
        ? { path: path.resolve('node_modules/onnxruntime-web/dist/ort.node.min.js') }
        : { path: 'onnxruntime-web', namespace: 'left-out' },
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }));
  },
});
const besideBundle = runtimes('__dirname');
const inCheckout = runtimes(JSON.stringify(path.resolve(dist)));

/** Every file below `folder` whose name ends with `ending`. */
async function filesBelow(folder, ending) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(e => e.isFile() && e.name.endsWith(ending))
    .map(e => path.join(e.parentPath, e.name))
    .sort();
}

/**
 * Leaves the white space of style sheets out of the package, which esbuild does not look for in texts of lit.
 * @type {esbuild.Plugin}
 */
const closeStyles = {
  name: 'close-styles',
  setup(build) {
    build.onLoad({ filter: /[\\/]webview[\\/].*\.ts$/ }, async args => ({
      loader: 'ts',
      contents: (await readFile(args.path, 'utf8')).replace(/\bcss`[^`]*`/g, sheet =>
        sheet
          .replace(/\s+/g, ' ')
          .replace(/([{};,]) /g, '$1')
          .replace(/ \{/g, '{'),
      ),
    }));
  },
};

/** @type {esbuild.BuildOptions} */
const webview = {
  ...common,
  platform: 'browser',
  format: 'esm',
  // What a panel shows later is loaded later.
  splitting: true,
  target: 'chrome120',
  charset: 'utf8',
  outdir: path.join(dist, 'webview'),
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  alias: { 'vscode-jsonrpc': './webview/common/jsonRpc.ts' },
  plugins: forPackage ? [closeStyles] : [],
};

/** @type {esbuild.BuildOptions[]} */
const builds = [
  // The extension in two: what VS Code activates, and what that loads with the first use, as dist/features.js beside it.
  {
    ...node,
    entryPoints: { extension: 'extension/extension.ts' },
    outdir: dist,
    external: ['vscode', './features'],
    // Makes import() a require, which VS Code serves with its module `vscode`.
    supported: { 'dynamic-import': false },
  },
  { ...node, entryPoints: { features: 'extension/features.ts' }, outdir: dist },
  // What features.js runs in a thread of its own.
  { ...node, entryPoints: { linksWorker: 'extension/links/linksWorker.ts' }, outdir: dist },
  {
    ...node,
    entryPoints: { process: 'inference/main.ts', svgDrawer: 'inference/svgDrawer.ts' },
    outdir: dist,
    plugins: [besideBundle],
    define: { headlightDist: '__dirname' },
  },
  // What process.js starts for each chat template.
  { ...node, entryPoints: { templateProcess: 'inference/templates/templateProcess.ts' }, outdir: dist },
  // The attention panel by itself: what it shared with the others would be cut into many small scripts.
  { ...webview, entryPoints: { attention: 'webview/attention/main.ts' } },
  {
    ...webview,
    entryPoints: {
      'ask-image': 'webview/askImage/main.ts',
      captions: 'webview/captions/main.ts',
      image: 'webview/image/main.ts',
      mechanisms: 'webview/mechanisms/main.ts',
      speech: 'webview/speech/main.ts',
    },
  },
];
if (universal) {
  // With what it imports; it looks for its WebAssembly beside itself.
  const [entry] = await filesBelow(path.join(natives, sharpParts[0]), '.node.js');
  builds.push({ ...node, entryPoints: { sharp: entry }, outdir: path.join(dist, 'sharp') });
}
if (!forPackage) {
  builds.push({
    ...node,
    entryPoints: [...(await filesBelow('test', '.ts'))].filter(f => !f.endsWith('.d.ts')),
    outbase: '.',
    outdir: 'out',
    plugins: [inCheckout],
    define: { headlightDist: JSON.stringify(path.resolve(dist)) },
    external: ['vscode', 'mocha', 'playwright-core', '@axe-core/playwright', 'esbuild'],
  });
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await cp(ortBinaries, path.join(dist, 'ort'), {
  recursive: true,
  filter: file => file === ortBinaries || isLoaded(file),
});
for (const part of sharpParts) {
  // Of the universal one only what its script reads, which is built above.
  const to = universal ? path.join(dist, 'sharp') : path.join(dist, 'sharp', part);
  await cp(path.join(natives, part, ...(universal ? ['lib'] : [])), to, {
    recursive: true,
    filter: file => !(universal ? /\.js$/ : /glib-2\.0$/).test(file),
  });
}
if (!forPackage) {
  // Only what this build writes: pictures of the last end-to-end tests stay in out/.
  await rm('out/test', { recursive: true, force: true });
}
if (watch) {
  for (const options of builds) {
    await (await esbuild.context({ ...options, logLevel: 'info' })).watch();
  }
} else {
  const results = await Promise.all(builds.map(options => esbuild.build({ ...options, metafile: true })));
  const packaged = results.filter((_, i) => builds[i].outdir !== 'out').map(({ metafile }) => metafile);
  const folders = [...bundledPackages(packaged), ...sharpParts.map(part => path.join(natives, part))];
  await writeFile(path.join(dist, 'ThirdPartyNotices.txt'), thirdPartyNotices([...new Set(folders)].sort()));
}
