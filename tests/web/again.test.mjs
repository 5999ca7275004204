// What a change reaches: the threshold, what no longer counts, undo, the settings of an import, a package on its own.

import { readFileSync } from 'node:fs';
import { assert, drop, equal, open, ready, takeSample, test, untilStored } from './harness.mjs';
import { buildPackage, editDesign, networks, stage, startTraining, train, trained, withoutTrees } from './steps.mjs';

const slider = page => page.getByLabel('Call it yes from a probability of');
const undoLabel = page => page.locator('.undo-redo button').first().getAttribute('aria-label');

/** Credit with a network that learns in a moment. */
async function credit(here) {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, design => { withoutTrees(design); design.split.folds = 2; for (const n of networks(design)) Object.assign(n, { epochs: 2, hidden: [4] }); });
  await train(page);
  return page;
}

/** Builds the package of the selected run and answers with its path. */
async function packaged(page) {
  const button = page.getByRole('button', { name: 'Download', exact: true });
  await button.waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return download.path();
}

test('a threshold is kept, undone, shipped, and comes back with the package', async here => {
  const page = await credit(here);
  await stage(page, 'Trust');
  const name = await page.locator('.trust-run select').evaluate(s => s.selectedOptions[0].text);
  await slider(page).fill('0.3');
  equal(await undoLabel(page), `Undo: Threshold of ${name}`, 'the edit that undo takes back');
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelector('.threshold input[type=range]').value === '0.5');
  await page.keyboard.press('Control+Shift+z');
  await page.waitForFunction(() => document.querySelector('.threshold input[type=range]').value === '0.3');
  await page.waitForTimeout(600);
  await page.locator('.saved.saved').waitFor();
  await page.reload();
  await ready(page);
  await page.waitForFunction(() => document.querySelector('.threshold input[type=range]')?.value === '0.3', null, { timeout: 30_000 });

  await stage(page, 'Ship');
  await buildPackage(page);
  const bytes = readFileSync(await packaged(page));
  assert((await page.locator('.ship-card').innerText()).includes('at least 0.3'), 'the card names the threshold');
  await page.keyboard.press('Alt+4');
  await slider(page).fill('0.6');
  await page.keyboard.press('Alt+5');
  await page.locator('.stale-line', { hasText: 'made with a threshold of 30' }).waitFor();
  await page.getByRole('button', { name: 'Build it again' }).click();
  await page.locator('.ship-card', { hasText: 'at least 0.6' }).waitFor();

  // The package alone: a form, a prediction, and the threshold it was made with.
  const other = await open(here);
  await drop(other, 'credit.zip', bytes);
  await other.getByRole('button', { name: 'Predict one row' }).waitFor({ timeout: 30_000 });
  await stage(other, 'Trust');
  equal(await slider(other).inputValue(), '0.3', 'the threshold of the package');
  await stage(other, 'Ship');
  await other.getByRole('button', { name: 'Predict one row' }).click();
  await other.getByLabel('age', { exact: true }).fill('30');
  await other.locator('.one-row-answer .answer', { hasText: /^(good|bad)$/ }).waitFor();
  equal(await other.locator('.one-row-form .field').count(), 20, 'a field for each column of the model');
});

