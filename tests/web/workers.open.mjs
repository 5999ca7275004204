// A worker that dies is started again, work goes on where it was, and the page lives on.

import { assert, open, takeSample, test } from './harness.mjs';
import { networks, editDesign, stage, startTraining, train, trained } from './steps.mjs';

/** Lets a worker fail as an unexpected error in it would. */
async function fail(page, script) {
  const worker = page.workers().find(w => w.url().endsWith(script));
  assert(worker, `${script} runs`);
  await worker.evaluate(() => { setTimeout(() => { throw new Error('forced by a test'); }); });
}

test('the engine dies and gets its table and candidates back', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await train(page);
  here.expected.push(/forced by a test/);
  await fail(page, 'start-engine.js');
  await page.getByText(/engine ended and was started again/).waitFor({ timeout: 30_000 });
  // It answers again: rows, and a prediction by a candidate from before.
  await stage(page, 'Data');
  await page.getByText('Adelie').first().waitFor();
  await stage(page, 'Ship');
  await page.getByRole('button', { name: 'Build the package' }).click();
  await page.getByRole('button', { name: 'Download' }).waitFor({ timeout: 60_000 });
});

test('the trainer dies in mid-training and the curve goes on from its step', async here => {
  const page = await open(here);
  await takeSample(page, 'Concrete');
  await editDesign(page, design => {
    design.split.folds = 2;
    for (const network of networks(design)) Object.assign(network, { epochs: 150, early_stopping: null });
  });
  await startTraining(page);
  const epoch = () => page.evaluate(() => Number(document.body.innerText.match(/best at\s+epoch (\d+)/)?.[1] ?? 0));
  const past = async least => { while (await epoch() < least) await page.waitForTimeout(50); };
  await past(20);
  here.expected.push(/forced by a test/);
  await fail(page, 'start-neural.js');
  await page.getByText(/started again|goes on/i).first().waitFor({ timeout: 30_000 });
  assert(await epoch() >= 20, 'the curve is still there');
  const names = await trained(page);
  assert(names.some(name => name.includes('Neural network')), `the network was trained: ${names}`);
});

test('pausing holds, resuming goes on, stopping keeps the best', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, design => { for (const network of networks(design)) network.epochs = 400; });
  await startTraining(page);
  await page.getByRole('button', { name: 'Pause' }).first().click();
  await page.getByRole('button', { name: /Resume|Go on/ }).first().click();
  await page.locator('table.board tbody tr', { hasText: 'Linear' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop, keep the best' }).click();
  const names = await trained(page, 2);
  assert(names.some(name => name.includes('Linear')), `what was complete stays: ${names}`);
});
