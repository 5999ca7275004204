#!/usr/bin/env node
// What leaves as a predictor: the module in Node, and the page opened from a disk with no server anywhere.
//   node tests/web/predictor/run.mjs PROGRAMS MODELS
// PROGRAMS holds predictor.html and predictor.mjs, and in steps/ those of models behind steps (scripts/build-predictor.sh PROGRAMS); MODELS is the folder in which the native
// tests of packages left models with rows and answers (CARGO_TARGET_TMPDIR).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const [programs, models] = process.argv.slice(2);
if (!programs || !models) throw new Error('Say where the programs and the models are.');
const work = mkdtempSync(join(tmpdir(), 'hearth-predictor-'));
const shots = join(root, 'tests/web/shots');
mkdirSync(shots, { recursive: true });

/** As `PredictorKind::pack` does it. */
function packed(program, { folder, steps }) {
  const text = readFileSync(join(programs, steps ? 'steps' : '', program), 'utf8');
  assert.equal(text.split('%HEARTH-MODEL%').length, 2, `${program} has one place for the model`);
  return text.replace('%HEARTH-MODEL%', () => readFileSync(join(folder, 'model.gz')).toString('base64'));
}

const cases = ['predictors', 'predictor-files', 'predictors-promised', 'predictors-stepped'].flatMap(group => {
  const folder = join(models, group);
  assert.ok(existsSync(folder), `${folder} is not there: run the native tests of packages first`);
  return readdirSync(folder).sort().map(name => {
    const own = join(folder, name);
    const text = file => existsSync(join(own, file)) ? readFileSync(join(own, file), 'utf8') : null;
    const golden = { ...JSON.parse(text('golden.json')), promised: JSON.parse(text('promised.json') ?? 'null') };
    const steps = group === 'predictors-stepped';
    return { name, folder: own, steps, golden, rows: text('rows.csv'), expected: text('expected.csv'), reasons: JSON.parse(text('reasons.json') ?? 'null') };
  });
});
for (const kind of ['linear', 'trees', 'network', 'ensemble']) {
  for (const task of ['Binary', 'Multiclass', 'Regression']) {
    assert.ok(cases.some(c => c.name.startsWith(`${kind}-${task}`)), `${kind} of ${task} is among the models`);
  }
}

/** Whether an answer's range or set is the one that was promised, or none where nothing was. */
function kept(place, labels, { range, possible }, promised) {
  if (labels.length) {
    assert.deepEqual(possible, promised ? labels.filter((_, k) => promised[k] === 'true') : null, `${place}: the set`);
  } else if (!promised) {
    assert.equal(range, null, `${place}: no range`);
  } else {
    promised.map(Number).forEach((bound, side) => {
      assert.ok(Math.abs(range[side] - bound) <= 1e-5 * Math.max(1, Math.abs(bound)), `${place}: ${range} for ${promised}`);
    });
  }
}

/** The answers to golden rows beside those expected, to 1e-5 of a number's size where it is above 1. */
function compare(name, columns, labels, golden, predict) {
  let most = 0;
  golden.rows.forEach((cells, row) => {
    const answer = predict(Object.fromEntries(columns.map((column, i) => [column, cells[i]])));
    const expected = [...golden.answers[row]];
    if (labels.length) assert.equal(answer.label, expected.shift(), `${name}, row ${row}`);
    const found = labels.length ? labels.map(label => answer.probabilities[label]) : [answer.value];
    assert.equal(found.length, expected.length, `${name}, row ${row}`);
    kept(`${name}, row ${row}`, labels, answer, golden.promised?.[row]);
    found.forEach((value, k) => {
      const wanted = Number(expected[k]);
      const apart = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
      assert.ok(apart <= 1e-5, `${name}, row ${row}: ${value} for ${wanted}`);
      most = Math.max(most, apart);
    });
  });
  return most;
}

const parts = [];
const part = (name, work) => parts.push([name, work]);

