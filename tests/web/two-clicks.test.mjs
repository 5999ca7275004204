// From an opened page to a first trained model: a sample's card, then Train.

import { assert, open, test } from './harness.mjs';
import { trained } from './steps.mjs';

test('two clicks from opening to a first trained model', async here => {
  const page = await open(here);
  let clicks = 0;
  const click = async locator => { clicks += 1; await locator.click(); };
  await click(page.locator('.sample', { hasText: 'Penguins' }));
  const go = page.getByRole('button', { name: /^Train \d+ candidates to predict species/ });
  await go.waitFor();
  assert(await page.title() === 'penguins – Hearth', `the tab is named after the project: ${await page.title()}`);
  // A press on a column's picture looks at the column and hides no row.
  const picture = await page.locator('.head-cell .picture').nth(1).boundingBox();
  await page.mouse.click(picture.x + picture.width / 2, picture.y + picture.height / 2);
  await page.locator('.column-name').waitFor();
  assert(await page.locator('.filters .chip').count() === 0, 'a press filters nothing');
  await click(go);
  const names = await trained(page);
  assert(clicks === 2 && names.length >= 3, `${clicks} clicks, ${names.join(', ')}`);
}, { timeout: 300_000 });
