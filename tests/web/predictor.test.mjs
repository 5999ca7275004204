// From Ship to a page that predicts with no server anywhere, and the choice of what it does with rows unlike the training.

import { readFileSync, renameSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { assert, equal, open, takeSample, test } from './harness.mjs';
import { buildPackage, editDesign, stage, train, until, withoutTrees } from './steps.mjs';

async function downloaded(page, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
  const path = await download.path(), named = `${path}${download.suggestedFilename().match(/\.\w+$/)[0]}`;
  renameSync(path, named);
  return named;
}

test('predictor: a choice on Ship, a page that opens from a disk when the server is gone', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, design => {
    withoutTrees(design);
    design.split.folds = 3;
    design.candidates = design.candidates.filter(c => c.model === 'Baseline' || c.model.Linear);
  });
  await train(page, 2);
  await stage(page, 'Ship');
  const guard = page.getByRole('region', { name: 'Rows unlike the training' });
  await guard.getByLabel('Give no answer').check();
  await guard.getByText('gets no prediction').waitFor();
  await page.keyboard.press('Control+z');
  await guard.getByText('the reason to doubt it stands beside').waitFor();
  await guard.getByLabel('Give no answer').check();
  await buildPackage(page);
  const own = page.getByRole('region', { name: 'On its own' });
  await own.getByText(/The program takes at most 200 kB, the model in it [\d.]+ kB more/).waitFor();
  const file = await downloaded(page, 'Download the page');
  const module = await downloaded(page, 'Download the module');
  equal(readFileSync(module).subarray(0, 2).toString(), 'PK', 'the module is a ZIP');
  // Another choice makes the package stale.
  await guard.getByLabel('Refuse').check();
  await page.getByText('It was made to do something else with rows unlike those of the training.').waitFor();
  await here.stopServer();
  const alone = await here.context.newPage();
  await alone.goto(pathToFileURL(file).href);
  await alone.getByRole('group', { name: 'Prediction' }).locator('.says').waitFor();
  const number = alone.locator('.fields input[inputmode=decimal]').first();
  await number.fill('1e9');
  await until(alone, async () => await alone.locator('.says').innerText() === 'No answer', 'a row unlike the training gets no answer');
  await alone.getByRole('button', { name: 'A usual row' }).click();
  await until(alone, async () => await alone.locator('.says').innerText() !== 'No answer', 'a usual row gets one');
  assert((await alone.title()).includes('species'), await alone.title());
}, { timeout: 240_000 });
