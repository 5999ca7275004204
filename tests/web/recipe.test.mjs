// Steps between the file and the table: a finding's repair, undo, a step by hand with its preview, a reload, and the same
// steps again on a raw file and in a package that is opened elsewhere.

import { readFileSync, renameSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { assert, drop, equal, open, ready, test } from './harness.mjs';
import { editDesign, ship, stage, train, until } from './steps.mjs';

const inspector = page => page.locator('.inspector');
const list = page => inspector(page).locator('.step-list > li');
const rail = page => page.locator('.rail').innerText();
const header = page => page.locator('.receipt-how').locator('..').locator('h1').innerText();

/** 400 rows: a city in two spellings, a price as text, and a target that both decide; the last row is there twice. */
function orders() {
  let state = 5;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const lines = [];
  for (let i = 0; i < 400; i += 1) {
    const price = 1 + Math.floor(next() * 40);
    const rome = next() < 0.5;
    const city = rome ? (i % 40 === 0 ? ' ROME' : 'Rome') : 'Oslo';
    lines.push(`ca-${price}.${i % 10},${city},${(price > 20) === rome ? 'yes' : 'no'}`);
  }
  return `price,city,bought\n${lines.join('\n')}\n${lines[399]}\n`;
}

/** Fills the form of a new step. */
async function add(page, kind, fields) {
  await inspector(page).getByRole('button', { name: 'Add a step' }).click();
  await inspector(page).getByLabel('New step').selectOption({ label: kind });
  for (const [label, text] of Object.entries(fields)) {
    const field = inspector(page).locator('.step-editor').getByLabel(label, { exact: true });
    if (await field.evaluate(f => f.tagName === 'SELECT')) await field.selectOption({ label: text });
    else await field.fill(text);
  }
}

test('steps: a finding is repaired, steps are written, moved, undone and kept', async here => {
  const page = await open(here);
  await drop(page, 'orders.csv', orders());
  await page.getByRole('grid').waitFor();
  const card = inspector(page).locator('.finding', { hasText: 'written in several ways' });
  await card.waitFor({ timeout: 30_000 });
  await card.getByRole('button', { name: /^Write “Rome” for all/ }).click();
  await until(page, async () => await list(page).count() === 1, 'the repair as a step');
  assert(/\d+ cells changed/.test(await list(page).first().innerText()), await list(page).first().innerText());
  await card.waitFor({ state: 'detached', timeout: 30_000 });
  assert(/after 1 step/.test(await header(page)), await header(page));

  await page.locator('body').press('Control+z');
  await until(page, async () => await list(page).count() === 0, 'the repair undone');
  await card.waitFor({ timeout: 30_000 });
  await page.locator('body').press('Control+Shift+z');
  await until(page, async () => await list(page).count() === 1, 'the repair done again');

  // By hand: what a formula would do is shown before, and what could stand in it is offered.
  await add(page, 'Replace texts', { Column: 'price', 'Text to find': 'ca-' });
  await inspector(page).locator('.step-preview td', { hasText: ' → ' }).first().waitFor();
  await inspector(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => await list(page).count() === 2, 'two steps');
  await add(page, 'Read a column as another type', { Column: 'price' });
  await inspector(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => await list(page).count() === 3, 'three steps');
  await add(page, 'New column by a formula', { Name: 'dear', Formula: 'prise > 20' });
  await inspector(page).locator('.step-preview .step-problem', { hasText: 'price' }).waitFor();
  await inspector(page).getByLabel('Formula', { exact: true }).fill('pri');
  await inspector(page).locator('.step-offered').getByRole('button', { name: 'price', exact: true }).click();
  equal(await inspector(page).getByLabel('Formula', { exact: true }).inputValue(), 'price', 'the offered name');
  await inspector(page).getByLabel('Formula', { exact: true }).fill('price > 20');
  await inspector(page).locator('.step-preview td', { hasText: /true|false/ }).first().waitFor();
  await inspector(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => await list(page).count() === 4, 'four steps');
  await add(page, 'Remove repeated rows', {});
  await inspector(page).locator('.step-preview', { hasText: 'Rows that go' }).waitFor();
  await inspector(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => /For training only/.test(await list(page).nth(4).innerText()), 'five steps');

  // A step before what it needs is left out, and says so; nothing else is lost.
  await list(page).nth(3).getByRole('button', { name: /^Earlier/ }).click();
  await list(page).nth(2).filter({ hasText: 'Left out' }).waitFor();
  await page.locator('body').press('Control+z');
  await list(page).nth(3).filter({ hasText: '1 column more' }).waitFor();
  await list(page).nth(4).getByRole('checkbox').click();
  await list(page).nth(4).filter({ hasText: 'Switched off' }).waitFor();
  await list(page).nth(4).getByRole('checkbox').click();
  await until(page, async () => /For training only/.test(await list(page).nth(4).innerText()), 'on again');

  // A step is changed in its place.
  await list(page).nth(3).getByRole('button', { name: /^Change/ }).click();
  await inspector(page).getByLabel('Formula', { exact: true }).fill('price >= 21');
  await inspector(page).getByRole('button', { name: 'Change it' }).click();
  await list(page).nth(3).filter({ hasText: 'dear = price >= 21' }).waitFor();

  await page.waitForTimeout(600);
  await page.locator('.saved.saved').waitFor();
  const before = await list(page).allInnerTexts();
  await page.reload();
  await ready(page);
  await until(page, async () => await list(page).count() === 5, 'steps after a reload');
  equal(await list(page).allInnerTexts(), before, 'the steps and what they did');
  equal(await page.getByRole('grid').getAttribute('aria-colcount'), '5', 'columns in the grid, with that of row numbers');
}, { timeout: 180_000 });

test('steps: learned behind them, done again on a raw file and in a package opened elsewhere', async here => {
  const page = await open(here);
  await drop(page, 'orders.csv', orders());
  await page.getByRole('grid').waitFor();
  // As text, from another table.
  const steps = {
    format: 'hearth-steps', version: 1, steps: [
      { replace: { column: 'price', find: { part: 'ca-' }, by: '' } },
      { retype: { column: 'price', to: 'Number', decimal: 'Point', day_first: false } },
      { trim: { columns: ['city'], runs: false } },
      { case: { columns: ['city'], to: 'lower' } },
      { derive: { column: 'dear', formula: 'price > 20' } },
      { deduplicate: { columns: [], keep: 'first' } },
      { rename: { from: 'city', to: 'place' } },
    ].map((operation, id) => ({ id, on: true, operation, note: '' })),
  };
  await inspector(page).getByText('Steps as text').click();
  await inspector(page).getByLabel('Steps of another table').fill('{}');
  await inspector(page).getByRole('button', { name: 'Take these in their place' }).click();
  await inspector(page).locator('[role=alert]').waitFor();
  await inspector(page).getByLabel('Steps of another table').fill(JSON.stringify(steps));
  await inspector(page).getByRole('button', { name: 'Take these in their place' }).click();
  await until(page, async () => await list(page).count() === 7, 'all steps');
  equal(await inspector(page).locator('.step.doubtful').count(), 0, 'steps that do not fit');
  await editDesign(page, design => {
    design.candidates = design.candidates.filter(c => !c.model.Network);
    design.dataset.target = 'bought';
    design.dataset.roles = [];
    design.split.folds = 2;
  });
  await train(page, 2);
  await stage(page, 'Ship');

  const raw = 'city,price\n ROME,ca-30.5\nOslo,ca-30.5\nrome,ca-3.5\n';
  const predict = async page => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Predict a CSV' }).first().click()]);
    const download = page.waitForEvent('download');
    await chooser.setFiles({ name: 'new.csv', mimeType: 'text/csv', buffer: Buffer.from(raw) });
    return readFileSync(await (await download).path(), 'utf8');
  };
  const predicted = await predict(page);
  assert(predicted.split(/\r?\n/)[1].includes(' ROME') && predicted.includes('ca-30.5'), `cells as they were given: ${predicted}`);
  assert(!/not there|no number|never seen|does not use/.test(await page.locator('main').innerText()), await page.locator('main').innerText());

  const zip = readFileSync(await ship(page));
  assert(/Steps that come first/.test(await page.locator('.ship-card').innerText()), 'the card tells of the steps');
  // On its own it does the steps too.
  const onItsOwn = page.getByRole('region', { name: 'On its own' });
  await onItsOwn.getByText('the steps are done first').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), onItsOwn.getByRole('button', { name: 'Download the page' }).click()]);
  const file = `${await download.path()}.html`;
  renameSync(await download.path(), file);
  const alone = await here.context.newPage();
  await alone.goto(pathToFileURL(file).href);
  await alone.getByLabel('price').waitFor();
  await alone.locator('#file').setInputFiles({ name: 'new.csv', mimeType: 'text/csv', buffer: Buffer.from(raw) });
  const [saved] = await Promise.all([alone.waitForEvent('download'), alone.getByRole('link', { name: /^Save/ }).click()]);
  equal(readFileSync(await saved.path(), 'utf8'), predicted, 'predictions of the page on its own');
  await alone.close();
  await page.close();
  const other = await open(here);
  await drop(other, 'orders.zip', zip);
  await other.getByRole('button', { name: 'Predict one row' }).first().waitFor({ timeout: 30_000 });
  equal(await predict(other), predicted, 'predictions of the package');
  await other.getByRole('button', { name: 'Predict one row' }).first().click();
  await other.getByLabel('city').waitFor();
  await other.getByLabel('price').waitFor();
}, { timeout: 240_000 });
