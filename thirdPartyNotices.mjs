// What dist/ThirdPartyNotices.txt says: the licence of each package that is really in the bundles or lies beside them, and
// whose drawings the built-in captioner learned from, where they want to be named.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Packages that others carry inside their own files, where no metafile sees them. */
const carried = {
  '@huggingface/transformers': ['@huggingface/jinja', '@huggingface/tokenizers'],
  'ml-matrix': ['is-any-array', 'ml-array-max', 'ml-array-min', 'ml-array-rescale'],
};

/** Licences that a package names or needs, but does not bring: files of the folder licences. */
const kept = {
  'onnxruntime-common': ['onnxruntime.txt'],
  'onnxruntime-node': ['onnxruntime.txt', 'onnxruntime-parts.txt'],
  'onnxruntime-web': ['onnxruntime.txt', 'onnxruntime-parts.txt'],
  // mpg123, compiled to WebAssembly.
  '@audio/decode-mp3': ['LGPL-2.1.txt'],
};

/** The sets of drawings that the captioner was trained on: a table of package, version, upstream, licence and drawings. */
const drawings = 'media/models/tiny-captioner/SOURCES.md';

/** Packages of native parts whose README.md lists the licences of the libraries inside. */
const listsParts = /^@img\/sharp-(?:libvips|win32|wasm32)/;

/**
 * The packages whose code is in what esbuild wrote, as folders (`node_modules/lit`).
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
export function bundledPackages(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
        if (folder && bytesInOutput > 0) folders.add(folder);
      }
    }
  }
  for (const folder of folders) {
    for (const name of carried[nameOf(folder)] ?? []) folders.add(`node_modules/${name}`);
  }
  return [...folders].sort();
}

/**
 * The notices for packages, and for the drawings.
 * @param {readonly string[]} folders the packages' folders
 * @throws {Error} where the licence of one is not known: it must not be packaged then.
 */
export function thirdPartyNotices(folders) {
  const head = 'Headlight (MIT) contains the packages below, each under its own licence.\n';
  return [head, ...folders.map(noticeOf), noticeOfDrawings()].join(`\n${'='.repeat(100)}\n\n`);
}

function noticeOf(folder) {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const own = readdirSync(folder)
    .filter(file => /^(?:licen[cs]e|copying|notice|third-?party)/i.test(file))
    .sort()
    .map(file => path.join(folder, file));
  const ours = [...(kept[name] ?? []), ...(license?.includes('LGPL-3') ? ['LGPL-3.txt', 'GPL-3.txt'] : [])].map(file =>
    path.join('licences', file),
  );
  const parts = listsParts.test(name) ? [path.join(folder, 'README.md')] : [];
  const texts = [...own, ...parts, ...ours]
    .filter(file => existsSync(file))
    .map(file => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim());
  if (own.length + ours.length === 0 || !license) {
    throw new Error(
      `${name} is bundled, but its licence is not known; put its text into licences/ and name it in thirdPartyNotices.mjs.`,
    );
  }
  const from =
    homepage ??
    (typeof repository === 'string' ? repository : repository?.url) ??
    `https://www.npmjs.com/package/${name}`;
  return `${name} ${version} (${license})\n${from}\n\n${texts.join(`\n\n${'-'.repeat(100)}\n\n`)}\n`;
}

function noticeOfDrawings() {
  const named = readFileSync(drawings, 'utf8')
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
    .filter(([, , , , licence]) => licence?.startsWith('CC-BY-4.0'))
    .map(([, name, version, upstream]) => `${upstream}, in ${name} ${version}`);
  if (named.length === 0) throw new Error(`${drawings} names no set under CC-BY-4.0; its table has another form.`);
  const says =
    'The built-in captioner was trained on drawings of the sets below, which are under Creative Commons Attribution 4.0. ' +
    'They were drawn at 96 × 96 pixels and changed in colour, size, place, turn, stroke and sharpness; none is packaged.';
  const licence = readFileSync(path.join('licences', 'CC-BY-4.0.txt'), 'utf8').trim();
  return `Drawings that tiny-captioner was trained on (CC-BY-4.0)\n${drawings}\n\n${says}\n\n${named.join('\n')}\n\n${'-'.repeat(100)}\n\n${licence}\n`;
}

function nameOf(folder) {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
