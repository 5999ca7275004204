#!/usr/bin/env node
// Trunk's post_build hook. In the staging folder it
//   1. adds the neural trainer (HEARTH_NEURAL=keep: the one that lies in dist/ already; HEARTH_NEURAL=none: no trainer),
//   2. removes Trunk's inline script, which the strict policy forbids (boot.js starts the page), and writes the policy,
//   3. writes files.json, every file with its length and SHA-256, and names its hash in the service worker.

import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headers, metaPolicy } from './policy.mjs';

const stage = process.env.TRUNK_STAGING_DIR;
if (!stage) throw new Error('TRUNK_STAGING_DIR is not set: this script is run by trunk.');
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

function addNeural() {
  switch (process.env.HEARTH_NEURAL) {
    case 'none':
      return;
    case 'keep':
      for (const name of existsSync('dist') ? readdirSync('dist') : []) {
        if (/^neural(\W|_)/.test(name)) cpSync(join('dist', name), join(stage, name), { recursive: true });
      }
      return;
    default:
      execFileSync('scripts/build-neural.sh', [stage], { stdio: 'inherit' });
  }
}

/** Rewrites index.html and returns the names of the page's program. */
function finishPage() {
  const file = join(stage, 'index.html');
  let html = readFileSync(file, 'utf8');
  const js = html.match(/from '\.\/(app-[0-9a-f]+\.js)'/)?.[1];
  const wasm = html.match(/'\.\/(app-[0-9a-f]+_bg\.wasm)'/)?.[1];
  if (!js || !wasm) throw new Error("Trunk's script in index.html no longer names the page's program as expected.");
  html = html
    .replace(/<script type="module"[^>]*>\s*import init[\s\S]*?<\/script>\n?/, '')
    .replace(/<link [^>]*rel="(modulepreload|preload)"[^>]*>\n?/g, '')
    .replace('<!-- policy -->', `<meta http-equiv="Content-Security-Policy" content="${metaPolicy}">`)
    .replace('<!-- styles -->', styles().map(name => `<link rel="stylesheet" href="style/${name}">`).join('\n  '));
  if (/<script(?![^>]*\bsrc=)/.test(html) || /\bstyle=|<style/.test(html)) throw new Error('index.html still has something inline.');
  writeFileSync(file, html);
  return { js, wasm };
}

/** Style sheets: what others build on first, then the rest by name. */
function styles() {
  const first = ['tokens.css', 'base.css', 'widget.css', 'frame.css'];
  const rank = name => first.includes(name) ? String(first.indexOf(name)) : name;
  return readdirSync(join(stage, 'style')).filter(n => n.endsWith('.css')).sort((a, b) => rank(a) < rank(b) ? -1 : 1);
}

function walk(folder, prefix = '') {
  return readdirSync(join(folder, prefix)).sort().flatMap(name => {
    const path = prefix + name;
    return statSync(join(folder, path)).isDirectory() ? walk(folder, path + '/') : [path];
  });
}

function writeList(page) {
  const files = walk(stage).filter(path => path !== 'sw.js' && path !== 'files.json').map(path => {
    const bytes = readFileSync(join(stage, path));
    // The neural trainer is large: a first visit is under the worker's control before it has arrived.
    return { path, bytes: bytes.length, sha256: sha256(bytes), late: /^neural(\W|_)/.test(path) };
  });
  const list = JSON.stringify({ page, files }, null, 1) + '\n';
  writeFileSync(join(stage, 'files.json'), list);
  const worker = join(stage, 'sw.js');
  const code = readFileSync(worker, 'utf8');
  for (const mark of ['"{{VERSION}}"', '"{{HEADERS}}"']) if (!code.includes(mark)) throw new Error(`sw.js lacks ${mark}.`);
  writeFileSync(worker, code.replace('"{{VERSION}}"', JSON.stringify(sha256(list))).replace('"{{HEADERS}}"', JSON.stringify(headers)));
}

addNeural();
writeList(finishPage());