part('the module answers in Node', async () => {
  for (const one of cases) {
    const { name, golden, rows, expected, reasons } = one;
    const file = join(work, `${name}.mjs`);
    writeFileSync(file, packed('predictor.mjs', one));
    const { load, PredictorError } = await import(pathToFileURL(file));
    const model = await load();
    const columns = model.facts.columns.map(column => column.name);
    compare(name, columns, model.facts.labels, golden, row => model.predict(row));
    assert.ok(Number.isFinite(model.explain({}).total), name);
    assert.equal(model.facts.steps.length > 0, one.steps, `${name}: steps`);
    if (reasons) {
      const told = model.explain(Object.fromEntries(columns.map((column, i) => [column, reasons.row[i]])));
      assert.deepEqual(told.parts.map(part => part.column), reasons.columns, `${name}: whose parts`);
      told.parts.forEach((part, k) => assert.ok(Math.abs(part.part - reasons.parts[k]) <= 1e-5, `${name}: ${part.part} for ${reasons.parts[k]}`));
    }
    if (!rows) continue;
    const scored = model.predictCsv(rows, 'rows.csv');
    assert.equal(scored.csv, expected, `${name}: the file comes back as the studio writes it`);
    assert.throws(() => model.predictCsv('a,b\n1,2\n', 'odd.csv'), error => error instanceof PredictorError && /^odd\.csv: The table has none/.test(error.message));
    // Cells as programs have them.
    const typical = Object.fromEntries(model.facts.columns.map(c => [c.name, c.kind === 'number' && c.typical !== null ? Number(c.typical) : c.typical]));
    assert.deepEqual(model.predict(typical).unseen, [], `${name}: the usual row is known`);
    assert.deepEqual(model.predict({}), model.predict(Object.fromEntries(columns.map((c, i) => [c, [null, undefined, NaN, ''][i % 4]]))));
  }
  // Every name that the types declare is there, and no other.
  const declared = [...readFileSync(join(programs, 'predictor.d.mts'), 'utf8').matchAll(/^export (?:class|function) (\w+)/gm)].map(m => m[1]);
  const { ...exported } = await import(pathToFileURL(join(work, `${cases[0].name}.mjs`)));
  for (const name of declared) assert.equal(typeof exported[name], 'function', `${name} is exported`);
});

part('onnxruntime gives the same answers', async () => {
  const python = join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python');
  // The graph reads columns behind steps, which this asks as it stands.
  for (const { name, folder } of cases.filter(c => c.rows && !c.steps)) {
    const said = execFileSync(python, [join(root, 'tests/reference/predictor_onnx.py'), folder], { encoding: 'utf8' });
    const told = JSON.parse(said);
    const { load } = await import(pathToFileURL(join(work, `${name}.mjs`)));
    const model = await load();
    const columns = model.facts.columns.map(column => column.name);
    let most = 0;
    told.rows.forEach((cells, row) => {
      const answer = model.predict(Object.fromEntries(columns.map((column, i) => [column, cells[i]])));
      const found = model.facts.labels.length ? Object.values(answer.probabilities) : [answer.value];
      found.forEach((value, k) => {
        const wanted = told.numbers[row][k];
        most = Math.max(most, Math.abs(value - wanted) / Math.max(1, Math.abs(wanted)));
      });
    });
    assert.ok(told.rows.length === 64 && most <= 1e-5, `${name}: ${most}`);
    console.log(`        ${name}: largest deviation from onnxruntime ${most.toExponential(1)}`);
  }
});

