// Bad input, each answered with a sentence that names place and cure; nothing is lost, and the page goes on.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, drop, open, root, takeSample, test } from './harness.mjs';
import { train } from './steps.mjs';

const image = readFileSync(join(root, 'public/icons/hearth-192.png'));
const wide = n => Array.from({ length: n }, (_, i) => `c${i}`).join(',');

/** Each file, and what the page must say of it. A table that can be read shows its grid. */
const files = {
  'empty.csv': ['', /empty/i],
  'header.csv': ['a,b,c\n', /no row|header|only/i],
  'image.csv': [image, /not (a )?text|binary|image/i],
  'one-row.csv': ['a,b\n1,2\n', 'grid'],
  'one-column.csv': ['a\n1\n2\n3\n', 'grid'],
  'wide.csv': [`${wide(10_000)}\n${wide(10_000)}\n${wide(10_000)}\n`, 'grid'],
  'long-field.csv': [`a,b\n1,"${'x'.repeat(10_000_000)}"\n2,y\n`, 'grid'],
  'names.csv': ['a,a,,<img src=x onerror=window.hacked=1>,__proto__\n1,2,3,<img src=x onerror=window.hacked=1>,__proto__\n4,5,6,x,constructor\n', 'grid'],
  'numbers.csv': ['x,y\n1,NaN\ninf,2\n1e400,3\n4,4\n', 'grid'],
  'ragged.csv': ['a,b,c\n1,2\n3,4,5,6\n7,8,"9\n', 'grid'],
  'all-missing.csv': ['a,b\n,\n,\n,\n', 'grid'],
};

for (const [name, [content, expected]] of Object.entries(files)) {
  test(`bad input: ${name}`, async here => {
    const page = await open(here);
    await takeSample(page, 'Penguins');
    await page.waitForTimeout(600);
    await drop(page, name, content);
    if (expected === 'grid') {
      await page.waitForFunction(name => document.body.innerText.includes(name), name, { timeout: 30_000 });
      await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
    } else {
      await page.getByText(expected).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
      // The project from before is a press away.
      await page.getByRole('button', { name: 'Go back to it' }).click();
      await page.getByText('Adelie').first().waitFor();
    }
    assert(await page.evaluate(() => window.hacked === undefined), 'no text of the data was run');
    assert(await page.locator('.page-stopped').count() === 0, 'the page lives on');
  });
}

test('bad input: targets that cannot be learned are refused with a reason', async here => {
  for (const [name, content] of [
    ['constant.csv', `x,y\n${Array.from({ length: 40 }, (_, i) => `${i},same`).join('\n')}\n`],
    ['missing.csv', `x,y\n${Array.from({ length: 40 }, (_, i) => `${i},`).join('\n')}\n`],
  ]) {
    const page = await open(here);
    await drop(page, name, content);
    await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
    await page.locator('.rail-entry', { hasText: 'Design' }).click();
    await page.waitForTimeout(500);
    await page.close();
  }
});

test('one class that occurs once still trains, and says what could not be scored', async here => {
  const page = await open(here);
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${(i * 31) % 17},${i === 30 ? 'rare' : i % 2 ? 'a' : 'b'}`);
  await drop(page, 'rare.csv', `number,x,kind\n${rows.join('\n')}\n`);
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
  await train(page);
});
