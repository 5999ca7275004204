#!/usr/bin/env node
// Single rows: the module of a predictor beside onnxruntime-web on the model.onnx of the same model, in one process, by turns.
//   (cd benches && npm ci)
//   node benches/predict.mjs PROGRAMS MODELS [rows, 2000 unless told]
// PROGRAMS and MODELS as in tests/web/predictor/run.mjs. A call is one row in, its answer out, as a program makes it: from an
// object by column names. For onnxruntime-web that means a tensor for each column.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';

const [programs, models, n = '2000'] = process.argv.slice(2);
const rounds = 5;
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const work = mkdtempSync(join(tmpdir(), 'hearth-bench-'));

/** Microseconds a call, the best of some rounds. */
async function best(calls, call) {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    for (let i = 0; i < calls; i += 1) await call(i);
    least = Math.min(least, (performance.now() - start) * 1000 / calls);
  }
  return least;
}

console.log('| model | predictor, µs a row | onnxruntime-web, µs a row | ratio |\n|---|---|---|---|');
for (const name of readdirSync(join(models, 'predictor-files')).sort()) {
  const folder = join(models, 'predictor-files', name);
  const module = join(work, `${name}.mjs`);
  const model = readFileSync(join(folder, 'model.gz')).toString('base64');
  writeFileSync(module, readFileSync(join(programs, 'predictor.mjs'), 'utf8').replace('%HEARTH-MODEL%', () => model));
  const { load } = await import(pathToFileURL(module));
  const predictor = await load();
  const inputs = JSON.parse(readFileSync(join(folder, 'inputs.json')));
  const { columns, labels } = predictor.facts;
  const golden = JSON.parse(readFileSync(join(folder, 'golden.json'))).rows;
  const rows = golden.map(cells => Object.fromEntries(columns.map((column, i) =>
    [column.name, column.kind === 'number' ? (cells[i] === '' ? NaN : Number(cells[i])) : cells[i]])));
  const session = await ort.InferenceSession.create(readFileSync(join(folder, 'model.onnx')));
  const run = async row => {
    const feed = {};
    inputs.forEach(({ name, kind }, i) => {
      const cell = row[columns[i].name];
      feed[name] = kind === 'number' ? new ort.Tensor('float32', [cell], [1, 1]) : new ort.Tensor('string', [cell], [1, 1]);
    });
    const out = await session.run(feed);
    return labels.length ? out.probabilities.data : out.prediction.data;
  };
  // The same answers first.
  for (const row of rows.slice(0, 16)) {
    const answer = predictor.predict(row);
    const ours = labels.length ? Object.values(answer.probabilities) : [answer.value];
    (await run(row)).forEach((value, k) => {
      if (Math.abs(value - ours[k]) > 1e-4 * Math.max(1, Math.abs(value))) throw new Error(`${name}: ${ours[k]} for ${value}`);
    });
  }
  const calls = Number(n);
  const ours = await best(calls, i => predictor.predict(rows[i % rows.length]));
  const theirs = await best(calls, i => run(rows[i % rows.length]));
  console.log(`| ${name} | ${ours.toFixed(1)} | ${theirs.toFixed(1)} | ${(theirs / ours).toFixed(1)} |`);
}
rmSync(work, { recursive: true, force: true });
