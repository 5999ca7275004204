// Candidates beside each other on Train: score against size, where two differ, stars and notes that a reload brings back.

import { assert, equal, open, takeSample, test } from './harness.mjs';
import { editDesign, stage, train } from './steps.mjs';

test('candidates beside each other: sizes, differences, a star and a note', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, design => {
    design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear || model.Boost);
  });
  await train(page, 3);
  const sizes = page.getByRole('region', { name: 'Score against size' });
  await sizes.locator('.verdict').getByText(/times smaller than|Nothing smaller does as well as/).waitFor();
  await sizes.getByRole('button', { name: 'Show as table' }).click();
  equal(await sizes.locator('tbody tr').count(), 2, 'candidates in the table of the chart');
  const beside = page.getByRole('region', { name: 'Side by side' });
  await beside.getByLabel('The selected candidate beside').selectOption({ index: 1 });
  const rows = Object.fromEntries((await beside.locator('tbody tr').allInnerTexts()).map(text => text.split(/\t/)).map(([name, ...values]) => [name.trim(), values]));
  assert(rows['ROC AUC']?.length === 2 && rows.Size?.length === 2, `what differs: ${Object.keys(rows)}`);
  await beside.locator("figure").getByText(/At 10.% false alarms, .* of the positives are found by/).waitFor();
  await page.getByRole('button', { name: 'Star Linear' }).click();
  const note = page.locator('.inspector').getByLabel('Note');
  await note.fill('ask Ines about the third column');
  await note.press('Tab');
  await page.waitForTimeout(300);
  await page.locator('.saved-state').getByText('Saved', { exact: true }).waitFor();
  await page.reload();
  await stage(page, 'Train');
  const star = page.getByRole('button', { name: 'Star Linear' });
  await star.waitFor({ timeout: 30_000 });
  equal(await star.getAttribute('aria-pressed'), 'true', 'the star');
  await page.waitForFunction(() => [...document.querySelectorAll('.inspector textarea')].some(field => field.value === 'ask Ines about the third column'));
}, { timeout: 120_000 });
