// How wide the uncertainty is: measured over folds on Trust, set aside on Design, promised in the form and in the package.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, open, takeSample, test } from './harness.mjs';
import { editDesign, shipAndVerify, stage, train } from './steps.mjs';

const pictures = process.env.HEARTH_PICTURES;
const main = page => page.locator('.stage.trust');
const section = page => main(page).getByRole('region', { name: 'How wide its uncertainty is' });

/** Of a part of the page, wide, narrow and dark. */
const picture = async (page, name, part) => {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  for (const [size, width, colorScheme] of [['wide', 1440, 'light'], ['narrow', 390, 'light'], ['dark', 1440, 'dark']]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400);
    await part.screenshot({ path: join(pictures, `spread-${name}-${size}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
};

const linear = design => {
  design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear);
};

test('spread: a width is measured over folds, then promised by rows that are set aside', async here => {
  const page = await open(here);
  await takeSample(page, 'Concrete');
  await editDesign(page, linear);
  await train(page, 2);
  await stage(page, 'Trust');
  const part = section(page);
  await part.getByText(/^9 in 10 predictions lie within ± [\d.]+ of the true /).waitFor({ timeout: 30_000 });
  await part.getByText(/^Each fold judged with a width from the other folds: \d\d\.\d.% of/).waitFor();
  await part.getByText(/^Measured, not promised: /).waitFor();
  assert(await part.locator('tbody tr').count() === 5, 'a row for each fold');
  await picture(page, 'measured', part);
  // Another level is another width, at once.
  const width = async () => Number((await part.locator('.verdict').innerText()).match(/± ([\d.]+)/)[1]);
  const ninety = await width();
  await part.getByRole('radio', { name: '80 %' }).check();
  await part.getByText(/^8 in 10 predictions/).waitFor();
  assert(await width() < ninety, 'a range that holds more rarely is narrower');

  await part.getByRole('button', { name: /^Set \d+ % of the rows aside$/ }).click();
  await page.getByText('aside for sure ranges').waitFor();
  await page.getByText(/are set aside for ranges/).waitFor({ timeout: 30_000 });
  await picture(page, 'design', page);
  await train(page, 2);
  await stage(page, 'Trust');
  await section(page).getByText(/^Promised: \d+ rows were set aside/).waitFor({ timeout: 30_000 });
  await picture(page, 'promised', section(page));
  await page.getByRole('tab', { name: 'One row', exact: true }).click();
  const answer = main(page).getByRole('complementary', { name: 'Prediction' });
  await answer.getByText(/^(8|9) in 10: [\d.−]+ to [\d.]+$/).waitFor({ timeout: 30_000 });
  await answer.getByText(/^Promised by rows that were set aside/).waitFor();
  await picture(page, 'row', answer);
  const { said } = await shipAndVerify(page);
  assert(/^lower: largest deviation .* within/m.test(said) && /^upper: .* within/m.test(said), said);
  await page.getByText('How far the truth may lie off').first().waitFor();
  await page.getByText(/^What it rests on\.|\d+ rows of the data were set aside before the training/).first().waitFor();
}, { timeout: 300_000 });

test('spread: classes have sets by size and by class', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, linear);
  await train(page, 2);
  await stage(page, 'Trust');
  const part = section(page);
  await part.getByText(/^Sets that hold the true class of 9 in 10 rows name one class for /).waitFor({ timeout: 30_000 });
  assert(await part.locator('tbody').first().locator('tr').count() === 3, 'three ways to make sets');
  assert(await part.locator('tbody').nth(1).locator('tr').count() === 2, 'a row for each class');
  const held = () => part.locator('tbody').nth(1).innerText();
  const before = await held();
  await part.getByLabel('Each class as often').check();
  await page.waitForFunction(
    before => document.querySelectorAll('[aria-label="How wide its uncertainty is"] tbody')[1]?.innerText !== before, before);
  await picture(page, 'classes', part);
  await page.getByRole('tab', { name: 'One row', exact: true }).click();
  const answer = main(page).getByRole('complementary', { name: 'Prediction' });
  await answer.getByText(/^9 in 10: (only|could be|no class)/).waitFor({ timeout: 30_000 });
  await answer.getByText('Measured over the folds, not promised.').waitFor();
}, { timeout: 240_000 });
