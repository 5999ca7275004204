// Watch: rows of a later day beside the training, for a model of the project and for an opened package.

import { assert, drop, equal, open, ready, test } from './harness.mjs';
import { editDesign, makeSmall, stage, train, until } from './steps.mjs';

/** People whose age and income decide; from `first` on, with what `change` does to a row. */
function people(first, n, change = row => row) {
  let state = 17;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const lines = ['seen,age,income,town,buys'];
  for (let i = 0; i < first + n; i += 1) {
    const age = 20 + 50 * next(), income = 20 + 60 * next(), town = ['Bergen', 'Lviv', 'Porto'][Math.floor(3 * next())];
    const buys = (age - 45) / 12 + (income - 50) / 15 + 2 * (next() - 0.5) > 0 ? 'yes' : 'no';
    const row = change({ seen: `2026-0${1 + Math.floor((i * 9) / (first + n))}-1${i % 9}`, age: age.toFixed(1), income: income.toFixed(1), town, buys });
    if (i >= first) lines.push(Object.values(row).join(','));
  }
  return `${lines.join('\n')}\n`;
}

const headline = page => page.locator('main h1').innerText();
const kind = (page, name) => page.locator('.watch-kind', { has: page.getByRole('heading', { name }) });

async function compare(page, name, text) {
  await stage(page, 'Watch');
  await drop(page, name, text);
  await until(page, async () => (await page.locator('main .trust-head').allInnerTexts()).join().includes(name), `${name} is told`);
}

test('watch: the same rows are fine, and each fault is named with what to do', async here => {
  const page = await open(here);
  await drop(page, 'people.csv', people(0, 700));
  await page.getByRole('grid').waitFor();
  await editDesign(page, design => {
    design.dataset.target = 'buys';
    design.dataset.roles = [['seen', 'Ignore']];
    makeSmall(design);
  });
  await train(page);
  await stage(page, 'Watch');
  assert(/still hold/.test(await headline(page)), await headline(page));

  await compare(page, 'later.csv', people(700, 500));
  assert(/In 500 rows nothing has changed that matters/.test(await headline(page)), await headline(page));
  equal(await page.locator('.watch-finding.alarm').count(), 0, 'no alarm');
  assert(/500 rows, no alarm/.test(await page.locator('.rail').innerText()), 'the rail says so');
  assert(await page.getByRole('figure').count() === 1, 'a timeline is drawn');
  equal(await page.getByLabel('What really happened').evaluate(s => s.selectedOptions[0].text), 'buys', 'the outcome is guessed');

  await compare(page, 'older.csv', people(700, 500, row => ({ ...row, age: (Number(row.age) * 0.4 + 42).toFixed(1) })));
  const drift = kind(page, /What the model is asked/);
  assert(/“age”: higher than in training/.test(await drift.innerText()), await drift.innerText());
  assert(/What to do/.test(await drift.innerText()), 'with what to do');

  await compare(page, 'months.csv', people(700, 500, row => ({ ...row, age: (Number(row.age) * 12).toFixed(1) })));
  const rows = kind(page, /The rows themselves/);
  assert(/First look at the rows themselves/.test(await headline(page)), await headline(page));
  assert(/“age”.*outside/.test(await rows.innerText()), await rows.innerText());

  await compare(page, 'turned.csv', people(700, 500, row => ({ ...row, buys: row.buys === 'yes' ? 'no' : 'yes' })));
  assert(/alarm/.test(await kind(page, /What follows from what/).innerText()), await page.locator('.watch-findings').innerText());
  await page.getByLabel('What really happened').selectOption({ label: 'none' });
  await until(page, async () => (await page.getByLabel('What really happened').evaluate(s => s.selectedOptions[0].text)) === 'none'
    && /nothing has changed that matters/.test(await headline(page)), 'without outcomes it cannot be seen');
  assert(/same inputs still lead/.test(await page.locator('.inspector').innerText()), 'and that is said');

  // What was said is there again after a reload; the file is not, and that is said when it is asked for.
  const said = await headline(page);
  await page.waitForFunction(() => /All saved|Saved/.test(document.body.innerText), null, { timeout: 20_000 });
  await page.reload();
  await ready(page);
  await stage(page, 'Watch');
  await until(page, async () => (await headline(page)) === said, 'the report is there again');
  assert(await page.getByRole('figure').count() === 1, 'with its timeline');
  await page.getByLabel('What really happened').selectOption({ label: 'buys' });
  await page.getByText(/no longer at hand/).first().waitFor();
});
