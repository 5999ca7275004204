// Runs public/outside.js in Node, with the real ONNX Runtime Web: node outside.mjs FOLDER NODE_MODULES
// Of each question NAME.onnx with NAME.feeds.json in the folder, the answers (or the problem) are written to NAME.answers.json.

import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [folder, modules] = process.argv.slice(2).map(path => resolve(path));
const place = join(folder, 'program');
mkdirSync(join(place, 'onnxruntime'), { recursive: true });
for (const name of ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
  copyFileSync(join(modules, 'onnxruntime-web', 'dist', name), join(place, 'onnxruntime', name));
}
copyFileSync(fileURLToPath(new URL('../../public/outside.js', import.meta.url)), join(place, 'outside.mjs'));

// A worker's scope, as far as the program uses it.
globalThis.self = globalThis;
// Node fetches nothing from a disk.
globalThis.fetch = async url => new Response(readFileSync(url));
const answered = [];
globalThis.postMessage = message => answered.shift()(message);
await import(pathToFileURL(join(place, 'outside.mjs')));
for (const name of readdirSync(folder).filter(name => name.endsWith('.onnx')).map(name => name.slice(0, -5))) {
  const answer = new Promise(done => answered.push(done));
  const model = readFileSync(join(folder, `${name}.onnx`));
  self.onmessage({ data: { model, feeds: readFileSync(join(folder, `${name}.feeds.json`), 'utf8') } });
  writeFileSync(join(folder, `${name}.answers.json`), JSON.stringify(await answer));
}
