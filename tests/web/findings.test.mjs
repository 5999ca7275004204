// Findings: planted faults are found in a file whose columns have no telling names, their rows are shown, a repair is undone;
// a leak is seen where decisions are made; samples are quiet; a large file is told in parts while the grid answers.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, drop, equal, open, takeSample, test } from './harness.mjs';

/** Numbers from 0 to 1, the same on every run. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/** 900 rows: k1 has −999 in every 30th, k2 gives k5 away, k3 has a town in two spellings. */
function planted() {
  const next = random(7);
  const lines = ['k1,k2,k3,k4,k5'];
  for (let i = 0; i < 900; i += 1) {
    const yes = next() < 0.4;
    const k1 = i % 30 === 0 ? -999 : (40 + 20 * next()).toFixed(2);
    const town = i % 90 === 1 ? ' new york' : ['Lisbon', 'New York', 'Osaka'][Math.floor(next() * 3)];
    lines.push(`${k1},${yes ? 'q' : 'w'},${town},${(next() * 100).toFixed(3)},${yes ? 'yes' : 'no'}`);
  }
  return lines.join('\n');
}

const inspector = page => page.locator('.inspector');
const cards = page => inspector(page).locator('.finding');
const fact = page => page.locator('.rail').innerText();

/** Waits until the findings of the whole table are there. */
async function settled(page) {
  await inspector(page).getByRole('heading', { name: /^Findings/ }).first().waitFor({ timeout: 30_000 });
  await page.waitForFunction(() => !/Looking for faults/.test(document.querySelector('.inspector').innerText), null, { timeout: 60_000 });
}

test('findings: planted faults are found, shown, repaired and undone', async here => {
  const page = await open(here);
  await drop(page, 'k.csv', planted());
  await page.getByRole('grid').waitFor();
  await settled(page);
  equal(await cards(page).count(), 3, 'findings');
  const [leak, standIn, spelling] = await cards(page).allInnerTexts();
  assert(/k2: it alone predicts the target \(ROC AUC 1\.000\)/.test(leak), `the worst first: ${leak}`);
  assert(/k1: 30 rows with -999/.test(standIn), standIn);
  assert(/k3: .*may be one, written in several ways/.test(spelling), spelling);
  assert(/900 rows, 3 findings/.test(await fact(page)), await fact(page));

  await cards(page).nth(1).getByRole('button', { name: 'Show 30 rows' }).click();
  await page.locator('.filters', { hasText: '30 of 900 rows' }).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.grid-row .grid-cell:nth-child(2)')].slice(0, 5).every(c => c.textContent === '-999'));

  await cards(page).nth(1).getByRole('button', { name: 'Treat “-999” as missing' }).click();
  await page.waitForFunction(() => /900 rows, 2 findings/.test(document.querySelector('.rail').innerText), null, { timeout: 20_000 });
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => /900 rows, 3 findings/.test(document.querySelector('.rail').innerText), null, { timeout: 20_000 });

  await inspector(page).getByText('Columns that go together').click();
  await inspector(page).locator('.figure .plot-marks rect').nth(3).waitFor();
  await inspector(page).getByRole('button', { name: 'Show as table' }).click();
  assert(/Cramér/.test(await inspector(page).locator('table').innerText()), 'the table says how two columns were compared');
});

test('findings: a column that gives the answer away is doubted on Design and Trust, and ignored from there', async here => {
  const page = await open(here);
  await drop(page, 'k.csv', planted());
  await page.getByRole('grid').waitFor();
  await settled(page);
  await page.getByRole('button', { name: 'Choose what to predict' }).click();
  await page.locator('.column-chip', { hasText: 'Alone predicts the target (ROC AUC 1.000)' }).waitFor();
  // Networks take long without a GPU, and are not what this is about.
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await page.locator('.rail').getByText('Train').first().click();
  await page.getByRole('button', { name: /^Train \d/ }).first().click();
  await page.waitForFunction(() => /candidates/.test(document.querySelector('.rail').innerText), null, { timeout: 100_000 });
  await page.locator('.rail').getByText('Trust').first().click();
  const doubt = page.locator('.verdict-check', { hasText: 'No column gives the answer away' });
  await doubt.getByText('doubtful', { exact: true }).waitFor();
  assert(/k2 alone predicts the target with ROC AUC 1\.000: it may be known too late/.test(await doubt.innerText()), await doubt.innerText());
  await page.getByRole('button', { name: 'Ignore column' }).click();
  await page.waitForFunction(() => /made before a change/.test(document.querySelector('.rail').innerText));
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => !/made before a change/.test(document.querySelector('.rail').innerText));
}, { timeout: 180_000 });

test('findings: samples are quiet', async here => {
  for (const title of ['Penguins', 'Credit', 'Concrete']) {
    const page = await open(here);
    await takeSample(page, title);
    await settled(page);
    const said = await cards(page).allInnerTexts();
    console.log(`        ${title}: ${said.length}${said.map(s => ` | ${s.replace(/\s+/g, ' ').slice(0, 120)}`).join('')}`);
    assert(said.length <= 2, `${title}: ${said.join('\n')}`);
    await page.close();
  }
});

const flights = join(process.env.HEARTH_DATA ?? '/nowhere', 'nyc_flights.csv');
if (existsSync(flights)) {
  test('findings: flights are told in parts while the grid answers', async here => {
    const page = await open(here);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a file' }).click()]);
    await chooser.setFiles({ name: 'flights.csv', mimeType: 'text/csv', buffer: readFileSync(flights) });
    await page.getByRole('grid').waitFor({ timeout: 60_000 });
    const told = await page.evaluate(async () => {
      const start = performance.now();
      const text = () => document.querySelector('.inspector').innerText;
      const until = async is => {
        let longest = 0;
        let before = performance.now();
        while (!is()) {
          await new Promise(requestAnimationFrame);
          longest = Math.max(longest, performance.now() - before);
          before = performance.now();
        }
        return [Math.round(before - start), Math.round(longest)];
      };
      const first = await until(() => /Missing cells/.test(text()));
      const all = await until(() => !/Looking for faults/.test(text()));
      return { first, all };
    });
    console.log(`        first numbers after ${told.first[0]} ms, findings after ${told.all[0]} ms, longest frame ${Math.max(told.first[1], told.all[1])} ms`);
    await page.locator('.grid-scroll').focus();
    await page.keyboard.press('Control+End');
    await page.waitForFunction(() => document.querySelector('.grid-cell.active')?.textContent !== '');
  }, { timeout: 180_000 });
}
