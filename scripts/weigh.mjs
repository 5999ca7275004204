#!/usr/bin/env node
// What each crate costs in a linked program, in kB of code before wasm-opt; generic code counts for the crate that defines it.
//   node scripts/weigh.mjs target/…/app.wasm [least kB, 5 unless told]
// The figures in ARCHITECTURE.md come from here. The program must still have its names.

import { readFileSync } from 'node:fs';

const [path, least = '5'] = process.argv.slice(2);
const bytes = readFileSync(path);
let at = 8;

function number() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
}
const text = () => { const length = number(); at += length; return bytes.toString('utf8', at - length, at); };
const limits = () => { const flags = number(); number(); if (flags & 1) number(); };

let imported = 0;
const sizes = [];
const names = new Map();

const sections = {
  0(end) {
    if (text() !== 'name') return;
    while (at < end) {
      const kind = number(), until = number() + at;
      if (kind === 1) for (let n = number(); n > 0; n -= 1) { const index = number(); names.set(index, text()); }
      at = until;
    }
  },
  2() {
    for (let n = number(); n > 0; n -= 1) {
      text(); text();
      const kind = number();
      if (kind === 0) { imported += 1; number(); }
      if (kind === 1) { at += 1; limits(); }
      if (kind === 2) limits();
      if (kind === 3) at += 2;
    }
  },
  10() {
    for (let n = number(); n > 0; n -= 1) { const size = number(); sizes.push(size); at += size; }
  },
};
while (at < bytes.length) {
  const id = number(), end = number() + at;
  sections[id]?.(end);
  at = end;
}
if (!names.size) throw new Error(`${path} has no names.`);

/** The crate of a mangled name, legacy or v0. In `<T as Trait>::method` the first path that is not a plain parameter counts. */
function crateOf(name) {
  const v0 = name.match(/^_R.*?Cs[0-9A-Za-z]+_(\d+)/);
  if (v0) return name.slice(v0.index + v0[0].length).slice(0, Number(v0[1])).replace(/^_/, '');
  const plain = name.match(/^_ZN(\d+)/);
  if (!plain) return 'other';
  const first = name.slice(plain[0].length, plain[0].length + Number(plain[1]));
  if (!first.startsWith('_$LT$')) return first;
  return first.match(/([a-z][a-z0-9_]*)\.\./)?.[1] ?? 'core';
}

const crates = new Map();
sizes.forEach((size, index) => {
  const crate = crateOf(names.get(index + imported) ?? '');
  crates.set(crate, (crates.get(crate) ?? 0) + size);
});
const total = sizes.reduce((sum, size) => sum + size, 0);
console.log(`${(total / 1000).toFixed(0)} kB of code in ${sizes.length} functions`);
for (const [crate, size] of [...crates].sort((a, b) => b[1] - a[1])) {
  if (size / 1000 >= Number(least)) console.log(`${(size / 1000).toFixed(0).padStart(7)}  ${crate}`);
}
