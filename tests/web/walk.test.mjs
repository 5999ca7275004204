// The whole job as a person does it: a sample, Train, how far it can be trusted, a prediction, the package, and the package
// run by onnxruntime in Python.

import { readFileSync } from 'node:fs';
import { assert, drop, equal, open, takeSample, test } from './harness.mjs';
import { editDesign, makeSmall, shipAndVerify, stage, train } from './steps.mjs';

for (const gpu of [false, true]) {
  test(`the whole job ${gpu ? 'with' : 'without'} WebGPU`, async here => {
    const page = await open(here);
    await takeSample(page, 'Penguins');
    if (gpu) await editDesign(page, makeSmall);
    const start = Date.now();
    const names = await train(page);
    console.log(`        trained in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    for (const name of ['Baseline', 'Linear', ...(gpu ? [] : ['Boosted trees', 'Random forest']), 'Neural network']) {
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
  const [header, ...predicted] = text.trim().split(/\r?\n/).map(line => line.split(','));
  equal(header, ['id_number', 'x', 'answer', 'predicted answer', 'probability of no', 'probability of yes', 'never seen in training'], 'the columns');
  equal(predicted.map(row => row[0]), ['1', '2', '3'], 'the rows in their order');
  for (const [id, , , label, ...more] of predicted) {
    const shares = more.slice(0, 2), [no, yes] = shares.map(Number);
    assert((more[2] !== '') === (id === '3'), `row ${id}: a text in the place of a number is flagged, and nothing else: “${more[2]}”`);
    assert(shares.length === 2 && no >= 0 && yes >= 0 && Math.abs(no + yes - 1) < 1e-6, `row ${id}: the probabilities ${shares} sum to one`);
    assert(label === (yes > no ? 'yes' : 'no'), `row ${id}: “${label}” is the more probable of both, ${shares}`);
  }
});
