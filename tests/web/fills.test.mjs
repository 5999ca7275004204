// Storage that fills while the work goes on: what happens is said, the work goes on, and what found no room is stored as soon
// as there is room again.

import { readFileSync } from 'node:fs';
import { assert, equal, open, ready, stored, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, epoch, heldForOffline, makeLong, ship, startTraining, trained, until } from './steps.mjs';

/** Nothing more fits into this browser's storage, or everything again. */
async function storage(here, page) {
  const session = await page.context().newCDPSession(page);
  const origin = new URL(here.url).origin;
  return {
    fill: () => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000 }),
    free: () => session.send('Storage.overrideQuotaForOrigin', { origin }),
  };
}

const full = (page, place) => page.locator('.notice', { hasText: place }).filter({ hasText: 'storage is full' });

async function rename(page, name) {
  const field = page.getByLabel('Project name');
  await field.fill(name);
  await field.press('Enter');
}

test('storage that fills during an import: the table is there, and is stored when there is room', async here => {
  const page = await open(here);
  await heldForOffline(page);
  const room = await storage(here, page);
  const lines = 200_000;
  const size = await page.evaluate(lines => {
    const text = `row,colour,number\n${Array.from({ length: lines }, (_, i) => `${i},${['red', 'green', 'blue'][i % 3]},${i * 7919 % 10007}`).join('\n')}\n`;
    window.many = new DataTransfer();
    window.many.items.add(new File([text], 'many.csv'));
    return text.length;
  }, lines);
  await page.evaluate(() => {
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: window.many, bubbles: true, cancelable: true }));
    }
  });
  await page.getByText('Reading many.csv').first().waitFor();
  await room.fill();
  await page.getByRole('grid').first().waitFor({ timeout: 60_000 });
  await full(page, 'The data file').filter({ hasText: 'your work goes on in this tab' }).waitFor({ timeout: 30_000 });
  equal((await stored(page)).files.filter(([name]) => name.includes('data-')), [], 'data files that are stored');
  // All rows are at hand.
  await page.getByRole('grid').first().focus();
  await page.keyboard.press('Control+End');
  await page.getByText((lines - 1).toString(), { exact: true }).first().waitFor();
  await room.free();
  await rename(page, 'with room');
  await untilStored(page, now => now.projects[0]?.name === 'with room' && now.files.some(([name, bytes]) => name.includes('data-') && bytes === size));
  await page.reload();
  await ready(page);
  await page.getByRole('grid').first().waitFor({ timeout: 60_000 });
  equal(await page.locator('.notice').allInnerTexts(), [], 'what is said after the reload');
});

test('storage that fills during a training: it goes on, and every candidate is stored when there is room', async here => {
  const page = await open(here);
  await heldForOffline(page);
  const room = await storage(here, page);
  await takeSample(page, 'Penguins');
  await untilStored(page, now => now.projects.length === 1 && now.files.some(([name]) => name.includes('data-')));
  await editDesign(page, makeLong);
  await startTraining(page);
  await room.fill();
  await full(page, 'A trained candidate').filter({ hasText: 'your work goes on in this tab' }).waitFor({ timeout: 60_000 });
  await until(page, () => epoch(page), 'the network learning all the same');
  await until(page, () => page.locator('button.board-name', { hasText: 'Linear' }).count(), 'the linear model beside it');
  await page.getByRole('button', { name: 'Stop, keep the best' }).click();
  const names = await trained(page);
  assert(names.length === 3 && names.some(name => name.includes('Neural network')), `all candidates are there: ${names}`);
  const before = readFileSync(await ship(page));
  const runs = now => now.files.filter(([name]) => /\/run-\d/.test(name)).length;
  assert(runs(await stored(page)) < 3, 'not every candidate found room');
  await room.free();
  await rename(page, 'with room');
  await untilStored(page, now => now.projects[0]?.name === 'with room' && now.projects[0].n_runs === 3 && runs(now) === 3);
  await page.reload();
  await ready(page);
  await page.locator('.rail-entry', { hasText: '3 candidates' }).waitFor({ timeout: 30_000 });
  equal(await page.locator('.notice').allInnerTexts(), [], 'what is said after the reload');
  await rename(page, 'penguins');
  assert(before.equals(readFileSync(await ship(page))), 'the package has the same bytes as before');
}, { timeout: 200_000 });
