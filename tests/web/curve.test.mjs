// Would more rows help? The learning curve: what it takes, how far it is, what it says, and that it stays with the candidate.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, equal, open, takeSample, test } from './harness.mjs';
import { editDesign, stage, train } from './steps.mjs';

const pictures = process.env.HEARTH_PICTURES;
const picture = async (page, name, part = page) => {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.waitForTimeout(400);
  await part.screenshot({ path: join(pictures, `curve-${name}.png`) });
};

const main = page => page.locator('.stage.trust');

test('curve: whether more rows would help is drawn when asked for, ends at the score, and stays', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, design => {
    design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear || model.Boost);
  });
  await train(page, 3);
  await stage(page, 'Trust');
  const section = main(page).getByRole('region', { name: 'Would more rows help?' });
  const draw = section.getByRole('button', { name: 'Draw the learning curve' });
  await section.getByText(/^25 fits, /).waitFor({ timeout: 30_000 });
  await draw.click();
  // It can be stopped, and begun again.
  const stop = section.getByRole('button', { name: 'Stop' });
  await Promise.race([stop.waitFor({ timeout: 30_000 }), section.locator('.verdict').waitFor({ timeout: 30_000 })]);
  if (await stop.isVisible()) {
    await stop.click().catch(() => {});
    // It may have come to its end under the press.
    await Promise.race([draw.waitFor({ timeout: 30_000 }), section.locator('.verdict').waitFor({ timeout: 30_000 })]);
    if (await draw.isVisible()) await draw.click();
  }
  const verdict = section.locator('.verdict');
  await verdict.waitFor({ timeout: 120_000 });
  const said = await verdict.innerText();
  assert(/^(More rows would|Not clear whether more rows)/.test(said), said);
  assert(/(win|by) .*(points of|of) .* \(.*\)/.test(said), `the outlook has its doubt: ${said}`);
  await section.getByRole('button', { name: 'Show as table' }).click();
  const rows = await section.locator('.figure tbody tr').allInnerTexts();
  equal(rows.length, 6, 'five shares and all rows');
  const means = rows.map(row => Number(row.split('\t')[1]));
  assert(means.every(Number.isFinite), `${rows}`);
  // The last point is the score that the table of metrics has.
  const metric = (await section.locator('.figure thead th, .figure caption').allInnerTexts()).join(' ');
  const estimates = await main(page).locator('.metric-estimate').allInnerTexts();
  const last = means.at(-1);
  assert(estimates.some(text => Math.abs(Number(text) - last) < 0.006), `${last} is among ${estimates} (${metric})`);
  await picture(page, 'wide', section);
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'narrow', section);
  equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, 'nothing is wider than the page');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await picture(page, 'dark', section);
  await page.emulateMedia({ colorScheme: 'light' });
  // It is kept with the candidate, and stands in the report.
  await stage(page, 'Train');
  await stage(page, 'Trust');
  equal(await main(page).getByRole('region', { name: 'Would more rows help?' }).locator('.verdict').innerText(), said, 'it stays');
  await main(page).getByRole('button', { name: 'Printable report' }).click();
  await page.getByRole('heading', { name: /^Would more rows help/ }).waitFor({ timeout: 30_000 });
}, { timeout: 300_000 });
