// Predictions that were made elsewhere: the columns are proposed by their values, judged, and stand on Trust without a model.

import { assert, drop, equal, open, test } from './harness.mjs';
import { stage } from './steps.mjs';

/** Truth, two scores of it, folds and a plan, from a generator of Park and Miller. */
function predictions() {
  let state = 7;
  const unit = () => (state = state * 48271 % 2147483647) / 2147483647;
  const lines = ['churn,good,poor,fold,plan'];
  for (let row = 0; row < 400; row++) {
    const yes = unit() < 0.4;
    const score = noise => 1 / (1 + Math.exp(-((yes ? 1.2 : -1.2) + noise * (unit() + unit() + unit() - 1.5))));
    lines.push([yes ? 'yes' : 'no', score(3).toFixed(4), score(8).toFixed(4), row % 5 + 1, unit() < 0.5 ? 'basic' : 'full'].join());
  }
  return lines.join('\n');
}

const main = page => page.locator('.stage.trust');

test('judged: a file of truth and scores is judged without a training, and stays after a reload', async here => {
  const page = await open(here);
  await drop(page, 'predictions.csv', predictions());
  await stage(page, 'Design');
  await page.getByRole('button', { name: 'Judge predictions made elsewhere' }).click();
  await page.getByRole('heading', { name: 'Which columns hold the predictions?' }).waitFor();
  await page.getByText(/A guess from the values: “churn” tells what was true.*5 folds of “fold”\. A higher score means “yes”\./).waitFor({ timeout: 30_000 });
  equal(await page.getByRole('button', { name: /^Without / }).allInnerTexts(), ['Without good', 'Without poor'], 'both scores are proposed');
  // What is no score holds the press, with its reason.
  await page.getByLabel('What was predicted').selectOption({ label: 'plan' });
  await page.locator('.problem-text', { hasText: 'is no class of the truth' }).waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Without plan' }).click();
  await page.getByText(/read as probabilities, 400 rows in 5 folds/).waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Judge', exact: true }).click();
  await main(page).getByText('Made elsewhere: 5 folds over 400 rows; read as probabilities; no model is here').waitFor({ timeout: 60_000 });
  await main(page).getByText('The rows were new to the model').waitFor();
  await main(page).getByRole('region', { name: 'Beside the other candidates' }).getByText(/^good by ROC AUC: better than poor/).waitFor({ timeout: 60_000 });
  await main(page).getByRole('region', { name: 'Choose the line' }).getByText(/^Flag from a probability of/).waitFor({ timeout: 60_000 });
  await page.getByRole('tab', { name: 'Why', exact: true }).click();
  await main(page).getByText(/there is no model here/).waitFor();
  await stage(page, 'Ship');
  await page.locator('.stage.ship').getByText(/there is no model here/).waitFor();
  assert(await page.getByRole('button', { name: 'Build the package' }).count() === 0, 'nothing can be packaged');
  await page.waitForTimeout(1_500);
  await page.reload();
  await stage(page, 'Trust');
  await page.getByRole('tab', { name: 'Findings', exact: true }).click();
  await main(page).getByText('Made elsewhere: 5 folds over 400 rows; read as probabilities; no model is here').waitFor({ timeout: 60_000 });
  await main(page).getByRole('region', { name: 'Choose the line' }).getByText(/^Flag from a probability of/).waitFor({ timeout: 60_000 });
}, { timeout: 240_000 });
