// Groups: people told apart by sensitive columns, beside each other on Trust, at another line, and in the package.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, equal, open, takeSample, test } from './harness.mjs';
import { buildPackage, editDesign, stage, train } from './steps.mjs';

const pictures = process.env.HEARTH_PICTURES;
const picture = async (page, name, part = page) => {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.waitForTimeout(400);
  await part.screenshot({ path: join(pictures, `fairness-${name}.png`) });
};

const main = page => page.locator('.stage.trust');
const tab = (page, name) => page.getByRole('tab', { name, exact: true });
const linear = design => {
  design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear);
};

test('fairness: groups of people stand beside each other with their gaps, at another line too, and in the package', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, design => {
    linear(design);
    design.dataset.roles.push(['personal_status', 'Sensitive'], ['age', 'Sensitive']);
  });
  await train(page, 2);
  await stage(page, 'Trust');
  await main(page).getByText('Groups of people fare alike').waitFor({ timeout: 30_000 });
  await tab(page, 'Groups').click();
  const status = main(page).getByRole('region', { name: 'By personal_status', exact: true });
  await status.locator('.verdict', { hasText: /is said of|No gap between these groups is clear|Not enough rows/ }).waitFor({ timeout: 60_000 });
  await main(page).getByText(/cannot all hold at once/).waitFor();
  await status.getByText(/^(Learned columns that tell|No learned column tells) personal_status apart/).waitFor();
  const table = status.getByRole('region', { name: 'Groups by personal_status' });
  assert(await table.getByText('male, single').count() === 1, 'the groups are named');
  assert(/\d+\s%\s\(\d+–\d+\)/.test(await table.innerText()), `rates have intervals: ${await table.innerText()}`);
  const gaps = status.getByRole('region', { name: 'Gaps by personal_status' });
  for (const name of ['demographic parity', 'four fifths', 'equal opportunity', 'equalised odds', 'calibration']) {
    assert((await gaps.innerText()).includes(name), `${name} is among the gaps`);
  }
  // Ages are cut into ranges between round numbers; both columns together are a section of their own.
  const ages = await main(page).getByRole('region', { name: 'Groups by age', exact: true }).locator('tbody th').allInnerTexts();
  assert(ages.length >= 3 && /^below \d0$/.test(ages[0]) && ages.slice(1).every(name => /^from \d0 (to below \d0|on)$/.test(name)), `${ages}`);
  await main(page).getByRole('region', { name: 'By personal_status and age', exact: true }).waitFor();
  // The chart has a table.
  await status.getByRole('button', { name: 'Show as table' }).first().click();
  assert(await status.locator('.figure table tbody tr').count() >= 3, 'a row for each group');
  await status.getByRole('button', { name: 'Hide the table' }).first().click();
  await status.getByLabel('Chart of').selectOption({ label: 'Found (true positive rate)' });
  await status.locator('.figure-title', { hasText: 'Found (true positive rate) at other lines' }).waitFor();
  await picture(page, 'wide');
  await picture(page, 'section', status);
  // What another line would do, then that line, and the numbers are those of it.
  const slider = status.getByLabel('Try the line at');
  await slider.fill('0.2');
  await status.getByText(/^With the line at 20\s%: called /).waitFor();
  await status.getByRole('button', { name: /^Draw the line at 20/ }).click();
  await main(page).getByText(/The line is drawn at 20\s%/).waitFor({ timeout: 30_000 });
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'narrow');
  await picture(page, 'narrow-section', status);
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, 'nothing is wider than the page');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await picture(page, 'dark', status);
  await page.emulateMedia({ colorScheme: 'light' });
  await main(page).getByRole('button', { name: 'Printable report' }).click();
  await page.getByRole('heading', { name: 'Groups of people' }).waitFor({ timeout: 30_000 });
  await stage(page, 'Ship');
  await buildPackage(page);
  await page.getByText('Groups of people').first().waitFor({ timeout: 60_000 });
  await page.getByText(/how many rows groups by personal_status, age have/).first().waitFor();
}, { timeout: 300_000 });

test('fairness: of a value errors are compared, and without a sensitive column the way to one is shown', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, linear);
  await train(page, 2);
  await stage(page, 'Trust');
  await tab(page, 'Groups').click();
  await main(page).getByText(/No column was marked as one that tells apart people/).waitFor();
  await main(page).getByRole('button', { name: 'Go to Design' }).click();
  await editDesign(page, design => {
    design.dataset.target = 'body_mass_g';
    design.dataset.task = null;
    design.dataset.roles = [...design.dataset.roles.filter(([name]) => name !== 'body_mass_g'), ['sex', 'Sensitive']];
    design.metric = null;
  });
  await page.waitForTimeout(500);
  await editDesign(page, linear);
  await train(page, 2);
  await stage(page, 'Trust');
  const sex = main(page).getByRole('region', { name: 'By sex', exact: true });
  await sex.locator('.verdict', { hasText: /predictions are .* too (high|low) for|it errs by|No gap/i }).waitFor({ timeout: 60_000 });
  const gaps = await sex.getByRole('region', { name: 'Gaps by sex' }).innerText();
  for (const name of ['Mean error', 'MAE', 'RMSE']) assert(gaps.includes(name), `${name}: ${gaps}`);
  await picture(page, 'values', sex);
}, { timeout: 240_000 });
