// A worker that dies is started again, work goes on where it was, and the page lives on; a training can be paused and stopped.

import { assert, drop, equal, open, takeSample, test } from './harness.mjs';
import { encode } from './neural/words.js';
import { editDesign, epoch, makeLong, makeSmall, networks, ship, stage, startTraining, train, trained, until } from './steps.mjs';

/** Lets a worker fail as an unexpected error in it would. */
async function fail(page, script) {
  const worker = page.workers().find(w => w.url().endsWith(script));
  assert(worker, `${script} runs`);
  await worker.evaluate(() => { setTimeout(() => { throw new Error('forced by a test'); }); });
}

test('the engine dies and gets its table and candidates back', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await train(page);
  here.expected.push(/forced by a test/);
  await fail(page, 'start-engine.js');
  await page.getByText(/engine ended and was started again/).waitFor({ timeout: 30_000 });
  // It answers again: rows, and the package of a candidate from before.
  await stage(page, 'Data');
  await page.getByText('Adelie').first().waitFor();
  await ship(page);
});

/** Opens a page that counts what its trainers post, and keeps these at hand as `trainers`. */
async function openWithTrainers(here) {
  const page = await here.context.newPage();
  await page.addInitScript(() => {
    globalThis.checkpoints = 0;
    globalThis.trainers = [];
    globalThis.Worker = class extends Worker {
      constructor(...given) {
        super(...given);
        if (!String(given[0]).includes('neural')) return;
        globalThis.trainers.push(this);
        // Only a checkpoint is large among what the trainer posts before it is done.
        this.addEventListener('message', ({ data }) => { globalThis.checkpoints += data.byteLength > 4_000; });
      }
    };
  });
  return open(here, '', page);
}

/** The trainer was lost: waits until the page says from which epoch it goes on, and until it has; then stops it. */
async function goesOn(page, epochs) {
  const notice = page.getByText(/goes on from epoch \d+, with the weights as they were then/).first();
  await notice.waitFor({ timeout: 60_000 });
  const from = Number((await notice.innerText()).match(/from epoch (\d+)/)[1]);
  // What is shown now is what the dead trainer had told.
  const shown = await epoch(page);
  let lowest = Infinity;
  await until(page, async () => {
    const now = await epoch(page);
    lowest = Math.min(lowest, now);
    return now > Math.max(shown, from) + epochs;
  }, 'going on', 120);
  assert(from > 0 && lowest >= from, `the curve goes on from epoch ${from}; it was at ${lowest}`);
  await page.getByRole('button', { name: 'Stop, keep the best' }).click();
  const names = await trained(page, 1);
  assert(names.some(name => name.includes('Neural network')), `the network was kept: ${names}`);
}

test('the trainer dies in mid-training and the curve goes on from its step', async here => {
  const page = await openWithTrainers(here);
  await takeSample(page, 'Concrete');
  await editDesign(page, makeLong);
  await startTraining(page);
  await until(page, () => page.evaluate(() => globalThis.checkpoints > 0), 'a checkpoint');
  await until(page, () => epoch(page), 'an epoch');
  here.expected.push(/forced by a test/);
  await fail(page, 'start-neural.js');
  await goesOn(page, 10);
});

test('the graphics device is lost in mid-training and the curve goes on from its step', async here => {
  const page = await openWithTrainers(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, design => {
    makeLong(design);
    // A step is a third of a second on an adapter in software, and here an epoch is one step.
    for (const network of networks(design)) Object.assign(network, { hidden: [16], batch_size: 512, dropout: 0 });
    design.candidates = design.candidates.filter(candidate => candidate.model.Network);
  });
  await startTraining(page);
  await until(page, () => page.evaluate(() => globalThis.checkpoints > 1), 'two checkpoints', 120);
  await until(page, () => epoch(page), 'an epoch');
  assert(/on the GPU/.test(await page.locator('.rail-device').innerText()), 'it learns on the GPU');
  const lose = [...new Uint8Array(encode('LoseDevice'))];
  await page.evaluate(lose => {
    const bytes = new Uint8Array(lose).buffer;
    globalThis.trainers.at(-1).postMessage({ bytes }, [bytes]);
  }, lose);
  await page.locator('.notice', { hasText: 'It ended and was started again (The graphics device was lost: ' }).first().waitFor({ timeout: 60_000 });
  await goesOn(page, 3);
  assert(/on the GPU/.test(await page.locator('.rail-device').innerText()), 'it went on on the GPU');
}, { gpu: true, timeout: 400_000 });

test('pausing holds, resuming goes on, stopping keeps the best', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, makeLong);
  await startTraining(page);
  await until(page, async () => await epoch(page) >= 3, 'the third epoch');
  await page.getByRole('button', { name: 'Pause' }).first().click();
  await page.getByText('paused; nothing is lost').waitFor();
  // What was on its way still comes.
  const held = await until(page, async () => {
    const then = await epoch(page);
    await page.waitForTimeout(1_500);
    return await epoch(page) === then && then;
  }, 'standing still');
  await page.waitForTimeout(1_500);
  equal(await epoch(page), held, 'the epoch while it is paused');
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await until(page, async () => await epoch(page) > held + 3, 'going on');
  await page.getByRole('button', { name: 'Stop, keep the best' }).click();
  const names = await trained(page);
  assert(names.some(name => name.includes('Neural network')), `the network is kept as good as it was: ${names}`);
});

test('after a pause that nobody ended, networks train again', async here => {
  const page = await open(here);
  const pauseTraining = async () => {
    await editDesign(page, makeLong);
    await startTraining(page);
    await until(page, () => epoch(page), 'an epoch');
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.getByText('paused; nothing is lost').waitFor();
  };
  const trainsAgain = async () => {
    await editDesign(page, makeSmall);
    const names = await train(page);
    assert(names.some(name => name.includes('Neural network')), `a network was trained: ${names}`);
  };
  // The engine dies in the pause, and its training with it.
  await takeSample(page, 'Concrete');
  await pauseTraining();
  here.expected.push(/forced by a test/);
  await fail(page, 'start-engine.js');
  await page.getByText(/engine ended and was started again/).waitFor({ timeout: 30_000 });
  await trainsAgain();
  // The person erases everything in the pause.
  await pauseTraining();
  await page.getByRole('button', { name: 'Project', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Erase everything…' }).click();
  await page.getByRole('dialog', { name: 'Erase everything' }).getByRole('button', { name: 'Erase everything' }).click();
  await page.locator('button.sample').first().waitFor();
  await takeSample(page, 'Penguins');
  await trainsAgain();
}, { timeout: 180_000 });

test('a network with balanced weights trains where a class occurs once', async here => {
  const page = await open(here);
  const rows = Array.from({ length: 240 }, (_, i) => `${i * 37 % 101},${i * 53 % 89},${i === 77 ? 'rare' : i * 37 % 101 > 50 ? 'high' : 'low'}`);
  await drop(page, 'rare.csv', `a,b,level\n${rows.join('\n')}\n`);
  await page.getByRole('grid').first().waitFor();
  await editDesign(page, design => {
    makeSmall(design);
    design.split.holdout = 0;
    for (const network of networks(design)) Object.assign(network, { class_weights: 'Balanced', batch_size: 64 });
  });
  const names = await train(page);
  assert(names.some(name => name.includes('Neural network')), `a network was trained: ${names}`);
});
