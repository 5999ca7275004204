// A spreadsheet: the sheet and the cells are chosen, what is read is trained on, and a reload finds it again.

import { mkdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { drop, equal, open, ready, test, untilStored } from './harness.mjs';
import { stage, train } from './steps.mjs';

const said = (page, words) => page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
// Written by openpyxl (tests/reference/sheets.py club).
const club = readFileSync(new URL('../data/club.xlsx', import.meta.url));

async function shot(page, name) {
  if (!process.env.HEARTH_SHOTS) return;
  mkdirSync(process.env.HEARTH_SHOTS, { recursive: true });
  for (const [size, width] of [['wide', 1440], ['narrow', 390]]) {
    await page.setViewportSize({ width, height: 900 });
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: join(process.env.HEARTH_SHOTS, `${name}-${size}-${scheme}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test('sheets: of a workbook the sheet and the cells are chosen, trained on, and there after a reload', async here => {
  const page = await open(here);
  await drop(page, 'club.xlsx', club);
  await said(page, /The workbook has 2 sheets\. Choose the one to read\./);
  equal(await page.getByLabel('Between cells').count(), 0, 'what does not apply is not shown');
  await page.getByLabel('Sheet', { exact: true }).selectOption('Members');
  await page.getByRole('columnheader', { name: /^since/ }).waitFor();
  equal(await page.getByLabel('Cells', { exact: true }).inputValue(), 'B4:F124', 'the table below the title is proposed');
  await shot(page, 'sheet');

  // A range without a value is said, and another one is tried.
  await page.getByLabel('Cells', { exact: true }).fill('X1:Z9');
  await page.getByLabel('Cells', { exact: true }).press('Enter');
  await said(page, /“X1:Z9” is no range with cells/);
  await page.getByLabel('Cells', { exact: true }).fill('b4:f104');
  await page.getByLabel('Cells', { exact: true }).press('Enter');
  await page.getByRole('columnheader', { name: /^since/ }).waitFor();
  equal(await page.getByLabel('Cells', { exact: true }).inputValue(), 'B4:F104', 'the range as spreadsheets write it');
  await page.getByRole('button', { name: 'Read it so' }).click();
  await said(page, /100 rows and 5 columns, read with 1 warning/);
  const sha = createHash('sha256').update(club).digest('hex').slice(0, 12);
  await said(page, new RegExp(`club\\.xlsx · .* · Members!B4:F104 · first row is the header · SHA-256 ${sha}…`));
  await shot(page, 'sheet-read');
  await untilStored(page, now => now.projects.length === 1 && now.projects[0].name === 'club');

  await train(page);
  await page.reload();
  await ready(page);
  await stage(page, 'Data');
  await said(page, /100 rows and 5 columns/);
  await said(page, /Members!B4:F104/);
  await page.getByRole('button', { name: 'Change how it is read' }).click();
  await page.getByRole('columnheader', { name: /^since/ }).waitFor();
  const chosen = await page.getByLabel('Sheet', { exact: true }).evaluate(list => list.selectedOptions[0].text);
  equal(chosen, 'Members', 'the sheet that was chosen');
});

test('sheets: what cannot be read says why', async here => {
  const page = await open(here);
  await drop(page, 'cut.xlsx', club.subarray(0, club.length - 400));
  await said(page, /The workbook cannot be read.*cut short or damaged/);
  const locked = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000), Buffer.from('EncryptedPackage', 'utf16le')]);
  await drop(page, 'locked.xlsx', locked);
  await said(page, /protected by a password/);
  await drop(page, 'own.csv', 'a,b\n1,2\n3,4\n');
  await said(page, /2 rows and 2 columns, read without a warning/);
});
