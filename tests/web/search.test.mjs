// A search as a person uses it: switched on by a word of the sentence, run, ended, its models packaged and run by
// onnxruntime, done again, and kept over a reload.

import { assert, equal, open, takeSample, test } from './harness.mjs';
import { editDesign, shipAndVerify, stage, startTraining, trained } from './steps.mjs';

test('search: settings are found, join the models, are packaged, and come out the same again', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await stage(page, 'Design');
  await page.locator('.sentence').getByRole('button', { name: 'Time for a search: no time' }).click();
  await page.getByRole('menuitemradio', { name: /^1 minute/ }).click();
  await page.locator('#search').getByText('What is tried, and from where to where').click();
  await editDesign(page, design => {
    equal(design.search.minutes, 1, 'the minutes as text');
    design.split.folds = 3;
    design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear);
    design.search.spaces = design.search.spaces.filter(({ kind }) => kind === 'Linear' || kind === 'ExtraTrees');
  });
  await startTraining(page);
  const part = page.locator('.search-part');
  await part.getByText(/Searching: .* on every fold\. Best so far/).waitFor({ timeout: 60_000 });
  await part.getByText('The locked test set, which no trial has seen, tells the truth.').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.search-part tbody tr').length >= 12, undefined, { timeout: 60_000 });
  await part.getByRole('button', { name: 'End the search, train the best' }).click();
  const names = await trained(page, 3);
  const found = names.filter(name => name.includes(', found'));
  assert(found.length >= 1, `something was found: ${names.join(' | ')}`);
  await part.getByText(/The search has tried \d+ settings/).waitFor();
  await page.locator('.board-name', { hasText: found[0] }).click();
  await page.getByText(/Found by a search: trial \d+ of \d+/).first().waitFor();
  const { said } = await shipAndVerify(page);
  assert(/probabilities: largest deviation \S+ in 64 rows, within/.test(said), said);
  await stage(page, 'Train');
  await part.getByRole('button', { name: 'Do the same trials again' }).click();
  await page.getByText(/trials done again: every score is the same, to the last digit/).waitFor({ timeout: 120_000 });
  const tried = await part.locator('tbody tr').count();
  await page.waitForTimeout(1500);
  await page.reload();
  await stage(page, 'Train');
  await part.getByText(/The search has tried \d+ settings/).waitFor();
  equal(await part.locator('tbody tr').count(), tried, 'the trials are kept');
}, { timeout: 300_000 });
