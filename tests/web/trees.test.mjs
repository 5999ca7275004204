// Boosted trees and forests as a person uses them: settings, training, the package run by onnxruntime in Python, the
// playground.

import { assert, equal, open, takeSample, test } from './harness.mjs';
import { editDesign, shipAndVerify, stage, train, until } from './steps.mjs';

const TREES = ['Boosted trees', 'Random forest'];

for (const sample of ['Penguins', 'Credit']) {
  test(`trees of ${sample} are trained, packaged and run by onnxruntime`, async here => {
    const page = await open(here);
    await takeSample(page, sample);
    await editDesign(page, design => {
      design.split.folds = 3;
      design.candidates = design.candidates.filter(c => c.model === 'Baseline' || c.model.Boost || c.model.Forest);
      equal(design.candidates.length, 3, 'candidates');
    });
    const start = Date.now();
    const names = await train(page, 3);
    console.log(`        trained in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    for (const name of TREES) {
      await stage(page, 'Train');
      assert(names.includes(name), `${name} is on the leaderboard: ${names.join(', ')}`);
      await page.locator('.board-name', { hasText: name }).click();
      const { said, bytes } = await shipAndVerify(page);
      assert(/probabilities: largest deviation \S+ in 64 rows, within/.test(said), `${name}: ${said}`);
      console.log(`        ${name}: ${(bytes.length / 1000).toFixed(0)} kB, ${said.trim().split('\n')[0]}`);
      await page.locator('.card-text', { hasText: 'How large it is' }).waitFor();
    }
  }, { timeout: 300_000 });
}

test('trees: settings are fields, one-way columns a list, and the largest model is told', async here => {
  const page = await open(here);
  await takeSample(page, 'Credit');
  await stage(page, 'Design');
  const card = page.locator('.candidate', { has: page.getByRole('heading', { name: 'Boosted trees' }) });
  await card.locator('summary').click();
  await card.getByText('At most 100 trees with 31 leaves each, 3,100 in all').waitFor();
  const rounds = card.getByLabel('Rounds at most');
  await rounds.fill('40');
  await rounds.press('Enter');
  await card.getByText('At most 40 trees with 31 leaves each, 1,240 in all').waitFor();
  await card.getByLabel('Limit the depth').check();
  await card.getByLabel('Depth at most').fill('3');
  await card.getByLabel('Depth at most').press('Enter');
  await card.getByText('At most 40 trees with 8 leaves each').waitFor();
  await card.getByLabel('Another one-way column').selectOption({ label: 'age' });
  await card.getByLabel('As age grows, predictions go').selectOption({ label: 'only down' });
  await card.locator('summary', { hasText: '3 differ from the default' }).waitFor();
  await page.getByText('As text', { exact: true }).first().click();
  const design = JSON.parse(await page.getByLabel('The design as text').inputValue());
  const boost = design.candidates.map(c => c.model.Boost).find(Boolean);
  equal([boost.rounds, boost.max_depth, boost.monotone], [40, 3, [['age', 'Decreasing']]], 'the settings as text');
  await page.getByRole('tab', { name: 'Plan' }).click();
  await page.getByRole('button', { name: 'Add a model' }).click();
  await page.getByRole('menuitem', { name: /^Extra trees/ }).click();
  await page.locator('.candidate', { has: page.getByRole('heading', { name: 'Extra trees' }) }).waitFor();
});

test('trees: the playground grows them one after another', async here => {
  const page = await open(here, '?view=playground');
  for (const kind of ['Boosted', 'Forest']) {
    await page.locator('.segment', { hasText: kind }).click();
    const trees = () => page.locator('.play-facts dd').first().innerText();
    await until(page, async () => await trees() === '1', `${kind} begins with one tree`);
    await page.getByRole('button', { name: 'One step' }).click();
    await until(page, async () => await trees() === '6', `${kind} takes a step`);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await until(page, async () => await trees() === '200', `${kind} grows to its end`);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  }
});
