// What dist/ThirdPartyNotices.txt says: the licence of each package that is really in the bundles or lies beside them.
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
  // mpg123, compiled to WebAssembly.
  '@audio/decode-mp3': ['LGPL-2.1.txt'],
};

/** Packages of native parts whose README.md lists the licences of the libraries inside. */
const listsParts = /^@img\/sharp-(?:libvips|win32)-/;

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
 * The notices for packages.
 * @param {readonly string[]} folders the packages' folders
 * @throws {Error} where the licence of one is not known: it must not be packaged then.
 */
export function thirdPartyNotices(folders) {
  const head = 'Headlight (MIT) contains the packages below, each under its own licence.\n';
  return [head, ...folders.map(noticeOf)].join(`\n${'='.repeat(100)}\n\n`);
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

function nameOf(folder) {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
