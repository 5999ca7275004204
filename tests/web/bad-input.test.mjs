// Bad input, each answered with a sentence that names place and cure; nothing is lost, and the page goes on.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { assert, drop, open, root, stored, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, makeSmall, ship, train } from './steps.mjs';

const image = readFileSync(join(root, 'public/icons/hearth-192.png'));
const wide = n => Array.from({ length: n }, (_, i) => `c${i}`).join(',');

/** Each file that cannot be read, and what the page must say of it. */
const refused = {
  'empty.csv': ['', /empty/i],
  'header.csv': ['a,b,c\n', /no row|header|only/i],
  'image.csv': [image, /not (a )?text|binary|image/i],
};

/** Each file that can be read: its content, what stands in the receipt, and every warning. */
const read = {
  'one-row.csv': ['a,b\n1,2\n', /1 row and 2 columns, read without a warning/, [/No column was chosen to be predicted: one row has nothing to differ from/]],
  'one-column.csv': ['a\n1\n2\n3\n', /3 rows and 1 column, read without a warning/, [/No column was chosen to be predicted: there is no other column to learn “a” from/]],
  'wide.csv': [`${wide(10_000)}\n${wide(10_000)}\n${wide(10_000)}\n`, /3 rows and 10,000 columns/, []],
  'long-field.csv': [`a,b\n1,"${'x'.repeat(10_000_000)}"\n2,y\n`, /2 rows and 2 columns/, []],
  'names.csv': ['a,a,,<img src=x onerror=window.hacked=1>,__proto__\n1,2,3,<img src=x onerror=window.hacked=1>,__proto__\n4,5,6,x,constructor\n',
    /2 rows and 5 columns, read with 2 warnings/, [/header.*a_2: the name "a" is there already/, /header.*column_3: a column has no name/]],
  'numbers.csv': ['x,y\n1,NaN\ninf,2\n1e400,3\n4,4\n', /4 rows and 2 columns, read with 2 warnings/,
    [/row 2.*x: "inf" is infinite or too large/, /row 3.*x: "1e400" is infinite or too large/]],
  'ragged.csv': ['a,b,c\n1,2\n3,4,5,6\n7,8,"9\n', /3 rows and 3 columns, read with 3 warnings/,
    [/row 1.*: 2 cells instead of 3/, /row 2.*: 4 cells instead of 3. Left out: "6"/, /row 3.*c: a quote opens here and never closes/]],
  'all-missing.csv': ['a,b\n,\n,\n,\n', /3 rows and 2 columns/, [/No column was chosen to be predicted: all 2 columns are empty/]],
};

const said = (page, words) => page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: 30_000 });

async function livesOn(page) {
  assert(await page.evaluate(() => window.hacked === undefined), 'no text of the data was run');
  assert(await page.locator('.page-stopped').count() === 0, 'the page lives on');
}

for (const [name, [content, words]] of Object.entries(refused)) {
  test(`bad input: ${name}`, async here => {
    const page = await open(here);
    await takeSample(page, 'Penguins');
    await page.waitForTimeout(600);
    await drop(page, name, content);
    await said(page, words);
    // The project from before was never left; where other settings might read the file, they can be left.
    const leave = page.getByRole('button', { name: 'Leave it' });
    if (await leave.count()) await leave.click();
    await page.getByText('Adelie').first().waitFor();
    const now = await stored(page);
    assert(now.projects.length === 1 && now.projects[0].name === 'penguins', `the projects: ${JSON.stringify(now.projects)}`);
    await livesOn(page);
  });
}

for (const [name, [content, receipt, warnings]] of Object.entries(read)) {
  test(`bad input: ${name}`, async here => {
    const page = await open(here);
    await takeSample(page, 'Penguins');
    await page.waitForTimeout(600);
    await drop(page, name, content);
    await said(page, receipt);
    await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
    for (const warning of warnings) await said(page, warning);
    await livesOn(page);
  });
}

for (const [name, cell, words] of [
  ['constant', 'same', /the same in every row|“?"?same"?”? in every row/i],
  ['missing', '', /no row|no value|is missing/i],
]) {
  test(`bad input: a target that is ${name} is refused with the reason`, async here => {
    const page = await open(here);
    await drop(page, `${name}.csv`, `x,y\n${Array.from({ length: 40 }, (_, i) => `${i % 7},${cell}`).join('\n')}\n`);
    await said(page, /40 rows and 2 columns/);
    await page.locator('.rail-entry', { hasText: 'Design' }).click();
    await page.locator('#canvas').getByRole('button', { name: 'y', exact: true }).click();
    await said(page, words);
    await page.locator('.rail-entry', { hasText: 'Train' }).click();
    assert(await page.getByRole('button', { name: /^Train \d/ }).and(page.locator(':not([disabled]):not([aria-disabled=true])')).count() === 0, 'nothing can be trained');
  });
}

test('one class that occurs once still trains', async here => {
  const page = await open(here);
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${(i * 31) % 17},${i === 30 ? 'rare' : i % 2 ? 'a' : 'b'}`);
  await drop(page, 'rare.csv', `number,x,kind\n${rows.join('\n')}\n`);
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
  await train(page);
});

/** A ZIP with one entry. */
function zip(path, content) {
  const name = Buffer.from(path);
  const packed = deflateRawSync(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

for (const [name, path] of [['bomb.hearth.zip', 'manifest.json'], ['bomb.zip', 'pipeline.json']]) {
  test(`bad input: ${name} is refused, and the project stays`, async here => {
    const page = await open(here);
    await takeSample(page, 'Penguins');
    await untilStored(page, now => now.projects.length === 1);
    const before = await stored(page);
    await drop(page, name, zip(path, Buffer.alloc(500_000_000)));
    await said(page, /would grow [\d,]+-fold when unpacked, as ZIP bombs do/);
    await page.getByText('Adelie').first().waitFor();
    const now = await stored(page);
    assert(JSON.stringify(now.files) === JSON.stringify(before.files), `the files: ${JSON.stringify(now.files)}`);
    await livesOn(page);
  });
}

test('bad input: a file that changes while it is read', async here => {
  const page = await open(here);
  const folder = mkdtempSync(join(tmpdir(), 'hearth-'));
  try {
    const path = join(folder, 'growing.csv');
    writeFileSync(path, `x,y\n${'12.5,a sentence of some length\n'.repeat(2_000_000)}`);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a file' }).first().click()]);
    await chooser.setFiles(path);
    await page.locator('[role=progressbar], progress').first().waitFor();
    appendFileSync(path, '1,b\n');
    await said(page, /growing\.csv/);
    await said(page, /The browser says that it changed/);
    // Where the change was met while the first rows were shown, other settings are offered; the next file is read as ever.
    const leave = page.getByRole('button', { name: 'Leave it' });
    if (await leave.count()) await leave.click();
    await takeSample(page, 'Penguins');
    await livesOn(page);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('bad input: a package of which one byte was altered', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await train(page);
  const bytes = readFileSync(await ship(page));
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  const before = (await stored(page)).projects;
  await drop(page, 'altered.zip', bytes);
  await said(page, /altered\.zip/);
  await said(page, /The file is damaged: /);
  // No candidate came of it.
  const after = (await stored(page)).projects;
  assert(after.length === 1 && after[0].n_runs === before[0].n_runs, `the projects: ${JSON.stringify(after)}`);
  await livesOn(page);
});
