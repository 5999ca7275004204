// Files that are packed, JSON lines, and a range from a spreadsheet: each comes in as a person brings it.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { assert, drop, equal, open, ready, test, untilStored } from './harness.mjs';
import { stage, train } from './steps.mjs';

const said = (page, words) => page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
const rows = Array.from({ length: 120 }, (_, i) => `${i},${(i * 37) % 100},${i % 2 ? 'yes' : 'no'}`);
const csv = `id_number,x,answer\n${rows.join('\n')}\n`;

/** A ZIP with these entries. */
function zip(entries) {
  const locals = [], directory = [];
  let at = 0;
  for (const [path, text] of entries) {
    const content = Buffer.from(text), packed = deflateRawSync(content), name = Buffer.from(path);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x0800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
    locals.push(local);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, name]));
    at += local.length;
  }
  const list = Buffer.concat(directory), end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}

async function shot(page, name) {
  if (!process.env.HEARTH_SHOTS) return;
  mkdirSync(process.env.HEARTH_SHOTS, { recursive: true });
  for (const [size, width] of [['wide', 1280], ['narrow', 390]]) {
    await page.setViewportSize({ width, height: 800 });
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: join(process.env.HEARTH_SHOTS, `${name}-${size}-${scheme}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test('formats: a .csv.gz is read, reloaded, trained on and predicted', async here => {
  const page = await open(here);
  await drop(page, 'own.csv.gz', gzipSync(csv));
  await said(page, /120 rows and 3 columns, read without a warning/);
  await said(page, /own\.csv\.gz · .*gzip, .* unpacked .* SHA-256 [0-9a-f]{12}…/);
  await shot(page, 'gz');
  await untilStored(page, now => now.projects.length === 1 && now.projects[0].name === 'own');
  await page.reload();
  await ready(page);
  await stage(page, 'Data');
  await said(page, /120 rows and 3 columns/);
  await train(page);
  await stage(page, 'Ship');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Predict a CSV' }).click()]);
  const download = page.waitForEvent('download');
  await chooser.setFiles({ name: 'new.csv.gz', mimeType: 'application/gzip', buffer: gzipSync('id_number,x,answer\n1,5,\n2,,\n3,7,\n') });
  const done = await download;
  equal(done.suggestedFilename(), 'new with predictions.csv', 'the name');
  const lines = readFileSync(await done.path(), 'utf8').trim().split(/\r?\n/);
  equal(lines.length, 4, 'a header and three rows');
  assert(/predicted answer,probability of no,probability of yes(,never seen in training)?$/.test(lines[0]), lines[0]);
});

test('formats: of a .zip with two tables the person chooses one', async here => {
  const page = await open(here);
  await drop(page, 'tables.zip', zip([['data/people.csv', csv], ['__MACOSX/data/._people.csv', '\0\0'], ['more.tsv', 'a\tb\n1\t2\n3\t4\n5\t6\n']]));
  await said(page, /The ZIP file holds 2 tables\. Choose the one to read\./);
  await said(page, 'id_number');
  await shot(page, 'zip');
  const choice = page.getByLabel('Table in the ZIP file');
  equal(await choice.locator('option').count(), 2, 'what macOS adds is no table');
  await choice.selectOption({ index: 1 });
  await page.getByRole('columnheader', { name: /^a/ }).waitFor();
  equal(await page.getByLabel('Between cells').locator('option:checked').textContent(), 'tab', 'the settings of the other table');
  await page.getByRole('button', { name: 'Read it so' }).click();
  await said(page, /3 rows and 2 columns, read without a warning/);
  await said(page, /more\.tsv in a ZIP file/);
  await untilStored(page, now => now.projects.length === 1);
  await page.reload();
  await ready(page);
  await stage(page, 'Data');
  await said(page, /3 rows and 2 columns/);
});

test('formats: a .zip with one table is read at once, and a cut one is refused', async here => {
  const page = await open(here);
  const bytes = zip([['people.csv', csv]]);
  await drop(page, 'cut.zip', bytes.subarray(0, bytes.length - 30));
  await said(page, /cut short or damaged/);
  await drop(page, 'people.zip', bytes);
  await said(page, /120 rows and 3 columns, read without a warning/);
});

test('formats: JSON lines, with a bad line told', async here => {
  const page = await open(here);
  const lines = rows.map((_, i) => JSON.stringify({ id: i, at: { city: i % 2 ? 'Bern' : 'Basel' }, ok: i % 3 === 0 }));
  await drop(page, 'rows.jsonl', [...lines.slice(0, 50), '{"id": 1,}', ...lines.slice(50)].join('\n'));
  await said(page, /120 rows and 3 columns, read with 1 warning/);
  await said(page, /rows\.jsonl · .* · JSON lines · SHA-256/);
  await said(page, /line 51, byte [\d,]+: this is no JSON object/);
  await page.getByRole('button', { name: 'Change how it is read' }).click();
  await said(page, 'Read as JSON lines.');
  equal(await page.getByLabel('Between cells').count(), 0, 'what does not apply is not shown');
  await said(page, 'at.city');
  await shot(page, 'jsonl');
  await page.getByLabel('Type of id').selectOption({ label: await page.getByLabel('Type of id').locator('option', { hasText: 'category' }).textContent() });
  await page.getByRole('button', { name: 'Read it so' }).click();
  await said(page, /120 rows and 3 columns, read with 1 warning/);
});

test('formats: a range that is pasted from a spreadsheet', async here => {
  const page = await open(here);
  await page.evaluate(text => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, `name\tnote\tn\r\n${Array.from({ length: 30 }, (_, i) => `p${i}\t"two\nlines"\t${i}`).join('\r\n')}\r\n`);
  await said(page, /30 rows and 3 columns, read without a warning/);
  await said(page, /tab between cells/);
  await shot(page, 'paste');
});
