// The record: what is said of the data is kept and stands in the report; what was done is sealed, as node's own SHA-256 finds.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { assert, equal, open, ready, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, makeSmall, stage, train } from './steps.mjs';

const record = async page => {
  await page.keyboard.press('Alt+9');
  await page.getByRole('heading', { name: 'What was done' }).waitFor();
};

const seal = (...texts) => {
  const hash = createHash('sha256');
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    hash.update(length).update(bytes);
  }
  return hash.digest('hex');
};

test('record: answers are kept and stand in the report; every entry is sealed', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await train(page);
  await record(page);
  const facts = await page.locator('.report-page .facts').innerText();
  assert(/penguins\.csv/.test(facts) && /344 rows and \d+ columns/.test(facts), `the facts of the file: ${facts}`);
  const licence = page.getByLabel('Licence or permission');
  await licence.fill('CC0, from the palmerpenguins package');
  await licence.press('Tab');
  await page.getByText('Edited: Describe the data.').waitFor();
  await page.getByRole('button', { name: 'Undo: Describe the data' }).click();
  await page.getByText('Took back: Describe the data.').waitFor();
  equal(await licence.inputValue(), '', 'undone');
  await page.getByRole('button', { name: 'Redo: Describe the data' }).click();
  await page.getByText('Did again: Describe the data.').waitFor();
  await page.waitForFunction(() => /Saved/.test(document.querySelector('.saved-state').innerText));
  await page.reload();
  await ready(page);
  await page.getByText('Did again: Describe the data.').waitFor();
  equal(await licence.inputValue(), 'CC0, from the palmerpenguins package', 'after a reload');
  const said = await page.locator('.record-log li').allInnerTexts();
  for (const wanted of [/Read|Imported|penguins\.csv/, /Began training/, /Edited:/]) {
    assert(said.some(text => wanted.test(text)), `${wanted} is in the record: ${said.join(' | ')}`);
  }
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n').slice(1);
  equal(lines.length, said.length, 'entries in the file');
  let before = '';
  for (const line of lines) {
    const [, when, what, found] = line.match(/^\d+,([^,]*),"((?:[^"]|"")*)",([0-9a-f]{64})$/);
    equal(found, seal(before, when, what.replaceAll('""', '"')), `the seal of ${what}`);
    before = found;
  }
  assert((await page.getByText('every seal fits').innerText()).includes('sealed'), 'the page says that they fit');
  await stage(page, 'Trust');
  await page.keyboard.press('Alt+8');
  await page.locator('.report-page', { hasText: 'CC0, from the palmerpenguins package' }).waitFor();
});

test('record: an entry altered in storage is told', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, now => now.projects.length === 1);
  const name = page.getByLabel('Project name');
  await name.fill('Birds');
  await name.press('Enter');
  await page.waitForTimeout(1_000);
  const altered = await page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(d => d.name);
    let done = 0;
    for (const name of names) {
      const database = await new Promise((ok, no) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); r.onerror = no; });
      for (const store of database.objectStoreNames) {
        const box = database.transaction(store, 'readwrite').objectStore(store);
        await new Promise(ok => {
          box.openCursor().onsuccess = ({ target }) => {
            const cursor = target.result;
            if (!cursor) return ok();
            const alter = value => {
              if (typeof value === 'string') {
                if (value.includes('Edited: Rename the project.')) { done += 1; return value.replaceAll('Edited: Rename the project.', 'Edited: Something else now.'); }
                return value;
              }
              if (value && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) for (const key of Object.keys(value)) value[key] = alter(value[key]);
              return value;
            };
            cursor.update(alter(cursor.value));
            cursor.continue();
          };
        });
      }
      database.close();
    }
    return done;
  });
  assert(altered > 0, 'the stored document was found and altered');
  await page.reload();
  await ready(page);
  await page.getByRole('grid').first().waitFor();
  await record(page);
  await page.getByText('was altered outside Hearth').waitFor();
});
