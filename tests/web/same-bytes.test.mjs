// A package made in the browser is, byte for byte, the one that the same engine makes as a program of this machine.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, equal, open, root, takeSample, test } from './harness.mjs';
import { editDesign, ship, train } from './steps.mjs';

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** The files of a package by name. */
function unpacked(path) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-package-'));
  try {
    const python = join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python');
    execFileSync(python, ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', path, folder]);
    return new Map(readdirSync(folder).map(name => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a package has the same bytes as one made outside the browser', async here => {
  const page = await open(here);
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
  const said = execFileSync(
    'cargo',
    ['run', '--quiet', '--locked', '--profile', 'test', '--example', 'package_digest', '--', 'public/samples/penguins.csv', created, String(seconds)],
    { cwd: root, encoding: 'utf8' },
  );
  const outside = new Map(said.trim().split('\n').map(line => line.split('  ').reverse()));
  const different = [...outside.keys()].filter(name => name !== 'package' && !(files.has(name) && sha256(files.get(name)) === outside.get(name)));
  equal(different, [], 'files that differ');
  equal([...files.keys()].sort(), [...outside.keys()].filter(name => name !== 'package').sort(), 'files');
  equal(sha256(readFileSync(path)), outside.get('package'), 'the SHA-256 of the whole package');
}, { timeout: 900_000 });
