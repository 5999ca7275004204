#!/usr/bin/env node
// Trunk's post_build hook. In the staging folder it
//   1. adds the page's program, the pool's and the reader's (HEARTH_PAGE=quick: with little optimisation), the neural trainer
//      (HEARTH_NEURAL=keep: one that was built before, if any), what predictors are made of, and ONNX Runtime,
//   2. removes Trunk's inline script, which the strict policy forbids (boot.js starts the page), and writes the policy,
//   3. writes the list of files and the service worker.

import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bare, isNeural, writeList } from './list.mjs';
import { metaPolicy } from './policy.mjs';

const stage = process.env.TRUNK_STAGING_DIR;
if (!stage) throw new Error('TRUNK_STAGING_DIR is not set: this script is run by trunk.');

function addNeural() {
  if (process.env.HEARTH_NEURAL !== 'keep') {
    execFileSync('scripts/build-neural.sh', [stage], { stdio: 'inherit' });
    return;
  }
  const folder = builtBefore();
  for (const name of folder ? readdirSync(folder).filter(isNeural) : []) cpSync(join(folder, name), join(stage, name));
}

/** The folder with the trainer that was built last: dist/, else the newest in the cache. */
function builtBefore() {
  const has = folder => existsSync(join(folder, 'neural_bg.wasm'));
  if (has('dist')) return 'dist';
  const cache = process.env.HEARTH_CACHE;
  const kept = readdirSync(cache).map(n => join(cache, n)).filter(folder => has(folder) && existsSync(join(folder, '.done')));
  return kept.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** Builds with one of the scripts beside this one, whose words are passed on. */
async function build(script, ...args) {
  const told = promisify(execFile)(`scripts/${script}`, args, { maxBuffer: 1 << 28 });
  const words = await told.catch(error => error);
  process.stdout.write(words.stdout ?? '');
  process.stderr.write(words.stderr ?? '');
  if (words instanceof Error) throw new Error(`${script} ${args.join(' ')} ended with ${words.code}`);
}

/** The programs beside the engine. Each is made by one thread for most of its time, so two are built at once. */
async function addPrograms() {
  const quick = process.env.HEARTH_PAGE === 'quick' ? ['quick'] : [];
  const others = async () => {
    for (const name of ['pool', 'reader']) await build('build-worker.sh', stage, name, ...quick);
    await build('build-predictor.sh', join(stage, 'predictor'));
  };
  const built = await Promise.allSettled([build('build-page.sh', stage, process.env.HEARTH_PAGE ?? 'page'), others()]);
  for (const { reason } of built) if (reason) throw reason;
}

/** ONNX Runtime for the browser, as its package brings it: the build for the processor alone. */
function addOutside() {
  const from = join(process.env.HEARTH_NODE, 'node_modules', 'onnxruntime-web', 'dist');
  for (const name of ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
    cpSync(join(from, name), join(stage, 'onnxruntime', name));
  }
}

function finishPage() {
  const file = join(stage, 'index.html');
  const html = readFileSync(file, 'utf8')
    .replace(/<script type="module"[^>]*>\s*import init[\s\S]*?<\/script>\n?/, '')
    .replace(/<link [^>]*rel="(modulepreload|preload)"[^>]*>\n?/g, '')
    .replace('<!-- policy -->', `<meta http-equiv="Content-Security-Policy" content="${metaPolicy}">`)
    .replace('<!-- styles -->', styles().map(name => `<link rel="stylesheet" href="style/${name}">`).join('\n  '))
    .replace(/<!-- The engine\..*?-->/, '')
    .replace(/\n(\s*\n)+/g, '\n');
  if (/<script(?![^>]*\bsrc=)/.test(html) || /\bstyle=|<style/.test(html)) throw new Error('index.html still has something inline.');
  writeFileSync(file, html);
}

/** The scripts that are ours as they stand. */
function bareScripts() {
  for (const name of readdirSync('public').filter(name => name.endsWith('.js') && name !== 'sw.js')) {
    writeFileSync(join(stage, name), bare(readFileSync(join('public', name), 'utf8')));
  }
}

/** Style sheets: what others build on first, then the rest by name. */
function styles() {
  const first = ['tokens.css', 'base.css', 'widget.css', 'frame.css'];
  const rank = name => first.includes(name) ? String(first.indexOf(name)) : name;
  return readdirSync(join(stage, 'style')).filter(n => n.endsWith('.css')).sort((a, b) => rank(a) < rank(b) ? -1 : 1);
}

addNeural();
addOutside();
await addPrograms();
finishPage();
bareScripts();
// The first view, and the rest that comes after it.
writeList(stage, { js: 'app.js', wasm: 'app_bg.wasm' });
