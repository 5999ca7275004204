// The grid and the columns: a million rows by keyboard, ten thousand columns, sorting, brushing, types and import settings.

import { assert, equal, open, takeSample, test } from './harness.mjs';

/** Picks a file as a person does, by the button. */
async function pick(page, name, text) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a file' }).click()]);
  await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('grid').waitFor({ timeout: 60_000 });
}

const firstRow = page => page.locator('.grid-row').first().innerText();
const until = (page, what, argument) => page.waitForFunction(what, argument, { timeout: 20_000 });

test('the grid: row 999,999 by keyboard at device pixel ratio 2, sorted and brushed', async here => {
  const page = await open(here);
  const lines = ['row,x,group'];
  for (let i = 0; i < 1_000_000; i += 1) lines.push(`${i},${((i * 7919) % 10007) / 10007},${'abc'[i % 3]}`);
  await pick(page, 'million.csv', lines.join('\n'));
  await page.locator('.grid-scroll').focus();
  await page.keyboard.press('Control+End');
  await until(page, () => document.querySelector('.grid-cell.active')?.id === 'cell-1000000-2' && document.querySelector('.grid-cell.active').textContent === 'a');
  const last = await page.evaluate(() => {
    const cell = document.querySelector('.grid-cell.active');
    const grid = cell.closest('[role=grid]');
    const [inner, outer] = [cell.getBoundingClientRect(), grid.getBoundingClientRect()];
    return {
      row: cell.closest('[role=row]').getAttribute('aria-rowindex'), count: grid.getAttribute('aria-rowcount'),
      active: grid.getAttribute('aria-activedescendant') === cell.id, seen: inner.bottom <= outer.bottom + 1,
    };
  });
  equal(last, { row: '1000001', count: '1000001', active: true, seen: true }, 'the last row');
  await page.keyboard.press('ArrowUp');
  await until(page, () => document.querySelector('.grid-cell.active')?.id === 'cell-999999-2');

  const gaps = await page.evaluate(async () => {
    const grid = document.querySelector('.grid-scroll');
    const gaps = [];
    let before = await new Promise(requestAnimationFrame);
    for (let i = 0; i < 60; i += 1) {
      grid.scrollTop -= 2_000;
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - before);
      before = now;
    }
    return gaps.sort((a, b) => b - a);
  });
  console.log(`        longest frames while scrolling: ${gaps.slice(0, 3).map(Math.round)} ms`);

  await page.locator('.grid-scroll').focus();
  for (const key of ['Control+Home', 'ArrowRight', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  await page.locator('[aria-sort=ascending]').waitFor();
  await until(page, () => /\b0$/.test(document.querySelector('.grid-row .grid-cell:nth-child(3)')?.textContent ?? ''));

  const picture = await page.locator('.head-cell .picture').nth(1).boundingBox();
  await page.mouse.move(picture.x + 2, picture.y + 8);
  await page.mouse.down();
  await page.mouse.move(picture.x + picture.width / 4, picture.y + 9);
  await page.mouse.up();
  await page.locator('.filters', { hasText: 'of 1,000,000 rows' }).waitFor();
  assert(await page.locator('.column-bar.kept').count() > 0, 'the brushed bars are marked');
  await page.getByRole('button', { name: /^Remove the filter: x/ }).click();
  await page.locator('.filters', { hasText: 'of 1,000,000 rows' }).waitFor({ state: 'detached' }).catch(() => {});
  assert(!(await page.locator('.filters').innerText()).includes('of 1,000,000'), 'without the chip all rows are back');
}, { deviceScaleFactor: 2, timeout: 180_000 });

test('the grid: ten thousand columns, to the last and back', async here => {
  const page = await open(here);
  const row = r => Array.from({ length: 10_000 }, (_, i) => (r * (i + 1)) % 97).join(',');
  const header = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',');
  await pick(page, 'wide.csv', [header, ...Array.from({ length: 40 }, (_, r) => row(r))].join('\n'));
  await page.locator('.grid-scroll').focus();
  await page.keyboard.press('End');
  await until(page, () => document.querySelector('.grid-cell.active')?.id === 'cell-1-9999');
  assert(await page.locator('.head-cell').count() < 30, 'only the heads in sight exist');
  await page.keyboard.press('Home');
  await until(page, () => document.querySelector('.grid-cell.active')?.id === 'cell-1-0');
}, { timeout: 180_000 });

test('columns: another type and other settings are shown at once, and undone', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  const head = page.locator('.head-cell').nth(1);
  await head.click({ position: { x: 40, y: 14 } });
  await page.locator('.inspector').getByLabel('Type').selectOption({ label: 'Aa category' });
  await head.filter({ hasText: 'category' }).waitFor();
  equal(await page.locator('.column-name').innerText(), 'month', 'the column stays selected');
  await page.keyboard.press('Control+z');
  await head.filter({ hasText: 'number' }).waitFor();

  await page.getByRole('button', { name: 'Change how it is read' }).click();
  await page.getByLabel('Between cells').selectOption({ label: 'semicolon' });
  await page.waitForFunction(() => document.querySelectorAll('.preview-table th').length === 1);
  await page.getByRole('button', { name: 'Leave it' }).click();
  assert((await firstRow(page)).includes('below 0 DM'), 'the table is as it was');
});
