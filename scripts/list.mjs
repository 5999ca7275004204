// The list of a built folder: files.json names every file with its length and hash, and the service worker names the list.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headers } from './policy.mjs';

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** Paths of all files under a folder, sorted. */
export function walk(folder, prefix = '') {
  return readdirSync(join(folder, prefix)).sort().flatMap(name => {
    const path = prefix + name;
    return statSync(join(folder, path)).isDirectory() ? walk(folder, path + '/') : [path];
  });
}

/** The trainer is large: a first visit is under the service worker's control before it has arrived. */
export const isNeural = path => /^neural(\W|_)/.test(path);

/** What predictors are made of is fetched when one is downloaded, and held for then. */
export const isPredictor = path => /^predictor\//.test(path);

/** ONNX Runtime, which runs a package before it is handed out. */
export const isOutside = path => /^(onnxruntime\/|outside\.js$)/.test(path);

/** What a first visit does without: the trainer, the reader of spreadsheets, what predictors are made of, another runtime. */
const isLate = path => isNeural(path) || isPredictor(path) || isOutside(path) || /^(start-)?reader/.test(path);

/** A script without the lines that are comments: they are for those who read the source. */
export const bare = text => text.replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm, '').replace(/^[ \t]*\/\/.*\n/gm, '');

/**
 * Writes files.json and sw.js into `folder`. `page` names the page's program; `source` is the service worker with its marks.
 */
export function writeList(folder, page, source = fileURLToPath(new URL('../public/sw.js', import.meta.url))) {
  const files = walk(folder).filter(path => path !== 'sw.js' && path !== 'files.json').map(path => {
    const bytes = readFileSync(join(folder, path));
    return { path, bytes: bytes.length, sha256: sha256(bytes), late: isLate(path) };
  });
  const list = JSON.stringify({ page, files }, null, 1) + '\n';
  writeFileSync(join(folder, 'files.json'), list);
  let code = bare(readFileSync(source, 'utf8'));
  for (const [mark, value] of [['"{{VERSION}}"', sha256(list)], ['"{{HEADERS}}"', headers]]) {
    if (!code.includes(mark)) throw new Error(`${source} lacks ${mark}.`);
    code = code.replace(mark, JSON.stringify(value));
  }
  writeFileSync(join(folder, 'sw.js'), code);
}
