// The page stays alive under work: the longest gap between animation frames during import, training on the CPU and export,
// and with the tables of HEARTH_DATA also what a large prepared matrix costs on its way to the trainer.
// The budget is 100 ms. Measured and not asserted: the figure belongs to the machine as much as to the page.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { drop, open, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, networks, stage, startTraining, train, trained } from './steps.mjs';

/** Notes the gaps between animation frames, and the page's own tasks of 50 ms and more, from now on. */
const watch = page => page.evaluate(() => {
  window.gaps = [];
  window.tasks = [];
  new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(task => task.duration))).observe({ type: 'longtask' });
  let last = performance.now();
  const frame = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
});

/** The longest gap and the longest task since the last question. A gap without a task is the machine's: its cores had other work. */
const longest = page => page.evaluate(() => [Math.max(0, ...window.gaps.splice(0)), Math.max(0, ...window.tasks.splice(0))]);

const told = gaps => Object.entries(gaps).map(([name, [gap, task]]) => `${name} ${gap.toFixed(0)} ms (${task ? `own task ${task.toFixed(0)} ms` : 'no own task of 50 ms'})`).join(', ');

test('the longest gaps between frames', async here => {
  const page = await open(here);
  await page.waitForTimeout(3_000);
  await watch(page);
  const gaps = {};
  // The file is made in the page before, so that making it does not count.
  await page.evaluate(() => {
    const lines = Array.from({ length: 150_000 }, (_, i) => `${i},${(i * 7919) % 10007 / 100},${['red', 'green', 'blue'][i % 3]},2024-01-${String(i % 28 + 1).padStart(2, '0')}`);
    window.many = new DataTransfer();
    window.many.items.add(new File([`row,x,colour,day\n${lines.join('\n')}\n`], 'many.csv'));
  });
  await page.waitForTimeout(500);
  await longest(page);
  await page.evaluate(() => {
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: window.many }));
    }
  });
  await page.getByRole('grid').first().waitFor({ timeout: 60_000 });
  await untilStored(page, now => now.projects.length === 1);
  gaps.import = await longest(page);
  // At once, before the trainer is there; and after a person has looked at the rows, and the trainer has warmed up.
  for (const [name, seconds] of [['training at once', 1], ['training after a look', 12]]) {
    await page.goto(here.url);
    await page.waitForFunction(() => !document.getElementById('boot'));
    await takeSample(page, 'Penguins');
    await page.waitForTimeout(seconds * 1_000);
    await watch(page);
    await startTraining(page);
    await trained(page);
    gaps[name] = await longest(page);
  }
  await stage(page, 'Ship');
  await page.getByRole('button', { name: 'Build the package' }).click();
  await page.getByRole('button', { name: 'Download', exact: true }).waitFor({ timeout: 60_000 });
  gaps.export = await longest(page);
  console.log(`        longest gaps: ${told(gaps)}`);
}, { timeout: 240_000 });

test('the longest gaps between frames with 200 classes', async here => {
  const page = await open(here);
  const lines = Array.from({ length: 6_000 }, (_, i) => `${i % 200 + i * 7919 % 101 / 20},${i * 53 % 89},${i * 31 % 7},class ${i % 200}`);
  await drop(page, 'classes.csv', `a,b,c,kind\n${lines.join('\n')}\n`);
  await page.getByRole('grid').first().waitFor();
  await editDesign(page, design => {
    makeShort(design);
    design.dataset.target = 'kind';
    design.candidates = design.candidates.filter(candidate => candidate.model.Network);
  });
  await train(page, 1);
  await stage(page, 'Train');
  await page.waitForTimeout(2_000);
  await watch(page);
  const gaps = {};
  await stage(page, 'Trust');
  await page.locator('.figure-grid figure').nth(3).waitFor();
  await page.waitForTimeout(1_000);
  gaps['opening Trust'] = await longest(page);
  const name = page.getByLabel('Project name');
  await name.fill('many kinds');
  await name.press('Enter');
  await page.waitForTimeout(1_500);
  gaps.saving = await longest(page);
  console.log(`        longest gaps: ${told(gaps)}`);
}, { timeout: 240_000 });

/** One epoch of a small network in two folds: what costs is the matrix, not the training. */
const makeShort = design => {
  design.split.folds = 2;
  for (const network of networks(design)) Object.assign(network, { epochs: 1, hidden: [8], batch_size: 4096 });
  design.candidates = design.candidates.filter(({ model }) => !model.Linear && !model.Boost && !model.Forest);
};

for (const name of ['adult.csv', 'nyc_flights.csv']) {
  const path = join(process.env.HEARTH_DATA ?? '/nowhere', name);
  if (!existsSync(path)) continue;
  test(`the longest gaps between frames with ${name}`, async here => {
    const page = await open(here);
    await page.waitForTimeout(3_000);
    await watch(page);
    const gaps = {};
    const choose = page.locator('button, label', { hasText: 'Choose a file' }).first();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), choose.click()]);
    await longest(page);
    await chooser.setFiles(path);
    await page.getByRole('grid').first().waitFor({ timeout: 120_000 });
    await page.waitForTimeout(4_000);
    gaps.import = await longest(page);
    await editDesign(page, makeShort);
    await page.waitForTimeout(1_500);
    await longest(page);
    await startTraining(page);
    await trained(page, 2);
    gaps.training = await longest(page);
    console.log(`        longest gaps: ${told(gaps)}`);
  }, { timeout: 400_000 });
}