test('what changed is trained again, and nothing else', async here => {
  const page = await credit(here);
  await stage(page, 'Design');
  await page.getByRole('tab', { name: 'Plan' }).click();
  const network = page.locator('.candidate').nth(2);
  await network.locator('summary').click();
  const layers = network.getByLabel('Hidden layers');
  await layers.fill('5');
  await layers.press('Enter');
  await stage(page, 'Train');
  const again = page.getByRole('button', { name: /^Rerun what changed \(.*\)$/ });
  await again.waitFor();
  await again.click();
  const names = await trained(page, 4);
  equal(names.filter(n => n.startsWith('Neural')).sort(), ['Neural network', 'Neural network (2)'], 'the networks');
  equal(names.filter(n => !n.startsWith('Neural')).sort(), ['Baseline', 'Linear'], 'the others were not trained again');

  // Numbers instead of classes: the network begins with its defaults, and one undo takes all of it back.
  await stage(page, 'Design');
  await page.getByRole('button', { name: /^What is predicted/ }).click();
  await page.locator('.popover:popover-open input').fill('amount');
  await page.locator('.pick-list .menu-item').click();
  await page.locator('.notice', { hasText: /begins? with the default settings/ }).waitFor();
  await page.locator('.rail-entry.stale', { hasText: 'Trust' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.locator('.rail-entry.stale').first().waitFor({ state: 'detached' });
});

test('the page of a person who reads does not turn when a training ends', async here => {
  const page = await credit(here);
  // Long enough to be on another page before it ends.
  await editDesign(page, design => networks(design).forEach(network => Object.assign(network, { epochs: 400, patience: null })));
  await stage(page, 'Trust');
  const choice = page.locator('.trust-run select');
  await choice.selectOption({ label: 'Baseline' });
  await page.keyboard.press('Control+Enter');
  await page.locator('.train-progress').waitFor();
  await stage(page, 'Trust');
  await page.getByText(/This is what guessing gets/).waitFor();
  await page.locator('.notice', { hasText: 'Training is done' }).waitFor({ timeout: 60_000 });
  await page.getByText(/This is what guessing gets/).waitFor();
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText(/This is what guessing gets/).waitFor({ state: 'detached' });
});

test('undo takes back every kind of edit, one at a time', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  const says = part => page.waitForFunction(p => document.querySelector('.sentence')?.innerText.replace(/\s+/g, ' ').includes(p), part);
  const edits = [];
  const made = async label => {
    await page.waitForFunction(l => document.querySelector('.undo-redo button').getAttribute('aria-label') === `Undo: ${l}`, label);
    edits.push(label);
    await page.waitForTimeout(950);
  };
  await stage(page, 'Design');
  const before = await page.locator('.sentence').innerText();
  await page.getByRole('button', { name: 'Move island', exact: true }).click();
  await page.getByRole('menuitemradio', { name: /^Ignore/ }).click();
  await says('from 6 columns');
  await made(await undoLabel(page).then(l => l.slice(6)));
  const field = page.getByLabel('Project name');
  await field.fill('Birds');
  await field.press('Enter');
  await made('Rename the project');
  await page.getByRole('button', { name: /^What is predicted/ }).click();
  await page.locator('.pick-list .menu-item', { hasText: 'sex' }).click();
  await made('Predict sex');
  await editDesign(page, design => { design.split.folds = 7; });
  await made('Design from text');
  await stage(page, 'Data');
  await page.getByRole('button', { name: 'Change how it is read' }).click();
  await page.getByLabel('Quotes').selectOption({ label: 'none' });
  await page.locator('.preview-table').waitFor();
  await page.getByRole('button', { name: 'Read it so' }).click();
  await page.getByRole('grid').first().waitFor();
  await made('Change how the file is read');
  for (const label of edits.toReversed()) {
    equal(await undoLabel(page), `Undo: ${label}`, 'what undo says');
    await page.locator('.undo-redo button').first().click();
    await page.waitForFunction(l => document.querySelector('.undo-redo button').getAttribute('aria-label') !== `Undo: ${l}`, label);
  }
  equal(await undoLabel(page), 'Nothing to undo', 'the end of the history');
  await stage(page, 'Design');
  await page.waitForFunction(text => document.querySelector('.sentence')?.innerText === text, before);
  equal(await field.inputValue(), 'penguins', 'the name');
});

test('settings stay open where others may read the file', async here => {
  const page = await open(here);
  await drop(page, 'codes.csv', 'red,green,blue\n');
  await page.getByText('could not be read like this').waitFor({ timeout: 30_000 });
  await page.locator('.import-form', { hasText: 'There is one line, read as the header' }).waitFor();
  await page.getByLabel('Quotes').selectOption({ label: 'none' });
  await page.locator('.import-form .check.blocked').waitFor();
  await page.getByLabel('The first line names the columns').click();
  await page.locator('.preview-table td', { hasText: 'green' }).waitFor();
  await page.getByRole('button', { name: 'Read it so' }).click();
  await page.getByRole('grid').first().waitFor();
  await untilStored(page, now => now.projects.length === 1);
});

test('a chart leaves on white paper, whatever the page looks like', async here => {
  const page = await credit(here);
  const save = async kind => {
    await page.getByRole('button', { name: /^Save the chart/ }).first().click();
    const item = page.getByRole('menuitem', { name: new RegExp(`^${kind}`) });
    const [download] = await Promise.all([page.waitForEvent('download'), item.click()]);
    return readFileSync(await download.path());
  };
  await page.keyboard.press('Control+k');
  await page.keyboard.type('colours light');
  await page.keyboard.press('Enter');
  const light = (await save('SVG')).toString();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert(light.includes('fill="#FFFFFF"'), 'white');
  const picture = await save('PNG');
  assert(picture.subarray(1, 4).toString() === 'PNG', 'a picture');
  const first = await page.evaluate(async base64 => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    return [...context.getImageData(2, 2, 1, 1).data];
  }, picture.toString('base64'));
  equal(first, [255, 255, 255, 255], 'its first dot');
  assert((await save('CSV')).toString().split(/\r?\n/).length > 3, 'rows');
}, { colorScheme: 'dark' });

test('Train the rest goes on where the engine ended', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await editDesign(page, design => { withoutTrees(design); for (const n of networks(design)) Object.assign(n, { epochs: 2000, patience: null }); });
  await startTraining(page);
  await page.waitForFunction(() => document.querySelectorAll('table.board tbody button.board-name').length >= 2, null, { timeout: 60_000 });
  const worker = page.workers().find(w => w.url().includes('start-engine'));
  assert(worker, 'the engine is a worker of its own');
  here.expected.push(/forced by a test/);
  await worker.evaluate(() => { setTimeout(() => { throw new Error('forced by a test'); }); });
  const rest = page.getByRole('button', { name: 'Train the rest' });
  await rest.waitFor({ timeout: 30_000 });
  await rest.click();
  await page.locator('.train-progress', { hasText: 'Neural network' }).waitFor({ timeout: 60_000 });
  await page.locator('.train-progress', { hasText: 'rows per second' }).waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => document.querySelectorAll('table.board tbody tr').length === 3);
  await page.getByRole('button', { name: 'Stop, keep the best' }).click();
  const names = await trained(page, 3, 60);
  equal(names.map(name => name.replace(/ \(stopped.*/, '')).sort(), ['Baseline', 'Linear', 'Neural network'], 'each once');
}, { timeout: 200_000 });
