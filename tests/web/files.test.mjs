// Several files in one table: one put beside, one put below, undone, kept over a reload, carried by the project file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, drop, equal, open, ready, test, untilStored } from './harness.mjs';
import { stage } from './steps.mjs';

const ORDERS = 'id,city,amount,late\n' + Array.from({ length: 60 }, (_, i) => `${i},${['Rome', 'Oslo', 'Ulm'][i % 3]},${10 + i % 7},${i % 3 ? 'no' : 'yes'}\n`).join('');
const CITIES = 'town,people\nRome,2800000\nOslo,700000\nPisa,90000\n';
const MORE = 'late,amount,city,id\n' + Array.from({ length: 20 }, (_, i) => `${i % 2 ? 'no' : 'yes'},${i},Rome,${100 + i}\n`).join('');

/** Drops a file on the half of the page that adds it to the table. */
const add = (page, name, content) => drop(page, name, content, '[data-drop=add]');
const panel = page => page.getByRole('region', { name: 'What becomes of the file' });
const said = page => page.locator('.stage-head .verdict').innerText();

/** For looking at: wide and narrow, light and dark, where HEARTH_SHOTS names a folder. */
async function shoot(page, name) {
  if (!process.env.HEARTH_SHOTS) return;
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(process.env.HEARTH_SHOTS, `${name}-${width}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function orders(here) {
  const page = await open(here);
  await drop(page, 'orders.csv', ORDERS);
  await page.getByRole('grid').first().waitFor();
  await page.locator('[data-drop=add]').waitFor({ state: 'attached' });
  return page;
}

test('a second file is joined on keys that its values propose, and one is put below', async here => {
  const page = await orders(here);
  await add(page, 'cities.csv', CITIES);
  await panel(page).waitFor();
  assert(await page.getByLabel('Put its columns beside').isChecked(), 'a join is proposed');
  equal(await page.getByLabel('Key 1 in the table').evaluate(s => s.selectedOptions[0].text), 'city', 'the key here');
  equal(await page.getByLabel('Key 1 in cities.csv').evaluate(s => s.selectedOptions[0].text), 'town', 'the key there');
  const told = await page.locator('.combine-told').innerText();
  assert(told.includes('40 of 60 rows of the table match.'), told);
  assert(told.includes('20 rows have a key that cities.csv lacks, such as Ulm'), told);
  assert(told.includes('1 row of cities.csv matches nothing, such as Pisa'), told);
  await shoot(page, 'files-join');
  // Rows that match nothing may go; how many there would be is told before.
  await page.getByLabel('go', { exact: true }).check();
  await page.locator('.combine-told', { hasText: 'They go.' }).waitFor();
  await page.getByLabel('stay', { exact: true }).check();
  await page.getByRole('button', { name: 'Add it', exact: true }).click();
  await page.locator('.verdict', { hasText: '60 rows and 5 columns after 1 step' }).waitFor();
  const kept = await page.locator('.receipt-beside').innerText();
  assert(/cities\.csv.*SHA-256/s.test(kept) && kept.includes('40 of 60 rows matched, 20 did not'), kept);

  await add(page, 'more.csv', MORE);
  await panel(page).waitFor();
  assert(await page.getByLabel('Put its rows below').isChecked(), 'the columns are the same');
  await page.locator('.combine', { hasText: '4 columns in both, of the same types: 20 rows more.' }).waitFor();
  await shoot(page, 'files-append');
  await page.getByLabel('A column that says from which file a row came').click();
  await page.getByRole('button', { name: 'Add it', exact: true }).click();
  await page.locator('.verdict', { hasText: '80 rows and 6 columns after 2 steps' }).waitFor();

  // Undo and redo take the step back and do it again.
  await page.keyboard.press('Control+z');
  await page.locator('.verdict', { hasText: '60 rows and 5 columns' }).waitFor();
  await page.keyboard.press('Control+Shift+z');
  await page.locator('.verdict', { hasText: '80 rows and 6 columns' }).waitFor();

  // All of it is there after a reload, and in the project file.
  await untilStored(page, now => now.projects.length === 1);
  await page.waitForTimeout(600);
  await page.locator('.saved', { hasText: /^Saved$/ }).waitFor();
  await page.reload();
  await ready(page);
  await page.locator('.verdict', { hasText: '80 rows and 6 columns after 2 steps' }).waitFor({ timeout: 30_000 });
  equal(await page.locator('.receipt-beside').count(), 2, 'files beside the first');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+s')]);
  const bytes = readFileSync(await download.path());
  for (const name of ['data/orders.csv', 'data/cities.csv', 'data/more.csv']) assert(bytes.includes(name), `${name} is in the project file`);
  const other = await open(here);
  await drop(other, 'orders.hearth.zip', bytes);
  await other.locator('.verdict', { hasText: '80 rows and 6 columns after 2 steps' }).waitFor({ timeout: 30_000 });

  // What was done stands in the record.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('record');
  await page.keyboard.press('Enter');
  await page.locator('.report', { hasText: 'Added cities.csv: 3 rows, 2 columns, SHA-256' }).waitFor();
});

test('what cannot be added is told, and the table stays', async here => {
  const page = await orders(here);
  const before = await said(page);
  await add(page, 'empty.csv', '');
  await page.locator('.notice', { hasText: 'The table is as it was.' }).waitFor();
  await add(page, 'strange.csv', 'p,q\nu,v\nw,x\n');
  await panel(page).waitFor();
  await page.getByText('no values in common with it that could be keys').waitFor();
  equal(await page.getByRole('button', { name: /^Add it/ }).getAttribute('aria-disabled'), 'true', 'nothing is chosen');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await panel(page).waitFor({ state: 'detached' });
  equal(await said(page), before, 'the table');
});

test('keys that occur several times are warned about', async here => {
  const page = await orders(here);
  await add(page, 'visits.csv', 'town,visit\nRome,1\nRome,2\nOslo,3\nOslo,4\nOslo,5\nUlm,6\n');
  await panel(page).waitFor();
  await page.locator('.combine-told li.doubt', { hasText: '2 keys occur several times in visits.csv' }).waitFor();
  await page.locator('.combine-told', { hasText: '120 rows in all' }).waitFor();
  // Further keys can be chosen, and taken away.
  await page.getByRole('button', { name: 'One key more' }).click();
  await page.getByLabel('Key 2 in the table').selectOption({ label: 'city' });
  await page.getByRole('button', { name: 'Leave key 2 out' }).click();
  await page.locator('.combine-told', { hasText: '120 rows in all' }).waitFor();
});

test('several files that are dropped at once are one table', async here => {
  const page = await open(here);
  const text = month => 'id,v\n' + Array.from({ length: 10 }, (_, i) => `${month}${i},${i * 3 % 7}\n`).join('');
  await page.evaluate(files => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name));
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  }, ['jan', 'feb', 'mar', 'apr'].map(month => [`${month}.csv`, text(month)]));
  await panel(page).waitFor();
  await page.getByLabel('A column that says from which file a row came').click();
  await page.getByRole('button', { name: 'Add it, and 2 more files like it' }).click();
  await page.locator('.verdict', { hasText: '40 rows and 3 columns after 3 steps' }).waitFor();
  equal(await page.locator('.receipt-beside').count(), 3, 'files beside the first');
});
