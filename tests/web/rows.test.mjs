// Rows worth a look: answers that were entered wrongly are told on Trust, and shown in the table by a press.

import { assert, drop, equal, open, test } from './harness.mjs';
import { editDesign, stage, train } from './steps.mjs';

const WRONG = [12, 101, 230, 377];

/** Flowers of three kinds that two measures tell apart, four of them with the name of another. */
function flowers() {
  const kinds = ['rose', 'lily', 'iris'];
  const lines = Array.from({ length: 420 }, (_, row) => {
    const kind = row % 3;
    const told = WRONG.includes(row) ? (kind + 1) % 3 : kind;
    const spread = i => (row * (7 + i) % 23) / 23;
    return [(kind * 3 + spread(0)).toFixed(2), (10 - kind * 2 + spread(4)).toFixed(2), kinds[told]].join(',');
  });
  return `length,width,kind\n${lines.join('\n')}\n`;
}

test('rows worth a look: answers that were entered wrongly are found and shown', async here => {
  const page = await open(here);
  await drop(page, 'flowers.csv', flowers());
  await page.getByRole('grid').first().waitFor();
  await editDesign(page, design => {
    design.split.holdout = 0;
    design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear);
  });
  await train(page, 2);
  await stage(page, 'Trust');
  const rows = page.getByRole('region', { name: 'Rows worth a look' });
  await rows.getByText(/^4 rows of 420 \(.*\) have an answer that models which had not seen them doubt: it may have been entered wrongly/).waitFor({ timeout: 30_000 });
  const told = (await rows.locator('tbody th').allInnerTexts()).map(text => Number(text) - 1).sort((a, b) => a - b);
  equal(told, WRONG, 'the rows');
  await rows.getByRole('radio', { name: 'Missed most' }).check();
  await rows.getByText(/removing them would make the score rise/).waitFor();
  await rows.getByRole('radio', { name: 'Answer in doubt' }).check();
  await rows.getByRole('button', { name: 'Show 4 rows in the table' }).click();
  await page.getByRole('grid').first().waitFor();
  await page.getByText('Answer in doubt').first().waitFor();
  const numbers = () => [...document.querySelectorAll('[role=grid] [role=rowheader]')].map(cell => Number(cell.innerText));
  await page.waitForFunction(n => document.querySelectorAll('[role=grid] [role=rowheader]:not(:empty)').length === n, WRONG.length);
  equal(await page.evaluate(numbers), WRONG.map(row => row + 1), 'the rows keep the numbers that they were named by');
  assert(await page.getByText(/4 of 420 rows|4 rows/).count() > 0, 'how many rows are shown');
});
