#!/usr/bin/env node
// Sizes of the built folder as a host sends them (brotli, quality 11), against the budgets. Fails when one is exceeded.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { isNeural, isOutside, walk } from './list.mjs';

const folder = process.argv[2] ?? 'dist';
const files = walk(folder);
const text = /\.(html|js|css|json|webmanifest|svg)$/;
const engine = path => /^(worker|start-engine)/.test(path);
const pool = path => /^(pool|start-pool)/.test(path);
const reader = path => /^(reader|start-reader)/.test(path);
const rest = path => /^(split_|__wasm_split)/.test(path);
// The page: all that runs or is read before the first view, without samples, typefaces and pictures, which are compressed already.
const page = path => /^app.*\.(wasm|js)$/.test(path) || (text.test(path) && !path.includes('/') && !engine(path) && !pool(path) && !reader(path) && !isNeural(path) && !isOutside(path) && !rest(path) && path !== 'start-neural.js') || /^style\//.test(path);
const budgets = [
  ['page', page, 350_000],
  // Views that come behind the first one: steps and rules with their forms, search, reasons, comparisons, groups, gates, versions, watching.
  ['rest of the page', rest, 1_100_000],
  ['engine', engine, 1_000_000],
  // What fits models, started by the engine when there is something to fit.
  ['pool', pool, 850_000],
  // What reads spreadsheets and Parquet, started by the engine when such a file comes.
  ['reader', reader, 550_000],
  // Runs a package before it is handed out; fetched then.
  ['ONNX Runtime', isOutside, 4_000_000],
  ['neural trainer', path => isNeural(path) || path === 'start-neural.js', 4_500_000],
];

const brotli = promisify(brotliCompress);
const cache = process.env.HEARTH_CACHE && join(process.env.HEARTH_CACHE, 'brotli');

/** The compressed size. Those of large files are kept under their content: the trainer's alone takes a minute. */
async function compress(path) {
  const bytes = readFileSync(join(folder, path));
  const kept = cache && bytes.length > 1e6 && join(cache, createHash('sha256').update(bytes).digest('hex'));
  try {
    if (kept) return Number(readFileSync(kept, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const size = (await brotli(bytes, { params })).length;
  if (kept) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${kept}.${process.pid}`, String(size));
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return size;
}

const sizes = new Map(await Promise.all(files.map(async path => [path, budgets.some(([, belongs]) => belongs(path)) ? await compress(path) : 0])));

let over = false;
for (const [name, belongs, budget] of budgets) {
  const mine = files.filter(belongs);
  const size = mine.reduce((sum, path) => sum + sizes.get(path), 0);
  const fits = mine.some(path => path.endsWith('.wasm')) && size <= budget;
  over ||= !fits;
  console.log(`${fits ? 'ok  ' : 'OVER'}  ${name}: ${(size / 1000).toFixed(0)} kB of ${budget / 1000} kB in ${mine.length} files`);
}
// What a predictor adds to its model, byte by byte as it lies in the file: nothing unpacks a page that is opened from a disk.
// Those of models behind steps carry formulas, dates by a format and regular expressions too (`Flavour::most_bytes`).
for (const [name, cap] of [['predictor.html', 200_000], ['predictor.mjs', 200_000], ['steps/predictor.html', 400_000], ['steps/predictor.mjs', 400_000]]) {
  const path = join(folder, 'predictor', name);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? Infinity;
  over ||= size > cap;
  console.log(`${size > cap ? 'OVER' : 'ok  '}  ${name} without a model: ${(size / 1000).toFixed(0)} kB of ${cap / 1000} kB as it lies`);
}
process.exitCode = over ? 1 : 0;
