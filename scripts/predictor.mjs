#!/usr/bin/env node
// Puts a predictor's program into its page and its module.
//   node scripts/predictor.mjs bare IN.wasm OUT.wasm    leaves the exports that predictor/runtime.js calls, and no others
//   node scripts/predictor.mjs pack IN.wasm FOLDER      writes predictor.html and predictor.mjs
//   node scripts/predictor.mjs words FOLDER             writes what stands beside a module: predictor.d.mts, README.md, package.json

import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const exported = ['memory', 'buffer', 'ask_predictor', 'answer'];
const source = name => readFileSync(new URL(`../predictor/${name}`, import.meta.url), 'utf8');

/** The program with its section of exports cut down to those in `exported`. */
function bare(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const coded = value => {
    const out = [];
    do { out.push(value & 127 | (value > 127 ? 128 : 0)); value >>>= 7; } while (value);
    return Buffer.from(out);
  };
  const parts = [bytes.subarray(0, 8)];
  while (at < bytes.length) {
    const start = at, id = bytes[at++], end = number() + at;
    if (id !== 7) {
      parts.push(bytes.subarray(start, end));
      at = end;
      continue;
    }
    const kept = [];
    for (let n = number(); n > 0; n -= 1) {
      const from = at, length = number();
      const name = bytes.toString('utf8', at, at + length);
      at += length + 1;
      number();
      if (exported.includes(name)) kept.push(bytes.subarray(from, at));
    }
    if (kept.length !== exported.length) throw new Error(`The program exports ${kept.length} of ${exported.join(', ')}.`);
    const body = Buffer.concat([coded(kept.length), ...kept]);
    parts.push(Buffer.from([7]), coded(body.length), body);
  }
  return Buffer.concat(parts);
}

/** `text` with each mark replaced; what replaces it is taken as it stands. */
function filled(text, marks) {
  for (const [mark, value] of Object.entries(marks)) {
    if (!text.includes(mark)) throw new Error(`${mark} is missing.`);
    text = text.replace(mark, () => value);
  }
  return text;
}

const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function pack(bytes, folder) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  if (imports.length) throw new Error(`The program wants ${imports[0].module}.${imports[0].name}; it may import nothing.`);
  const program = gzipSync(bytes, { level: 9 }).toString('base64');
  const runtime = source('runtime.js');
  const script = runtime.replaceAll(/^export /gm, '') + source('page.js');
  const style = source('page.css');
  // No network at all: what is not named here is refused, and nothing that could reach out is named.
  const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data:; ` +
    "form-action 'none'; base-uri 'none'";
  writeFileSync(join(folder, 'predictor.html'), filled(source('page.html'), {
    '%POLICY%': policy, '%STYLE%': style, '%HEARTH-PROGRAM%': program, '%SCRIPT%': script,
  }));
  writeFileSync(join(folder, 'predictor.mjs'), runtime + filled(source('module.js'), { '%HEARTH-PROGRAM%': program }));
}

function words(folder) {
  for (const name of ['predictor.d.mts', 'README.md', 'package.json']) {
    copyFileSync(new URL(`../predictor/${name}`, import.meta.url), join(folder, name));
  }
}

const [what, from, to] = process.argv.slice(2);
if (what === 'bare') writeFileSync(to, bare(readFileSync(from)));
else if (what === 'pack') pack(readFileSync(from), to);
else if (what === 'words') words(from);
else throw new Error('Say “bare”, “pack” or “words”.');
