// The design: the sentence, the columns by role, the settings and the text, each as a person changes them.

import { assert, equal, open, takeSample, test } from './harness.mjs';

const says = (page, part) => page.waitForFunction(part => document.querySelector('.sentence')?.innerText.replace(/\s+/g, ' ').includes(part), part);

async function design(here, sample) {
  const page = await open(here);
  await takeSample(page, sample);
  await page.locator('.rail-entry', { hasText: 'Design' }).click();
  await page.locator('.sentence').waitFor();
  return page;
}

test('design: the sentence is the specification', async here => {
  const page = await design(here, 'Credit');
  await says(page, 'Predict credit = bad, yes or no, from 20 columns.');
  await page.getByRole('button', { name: /^Folds:/ }).click();
  const folds = page.locator('.popover:popover-open').getByLabel('Folds', { exact: true });
  await folds.fill('99');
  await folds.press('Enter');
  await page.locator('.popover:popover-open', { hasText: 'Between 2 and 20' }).waitFor();
  await folds.fill('10');
  await folds.press('Enter');
  await says(page, 'over 10 folds');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelectorAll('.split-drawing .fold').length === 10);
  await page.getByRole('button', { name: /^What orders the models/ }).click();
  await page.getByRole('menuitemradio', { name: /^log loss/ }).click();
  await says(page, 'by log loss');
  await page.getByRole('button', { name: /^The class that/ }).click();
  await page.getByRole('menuitemradio', { name: /^good/ }).click();
  await says(page, 'credit = good');
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Control+z');
  await says(page, 'credit = bad, yes or no, from 20 columns. Split the rows at random. Lock away 20 % of the rows as a test, and compare 5 models over 5 folds by ROC AUC.');
  await page.getByRole('button', { name: /^What is predicted/ }).click();
  await page.locator('.popover:popover-open input').fill('amount');
  await page.locator('.pick-list .menu-item').click();
  await says(page, 'Predict credit_amount, a number');
});

test('design: a column changes its role by menu and by dragging', async here => {
  const page = await design(here, 'Credit');
  const list = name => page.locator('.role-list', { has: page.locator('h3', { hasText: name }) });
  await page.getByRole('button', { name: 'Move age', exact: true }).click();
  await page.getByRole('menuitemradio', { name: /^Known too late/ }).click();
  await list('Known too late').locator('.column-chip', { hasText: 'age' }).waitFor();
  await says(page, 'from 19 columns');
  await page.locator('.column-chip', { hasText: 'status' }).first().dragTo(list('Ignore'), { targetPosition: { x: 30, y: 30 } });
  await list('Ignore').locator('.column-chip', { hasText: 'status' }).waitFor();
  await says(page, 'from 18 columns');
  await page.getByRole('button', { name: /^Undo: status/ }).click();
  await says(page, 'from 19 columns');
});

test('design: settings are checked, counted and reset; the text says where it is wrong', async here => {
  const page = await design(here, 'Penguins');
  const network = page.locator('.candidate', { has: page.getByRole('heading', { name: 'Neural network' }) });
  await network.locator('summary').click();
  const layers = network.getByLabel('Hidden layers');
  await layers.fill('8, x');
  await layers.press('Enter');
  await network.locator('.field-help', { hasText: '“x” is no width' }).waitFor();
  await layers.fill('8, 4');
  await layers.press('Enter');
  await network.locator('summary', { hasText: '1 differs from the default' }).waitFor();
  await network.getByRole('button', { name: 'Back to the defaults' }).click();
  await network.locator('.count-pill').waitFor({ state: 'detached' });

  await page.getByRole('tab', { name: 'As text' }).click();
  const text = await page.getByLabel('The design as text').inputValue();
  await page.getByLabel('The design as text').fill(text.replace('"folds": 5', '"folds": "ten"'));
  await page.getByRole('button', { name: 'Take this design' }).click();
  const problem = await page.locator('#design-text-problem').innerText();
  assert(/line \d+, column \d+, field “folds”/.test(problem), `the place is named: ${problem}`);
  // It parses, but no field would take it: refused with key, value and range before anything changes.
  await page.getByLabel('The design as text').fill(text.replace('"folds": 5', '"folds": 1').replace(/"epochs": \d+/, '"epochs": 1000000'));
  await page.getByRole('button', { name: 'Take this design' }).click();
  const refused = page.locator('#design-text-problem');
  await refused.getByText('“folds” is 1, but takes a whole number from 2 to 20.').waitFor();
  await refused.getByText('“epochs” is 1000000, but takes a whole number from 1 to 10000.').waitFor();
  await says(page, 'over 5 folds');
  await page.getByLabel('The design as text').fill(text.replace('"folds": 5', '"folds": 3'));
  await page.getByRole('button', { name: 'Take this design' }).click();
  await says(page, 'over 3 folds');
  equal(await page.getByLabel('The design as text').inputValue(), text.replace('"folds": 5', '"folds": 3'), 'the text');
});

test('design: the palette finds what is typed, the sheet lists the keys', async here => {
  const page = await design(here, 'Penguins');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find an action' }).fill('go to data');
  await page.keyboard.press('Enter');
  await page.getByRole('grid').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Ctrl+K').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
});
