// Splits: what the values propose is offered with its reason, one press takes it, the drawing and the sentence follow, and after
// training the page says what chance would have claimed.

import { assert, drop, open, test } from './harness.mjs';
import { editDesign, stage, train } from './steps.mjs';

/** Numbers from 0 to 1, the same on every run. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/** Nine rows each of 70 things: what a row shows belongs to its thing, and so does the answer. */
function things() {
  const next = random(11);
  const rows = [];
  for (let thing = 0; thing < 70; thing += 1) {
    const own = Array.from({ length: 6 }, () => Math.floor(12 * next()));
    const yes = next() < 0.5;
    for (let i = 0; i < 9; i += 1) rows.push({ key: next(), text: `h${(thing * 37) % 1009},${own.map(x => `p${x + Math.floor(1.3 * next())}`).join(',')},${yes ? 'yes' : 'no'}` });
  }
  rows.sort((a, b) => a.key - b.key);
  return ['k0,k1,k2,k3,k4,k5,k6,k7', ...rows.map(row => row.text)].join('\n');
}

/** 900 days in order; what k1 means for k4 turns around. */
function days() {
  const next = random(5);
  const lines = ['k1,k2,k3,k4'];
  for (let i = 0; i < 900; i += 1) {
    const x = next() + next() + next() - 1.5;
    const day = new Date(Date.UTC(2021, 0, 1 + i)).toISOString().slice(0, 10);
    lines.push(`${x.toFixed(3)},${'abc'[Math.floor(3 * next())]},${day},${(x * (2 - i / 300) + 0.2 * next()).toFixed(3)}`);
  }
  return lines.join('\n');
}

const says = (page, part) => page.waitForFunction(part => document.querySelector('.sentence')?.innerText.replace(/\s+/g, ' ').includes(part), part);

async function dropped(here, name, text) {
  const page = await open(here);
  await drop(page, name, text);
  await page.getByRole('grid').waitFor();
  await editDesign(page, design => { design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear); });
  await page.getByRole('tab', { name: 'Plan' }).click();
  await page.locator('.offer').first().waitFor({ timeout: 30_000 });
  return page;
}

test('splits: things with several rows are kept together by one press, and chance would have claimed more', async here => {
  const page = await dropped(here, 'things.csv', things());
  await says(page, 'Split the rows at random.');
  await page.locator('.offer', { hasText: '“k0” has 70 values with about 9 rows each' }).waitFor();
  await page.getByRole('button', { name: 'Keep each k0 together' }).click();
  await says(page, 'Keep each k0 together. Lock away 20 %');
  await page.locator('.word .guessed', { hasText: 'k0' }).waitFor();
  await page.locator('.split-drawing .group-line').first().waitFor({ state: 'attached' });
  await page.locator('.role-list', { hasText: 'Keep together' }).locator('.column-chip', { hasText: 'k0' }).waitFor();
  await page.screenshot({ path: 'tests/web/shots/splits-group.png', fullPage: true });
  // One press gives it back, undo takes it again.
  await page.getByRole('button', { name: 'Split at random' }).click();
  await says(page, 'Split the rows at random.');
  await page.keyboard.press('Control+z');
  await says(page, 'Keep each k0 together.');
  await train(page, 2);
  await stage(page, 'Trust');
  await page.getByRole('combobox', { name: 'Candidate' }).selectOption({ label: 'Linear' });
  const line = page.locator('.naive-line');
  await line.waitFor();
  const [, claimed, honest] = (await line.innerText()).match(/claimed ROC AUC ([\d.]+).*; with each “k0” kept together it is ([\d.]+)/) ?? [];
  assert(Number(claimed) > Number(honest) + 0.1, `chance flatters: ${await line.innerText()}`);
  await page.locator('.trust-head', { hasText: '5 folds that keep each “k0” together over' }).waitFor();
  await page.screenshot({ path: 'tests/web/shots/splits-trust.png' });
}, { timeout: 240_000 });

test('splits: dates in order are a reason to test on later rows; window and gap are settings', async here => {
  const page = await dropped(here, 'days.csv', days());
  await page.locator('.offer', { hasText: 'The rows stand in the order of “k3”, from 2021-01-01 to 2023-06-19' }).waitFor();
  await page.getByRole('button', { name: 'Test on later rows' }).click();
  await says(page, 'Test on later rows by k3. Lock away the latest 20 % of the rows as a test, and compare 2 models over 5 steps');
  await page.locator('.split-drawing.in-time').waitFor();
  await page.getByRole('button', { name: /^How the rows are split/ }).click();
  const panel = page.locator('.popover:popover-open');
  const gap = panel.getByLabel('Gap before each test', { exact: true });
  await gap.fill('30');
  await gap.press('Enter');
  await page.locator('.split', { hasText: 'a gap of 30 rows is left out' }).waitFor();
  await panel.getByRole('radio', { name: 'days' }).check();
  await page.locator('.split', { hasText: 'a gap of 30 days is left out' }).waitFor();
  await panel.getByRole('radio', { name: 'The last of them' }).check();
  const window = panel.getByLabel('Window', { exact: true });
  await window.fill('200');
  await window.press('Enter');
  await page.locator('.split', { hasText: 'each step learns from the last 200 rows before its test' }).waitFor();
  await page.screenshot({ path: 'tests/web/shots/splits-time-panel.png', fullPage: true });
  await page.keyboard.press('Escape');
  await page.screenshot({ path: 'tests/web/shots/splits-time.png', fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 420, height: 900 });
  await page.screenshot({ path: 'tests/web/shots/splits-time-narrow.png', fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: /^How the rows are split/ }).click();
  await panel.getByRole('radio', { name: 'All rows before' }).check();
  await page.keyboard.press('Escape');
  await page.locator('.split', { hasText: 'each step learns from all rows before its test' }).waitFor();
  await train(page, 2);
  await stage(page, 'Trust');
  await page.getByRole('combobox', { name: 'Candidate' }).selectOption({ label: 'Linear' });
  await page.locator('.naive-line', { hasText: /A random split would have claimed RMSE [\d.]+; forwards by “k3” it is/ }).waitFor();
}, { timeout: 240_000 });
