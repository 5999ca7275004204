// The whole job as a person does it: a sample, Train, how far it can be trusted, a prediction, the package, and the package
// run by onnxruntime in Python.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, drop, open, ready, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, heldForOffline, networks, stage, train } from './steps.mjs';

/** A network small enough for an adapter in software, which takes a third of a second for a step. */
function makeSmall(design) {
  design.split.folds = 2;
  for (const network of networks(design)) Object.assign(network, { epochs: 3, hidden: [8] });
}

/** Builds the package of the selected run, downloads it, and lets its own verify.py run it. */
async function shipAndVerify(page) {
  await stage(page, 'Ship');
  await page.getByRole('button', { name: 'Build the package' }).click();
  const button = page.getByRole('button', { name: 'Download' });
  await button.waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const bytes = readFileSync(await download.path());
  const folder = mkdtempSync(join(tmpdir(), 'hearth-package-'));
  try {
    const python = join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python');
    execFileSync(python, ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', await download.path(), folder]);
    const verify = execFileSync('find', [folder, '-name', 'verify.py'], { encoding: 'utf8' }).trim();
    const said = execFileSync(python, [verify], { encoding: 'utf8' });
    return { bytes, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const gpu of [false, true]) {
  test(`the whole job ${gpu ? 'with' : 'without'} WebGPU`, async here => {
    const page = await open(here);
    await takeSample(page, 'Penguins');
    if (gpu) await editDesign(page, makeSmall);
    const start = Date.now();
    const names = await train(page);
    console.log(`        trained in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    for (const name of ['Baseline', 'Linear', 'Neural network']) {
      assert(names.some(n => n.includes(name)), `${name} is on the leaderboard: ${names.join(', ')}`);
    }
    const device = await page.locator('.rail-device').innerText();
    assert(device.includes(gpu ? 'GPU' : 'CPU'), `the page says what the network ran on: ${device}`);
    await stage(page, 'Trust');
    assert((await page.locator('.trust h1').innerText()).length > 20, 'there is a verdict');
    const { said } = await shipAndVerify(page);
    console.log(`        ${said.trim().split('\n').pop()}`);
  }, { gpu, timeout: 300_000 });
}

test('a file of its own is predicted, and comes back with predictions', async here => {
  const page = await open(here);
  const rows = Array.from({ length: 120 }, (_, i) => `${i},${i % 3 === 0 ? '' : (i * 37) % 100},${i % 2 ? 'yes' : 'no'}`);
  await drop(page, 'own.csv', `id_number,x,answer\n${rows.join('\n')}\n`);
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
  await train(page);
  await stage(page, 'Ship');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Predict a CSV' }).click()]);
  const download = page.waitForEvent('download');
  await chooser.setFiles({ name: 'new.csv', mimeType: 'text/csv', buffer: Buffer.from('id_number,x,answer\n1,5,\n2,,\n3,x,\n') });
  const text = readFileSync(await (await download).path(), 'utf8');
  assert(text.trim().split(/\r?\n/).length === 4, `three rows and a header come back: ${text}`);
});