part('the page opens from a disk', async () => {
  const executablePath = execFileSync(join(root, 'scripts/chromium.sh'), { encoding: 'utf8' }).trim();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, offline: true });
    const troubles = [], asked = [];
    context.on('page', page => {
      page.on('pageerror', error => troubles.push(error.message));
      page.on('console', message => { if (message.type() === 'error') troubles.push(message.text()); });
      page.on('request', request => { if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url()); });
    });
    for (const one of cases) {
      const { name, golden, rows, expected } = one;
      const file = join(work, `${name}.html`);
      writeFileSync(file, packed('predictor.html', one));
      const page = await context.newPage();
      await page.goto(pathToFileURL(file).href);
      await page.getByRole('group', { name: 'Prediction' }).locator('.says, .problem').first().waitFor();
      const { columns, labels, answers } = await page.evaluate(golden => {
        const model = globalThis.predictor;
        const columns = model.facts.columns.map(column => column.name);
        const row = cells => Object.fromEntries(columns.map((column, i) => [column, cells[i]]));
        return { columns, labels: model.facts.labels, answers: golden.map(cells => JSON.stringify(model.predict(row(cells)))) };
      }, golden.rows);
      let row = 0;
      compare(name, columns, labels, golden, () => JSON.parse(answers[row++]));
      const promise = page.getByRole('group', { name: 'Prediction' }).getByText(/(at least|held for) (8|9) in 10|nothing is promised/);
      assert.equal(await promise.count(), golden.promised ? 1 : 0, `${name}: what is promised`);
      if (rows) await walk(page, name, rows, expected);
      await page.close();
    }
    assert.deepEqual(troubles, [], 'nothing is complained about');
    assert.deepEqual(asked, [], 'nothing is asked of a network');
  } finally {
    await browser.close();
  }
});

/** The form, a file, a file with bad values, and the page as people of every kind meet it. */
async function walk(page, name, rows, expected) {
  const answer = page.getByRole('group', { name: 'Prediction' });
  const number = page.locator('.fields input[inputmode=decimal]').first();
  await number.fill('1e9');
  await answer.getByText('above everything seen in training').waitFor();
  await number.fill('soon');
  await answer.getByText('“soon” is no number; read as missing.').waitFor();
  await page.getByRole('button', { name: 'A usual row' }).click();
  await answer.locator('.doubts').waitFor({ state: 'detached' });
  await page.getByRole('group', { name: 'Reasons' }).getByText('Compared with the usual row').waitFor();

  const give = (file, content) => page.locator('#file').setInputFiles({ name: file, mimeType: 'text/csv', buffer: Buffer.from(content) });
  const saved = async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^Save/ }).click()]);
    return [download.suggestedFilename(), readFileSync(await download.path(), 'utf8')];
  };
  await give('rows.csv', rows);
  await page.getByText(/^[\d,]+ rows read/).waitFor();
  assert.deepEqual(await saved(), ['rows with predictions.csv', expected], `${name}: the file`);

  const [head, first] = rows.split('\n');
  const columns = head.split(',').length;
  await give('bad.csv', `${head}\n${first}\n${Array(columns).fill('oops').join(',')}\n${first},more\n\n`);
  await page.getByText(/^3 rows read, 1 of them hold what training never saw/).waitFor();
  await page.getByText('1 row has another number of cells').waitFor();
  const [, bad] = await saved();
  assert.match(bad.split('\n')[2], /“oops” is no number; read as missing\./, `${name}: what is bad is said`);
  await give('other.csv', 'a,b\n1,2\n');
  await page.getByRole('alert').getByText('The table has none of the columns that the model reads.').waitFor();
  await give('rows.csv', rows);
  await page.getByText(/^[\d,]+ rows read/).waitFor();

  for (const [scheme, width] of [['light', 1440], ['dark', 1440], ['light', 390], ['dark', 360]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name}: ${width} px are enough (${wide} too many)`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes[0].html}`), [], `${name}, ${scheme}, ${width} px`);
    if (name === 'trees-penguins') await page.screenshot({ path: join(shots, `predictor-${scheme}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  // The keyboard reaches all of it.
  const reached = new Set();
  await page.evaluate(() => document.activeElement.blur());
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
  }
  for (const wanted of ['c0', 'file', 'A usual row', 'All missing']) assert.ok(reached.has(wanted), `${name}: Tab reaches ${wanted}`);
}

let failed = 0;
try {
  for (const [name, check] of parts) {
    const start = Date.now();
    try {
      await check();
      console.log(`ok      ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n        ${error.stack.split('\n').slice(0, 12).join('\n        ')}`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${parts.length - failed} passed, ${failed} failed, of ${cases.length} models`);
process.exitCode = failed ? 1 : 0;
