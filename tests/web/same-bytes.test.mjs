// A package made in the browser is, byte for byte, the one that the same engine makes as a program of this machine.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, equal, open, root, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, makeSmall, ship, stage, train } from './steps.mjs';

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** The files of a package by name. */
function unpacked(path) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-package-'));
  try {
    const python = join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python');
    execFileSync(python, ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', path, folder]);
    const names = readdirSync(folder, { recursive: true }).filter(name => statSync(join(folder, name)).isFile());
    return new Map(names.map(name => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compares a package with what the program outside makes of `given`, file by file and as a whole. */
function same(path, given) {
  const files = unpacked(path);
  // As the native tests are compiled, so that the library is not compiled once more.
  const said = execFileSync(
    'cargo',
    ['run', '--quiet', '--locked', '--profile', 'test', '--example', 'package_digest', '--', ...given],
    { cwd: root, encoding: 'utf8' },
  );
  const outside = new Map(said.trim().split('\n').map(line => line.split('  ').reverse()));
  const different = [...outside.keys()].filter(name => name !== 'package' && !(files.has(name) && sha256(files.get(name)) === outside.get(name)));
  equal(different, [], 'files that differ');
  equal([...files.keys()].sort(), [...outside.keys()].filter(name => name !== 'package').sort(), 'files');
  equal(sha256(readFileSync(path)), outside.get('package'), 'the SHA-256 of the whole package');
}

/** Keeps what the page asks of the engine, from its opening on. */
const listen = page => page.addInitScript(() => {
  globalThis.asked = [];
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.keeps = String(given[0]).includes('engine');
    }

    postMessage(message, ...rest) {
      if (this.keeps && message?.bytes) globalThis.asked.push(new Uint8Array(message.bytes.slice(0)));
      super.postMessage(message, ...rest);
    }
  };
});

/** Writes what the page has asked of the engine into a folder, a file for each. */
async function asked(page, folder) {
  const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  const all = await page.evaluate(`globalThis.asked.map(${base64})`);
  return all.map((text, i) => {
    writeFileSync(join(folder, `request-${i}`), Buffer.from(text, 'base64'));
    return join(folder, `request-${i}`);
  });
}

test('a package has the same bytes as one made outside the browser', async here => {
  const page = await here.context.newPage();
  await listen(page);
  await open(here, '', page);
  await takeSample(page, 'Penguins');
  await editDesign(page, design => {
    design.candidates = design.candidates.filter(candidate => candidate.model.Linear);
    equal(design.candidates.length, 1, 'linear candidates');
  });
  await train(page, 1);
  const path = await ship(page);
  const files = unpacked(path);
  const text = name => JSON.parse(files.get(name).toString('utf8'));
  // When the training ended, and how long the fits took: the clock's, and given to the other program.
  const { created } = text('schema.json');
  const seconds = text('report.json').fit_seconds;
  assert(/^\d{4}-\d\d-\d\dT/.test(created) && seconds >= 0, `${created}, ${seconds} s`);
  const folder = mkdtempSync(join(tmpdir(), 'hearth-asked-'));
  try {
    same(path, ['public/samples/penguins.csv', String(seconds), ...await asked(page, folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, { timeout: 900_000 });

/** What lies in the browser's storage of a run, and what the page has asked of the engine. */
const ofRun = (page, number) => page.evaluate(async number => {
  const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('hearth');
  for await (const project of projects.values()) {
    for await (const [name, handle] of project.entries()) {
      if (!name.startsWith(`run-${number}-`)) continue;
      const run = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      return { run: base64(run), asked: globalThis.asked.map(base64) };
    }
  }
  throw new Error(`Run ${number} is not stored.`);
}, number);

test('from one stored run of each kind the browser and a program outside make the same package', async here => {
  const page = await here.context.newPage();
  await listen(page);
  await open(here, '', page);
  await takeSample(page, 'Credit');
  await editDesign(page, makeSmall);
  await train(page);
  await untilStored(page, now => now.projects[0]?.n_runs === 3);
  const folder = mkdtempSync(join(tmpdir(), 'hearth-run-'));
  try {
    for (const [number, name] of [[1, 'Baseline'], [2, 'Linear'], [3, 'Neural network']]) {
      await stage(page, 'Trust');
      await page.locator('.trust-run select').selectOption({ label: name });
      const path = await ship(page);
      const { run, asked } = await ofRun(page, number);
      const write = (file, base64) => {
        writeFileSync(join(folder, file), Buffer.from(base64, 'base64'));
        return join(folder, file);
      };
      const requests = asked.map((base64, i) => write(`request-${i}`, base64));
      same(path, ['stored', write('run', run), ...requests]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, { timeout: 900_000 });

test('the shell packages and trains a project of the page as the page does', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, design => { design.candidates = design.candidates.filter(candidate => !candidate.model.Network); });
  await train(page, 4);
  const place = await ship(page);
  await untilStored(page, now => now.projects[0]?.n_runs === 4);
  await page.getByRole('button', { name: 'Project', exact: true }).click();
  const item = page.getByRole('menuitem', { name: 'Save as one file' });
  const [download] = await Promise.all([page.waitForEvent('download'), item.click()]);
  const project = await download.path();
  const folder = mkdtempSync(join(tmpdir(), 'hearth-shell-'));
  // The one that the native tests have built and used.
  const program = join(process.env.CARGO_TARGET_DIR, 'debug', 'hearth');
  const hearth = (...given) => execFileSync(program, given, { cwd: root, encoding: 'utf8' });
  try {
    hearth('package', project, '--out', join(folder, 'package.zip'));
    equal(sha256(readFileSync(join(folder, 'package.zip'))), sha256(readFileSync(place)), 'the SHA-256 of the whole package');
    hearth('train', project, '--out', join(folder, 'again.hearth.zip'));
    const best = JSON.parse(hearth('validate', project, '--json')).best;
    const name = JSON.parse(hearth('validate', project, '--json')).runs.find(run => run.run === best).name;
    hearth('package', join(folder, 'again.hearth.zip'), '--run', name, '--out', join(folder, 'again.zip'));
    const [there, again] = [unpacked(place), unpacked(join(folder, 'again.zip'))];
    for (const same of ['model.onnx', 'golden.csv', 'design.json', 'recipe.json', 'reference.json']) {
      // The model's own documents tell when it was trained.
      const bytes = map => same === 'model.onnx' ? Buffer.from(map.get(same).toString('latin1').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, ''), 'latin1') : map.get(same);
      assert(bytes(there).equals(bytes(again)), `${same} of a model that the shell trained is the page's`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, { timeout: 900_000 });
