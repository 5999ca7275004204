// From a click on Train to five-fold cross-validated baseline, logistic regression and default network on the penguins, on
// the CPU path; beside it scikit-learn with the same folds, widths and epochs at most. The budget is 10 s on two cores. Measured
// and not asserted: the figure belongs to the machine as much as to the page.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { open, root, takeSample, test } from './harness.mjs';
import { networks, stage, startTraining, trained } from './steps.mjs';

test('penguins from click to cross-validated network', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  // The trainer is loaded while the page is idle.
  await page.waitForTimeout(5_000);
  await stage(page, 'Design');
  await page.getByText('As text', { exact: true }).first().click();
  const design = JSON.parse(await page.getByLabel('The design as text').inputValue());
  await stage(page, 'Train');
  const begun = performance.now();
  await startTraining(page);
  await trained(page);
  const ours = (performance.now() - begun) / 1000;
  const [network] = networks(design);
  const settings = JSON.stringify({
    file: join(root, 'public/samples/penguins.csv'), target: design.dataset.target, folds: design.split.folds,
    hidden: network.hidden, epochs: network.epochs, patience: network.patience, batch: network.batch_size,
    rate: network.learning_rate,
  });
  const python = join(process.env.HEARTH_PYTHON, 'bin/python');
  const script = join(root, 'tests/reference/penguins_speed.py');
  const theirs = Number(execFileSync(python, [script, settings], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '2' } }));
  console.log(`        Hearth ${ours.toFixed(1)} s, scikit-learn ${theirs.toFixed(1)} s`);
}, { timeout: 120_000 });
