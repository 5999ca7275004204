// Why: what columns are worth to a model of a sample, how the prediction follows one, and one row taken apart.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, equal, open, takeSample, test } from './harness.mjs';
import { buildPackage, editDesign, stage, train, until } from './steps.mjs';

const pictures = process.env.HEARTH_PICTURES;
/** Of the page, or of a part of it, once its marks stand still. */
const picture = async (page, name, part = page) => {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.waitForTimeout(400);
  await part.screenshot({ path: join(pictures, `why-${name}.png`) });
};

const main = page => page.locator('.stage.trust');
const tab = (page, name) => page.getByRole('tab', { name, exact: true });

/** A trained linear model of the penguins on Trust; a network takes long and is not what this is about. */
async function trust(here, sample = 'Penguins') {
  const page = await open(here);
  await takeSample(page, sample);
  await editDesign(page, design => {
    design.candidates = design.candidates.filter(candidate => candidate.model === 'Baseline' || candidate.model.Linear);
  });
  await train(page, 2);
  await stage(page, 'Trust');
  return page;
}

test('why: what each column is worth stands in a sentence, a chart and a table, and its shape beside it', async here => {
  const page = await trust(here);
  await tab(page, 'Why').click();
  const headline = main(page).locator('.why-worth .verdict');
  await headline.waitFor({ timeout: 60_000 });
  const said = await headline.innerText();
  assert(/ tells most: without it accuracy falls from [\d.]+ to [\d.]+\./.test(said), said);
  assert(/that the fold's model had not seen/.test(await main(page).innerText()), 'the rows are named');
  const shape = main(page).getByRole('region', { name: 'How the prediction follows columns' });
  await shape.locator('.figure-title', { hasText: /the probability of .* (rises|falls|is highest)/ }).first().waitFor({ timeout: 30_000 });
  await main(page).locator('.figure-title', { hasText: 'most, up or down' }).waitFor({ timeout: 30_000 });
  await picture(page, 'wide');
  const worth = main(page).getByRole('region', { name: 'What columns are worth' });
  await worth.getByRole('button', { name: 'Show as table' }).click();
  const rows = await worth.locator('tbody tr').count();
  assert(rows >= 7, `every column stands in the table: ${rows}`);
  const name = said.split(' tells most')[0];
  const other = (await main(page).getByLabel('Column', { exact: true }).locator('option').allInnerTexts()).find(text => text !== name);
  await main(page).getByLabel('Column', { exact: true }).selectOption({ label: other });
  await shape.locator('.figure-title', { hasText: other }).waitFor({ timeout: 30_000 });
  const pair = main(page).getByLabel('Together with');
  await pair.selectOption({ label: name });
  await shape.locator('.figure-title', { hasText: /interplay/ }).waitFor({ timeout: 30_000 });
  await picture(page, 'shapes', shape);
  await picture(page, 'many', main(page).getByRole('region', { name: 'What columns add in many rows' }));
  const few = main(page).getByRole('region', { name: 'A few questions that say nearly the same' });
  await few.getByText(/A few questions say \d/).waitFor({ timeout: 30_000 });
  assert((await few.locator('.why-tree li').count()) >= 3, 'a tree of questions');
  await picture(page, 'few', few);
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'narrow');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await picture(page, 'dark', shape);
  // It travels with the package and stands in the report.
  await stage(page, 'Ship');
  await buildPackage(page);
  await page.getByText('What its columns are worth').first().waitFor({ timeout: 60_000 });
}, { timeout: 240_000 });

test('why: one row is taken apart, and another answer is a press away', async here => {
  const page = await trust(here);
  await tab(page, 'One row').click();
  const parts = main(page).getByRole('region', { name: 'What each column adds' });
  await parts.locator('.figure-title', { hasText: /speaks most (for|against)/ }).waitFor({ timeout: 30_000 });
  await picture(page, 'row');
  const before = await main(page).locator('.answer').innerText();
  const region = main(page).getByRole('region', { name: 'What would have to be different' });
  const wish = region.getByRole('button', { name: /^For / }).first();
  const wanted = (await wish.innerText()).replace(/^For /, '');
  assert(wanted !== before, `${wanted} is another answer than ${before}`);
  await wish.click();
  const way = region.locator('.why-ways li').first();
  await way.waitFor({ timeout: 30_000 });
  assert(/^If .* were .* instead of .*: /.test(await way.innerText()), await way.innerText());
  assert((await region.locator('.why-near tbody tr').count()) === 5, 'five rows like it');
  await picture(page, 'other');
  await way.getByRole('button', { name: 'Try it' }).click();
  await until(page, async () => (await main(page).locator('.answer').innerText()) === wanted, `the prediction becomes ${wanted}`, 20);
  equal(await main(page).locator('.answer').innerText(), wanted, 'the other answer');
}, { timeout: 240_000 });
