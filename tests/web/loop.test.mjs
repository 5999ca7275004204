// The loop: rows with outcomes come back, a challenger is trained and compared, a person decides, and the history is there
// after a reload.

import { assert, drop, equal, open, ready, test } from './harness.mjs';
import { buildPackage, editDesign, stage, train, until } from './steps.mjs';

/** People whose age and income decide; `turned`: from some day on it is the other way round. */
function people(first, n, turned = false) {
  let state = 17;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const lines = ['seen,age,income,buys'];
  for (let i = 0; i < first + n; i += 1) {
    const age = 20 + 50 * next(), income = 20 + 60 * next();
    const would = (age - 45) / 12 + (income - 50) / 15 + 2 * (next() - 0.5) > 0;
    const day = new Date(Date.UTC(2025, 0, 1) + i * 6 * 3_600_000).toISOString().slice(0, 10);
    if (i >= first) lines.push([day, age.toFixed(1), income.toFixed(1), would !== turned ? 'yes' : 'no'].join(','));
  }
  return `${lines.join('\n')}\n`;
}

const versions = page => page.getByRole('region', { name: 'Versions' });
const loop = page => page.getByRole('region', { name: 'Retrain' });
const saved = page => page.waitForFunction(() => /All saved|Saved/.test(document.body.innerText), null, { timeout: 20_000 });

async function compare(page, name, text) {
  await stage(page, 'Watch');
  await drop(page, name, text);
  await until(page, async () => (await page.locator('main .trust-head').allInnerTexts()).join().includes(name), `${name} is told`);
}

test('loop: train, package, watch, retrain, compare, promote, and the history after a reload', async here => {
  const page = await open(here);
  await drop(page, 'people.csv', people(0, 700));
  await page.getByRole('grid').waitFor();
  await editDesign(page, design => {
    design.dataset.target = 'buys';
    design.dataset.roles = [['seen', 'Ignore']];
    design.split.folds = 3;
    design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear);
  });
  await train(page, 2);

  // A package that is downloaded becomes version 1; it is approved with a reason.
  await stage(page, 'Ship');
  await buildPackage(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download', exact: true }).click()]);
  assert(/\.zip$/.test(download.suggestedFilename()), download.suggestedFilename());
  await versions(page).getByText('Version 1', { exact: true }).waitFor();
  await versions(page).getByRole('button', { name: 'Decide about version 1' }).click();
  await versions(page).getByLabel('Why').fill('It was tried for a month in Porto.');
  await versions(page).getByLabel('Who decides').fill('Ada');
  await versions(page).getByRole('button', { name: 'Approve' }).click();
  await versions(page).getByText(/by Ada: It was tried for a month in Porto/).first().waitFor();
  assert(/version 1 approved|checked/.test(await page.locator('.rail').innerText()), 'the rail says something of it');

  // Later the world is another: what was watched says so, and the rows are learned from.
  await compare(page, 'later.csv', people(700, 2_400, true));
  assert(/The newer half of its 2,400 rows with an outcome, the latest by seen, is held out/.test(await loop(page).innerText()), await loop(page).innerText());
  await loop(page).getByRole('button', { name: 'Retrain with these rows' }).click();
  await until(page, async () => /is better than/.test(await loop(page).innerText().catch(() => '')), 'they are compared', 120);
  const said = await loop(page).innerText();
  assert(/The challenger Linear \(2\) is better than Linear on the newest [\d,]+ rows of later\.csv/.test(said), said);
  assert(/ROC AUC: 0\.\d+ of Linear \(2\), 0\.\d+ of Linear\. The challenger is ahead by 0\.\d+; other rows of the same kind would make it 0\.\d+–0\.\d+/.test(said), said);
  await loop(page).getByText('All scores on these rows').click();
  assert(await loop(page).getByRole('table').getByRole('row').count() > 5, 'every metric is there');
  if (process.env.HEARTH_SHOTS) await page.screenshot({ path: `${process.env.HEARTH_SHOTS}/loop-compared.png`, fullPage: true });

  // It survives a reload; then it is decided, which needs a reason.
  await saved(page);
  await page.reload();
  await ready(page);
  await stage(page, 'Watch');
  await until(page, async () => /is better than/.test(await loop(page).innerText().catch(() => '')), 'the comparison is there again');
  await loop(page).getByRole('button', { name: 'Promote Linear (2)' }).click();
  await page.getByText(/with a written reason/).first().waitFor();
  await loop(page).getByLabel('Why').fill('The rows speak for it.');
  await loop(page).getByRole('button', { name: 'Promote Linear (2)' }).click();
  const history = page.getByRole('list', { name: 'History of the model' });
  await history.getByText(/Version 2 approved/).waitFor();

  await saved(page);
  await page.reload();
  await ready(page);
  await stage(page, 'Ship');
  await versions(page).waitFor();
  const lines = await versions(page).getByRole('list').first().getByRole('listitem').allInnerTexts();
  assert(/Version 2.*approved/s.test(lines[0]) && /Version 1.*retired.*Version 2 took its place/s.test(lines[1]), lines.join('\n'));
  const told = await history.getByRole('listitem').allInnerTexts();
  equal(told.length, 6, told.join('\n'));
  assert(/Version 2 approved/.test(told[0]), told.join('\n'));
  assert(/left as a package/.test(told[5]), told.join('\n'));
  await versions(page).getByText('What differs between two versions').click();
  const differs = await versions(page).innerText();
  assert(/Append rows of later\.csv/.test(differs) && /learned from 560 rows → 1,\d+ rows/.test(differs), differs);
  if (process.env.HEARTH_SHOTS) {
    for (const [name, size] of [['loop-ship', { width: 1440, height: 900 }], ['loop-ship-narrow', { width: 390, height: 800 }]]) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${process.env.HEARTH_SHOTS}/${name}.png`, fullPage: true });
    }
    await stage(page, 'Watch').catch(() => {});
    await page.screenshot({ path: `${process.env.HEARTH_SHOTS}/loop-watch-narrow.png`, fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.screenshot({ path: `${process.env.HEARTH_SHOTS}/loop-watch-dark.png`, fullPage: true });
  }
}, { timeout: 300_000 });
