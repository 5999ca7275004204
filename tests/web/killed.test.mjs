// A killed tab: a new one on the same address finds the project, the design and every candidate that was complete.

import { assert, equal, killAndReturn, open, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, epoch, makeLong, makeSmall, networks, ship, stage, startTraining, train, trained, until } from './steps.mjs';

/** Names of the candidates on the leaderboard, once there are so many. */
async function board(page, candidates) {
  await stage(page, 'Train');
  await until(page, async () => await page.locator('table.board tbody tr').count() >= candidates, 'the leaderboard');
  return page.locator('.board-name').allInnerTexts();
}

test('a tab killed in mid-training returns with its design and what was complete', async here => {
  const page = await open(here);
  await takeSample(page, 'Concrete');
  await editDesign(page, makeLong);
  await startTraining(page);
  await until(page, () => epoch(page), 'the network learning');
  await untilStored(page, now => now.projects[0]?.n_runs === 2);
  const again = await killAndReturn(here, page);
  const names = await board(again, 2);
  await again.locator('.notice', { hasText: 'Training was interrupted; not complete: Neural network.' }).waitFor();
  assert(names.length === 2 && names.some(name => name.includes('Linear')), `the complete candidates are there: ${names}`);
  equal(await again.locator('.train-progress').count(), 0, 'trainings under way');
  await editDesign(again, design => {
    equal(networks(design).map(network => network.epochs), [10_000], 'the epochs of the design');
    makeSmall(design);
  });
  await ship(again);
  // Everything is at hand to train again.
  const all = await train(again);
  assert(all.some(name => name.includes('Neural network')), `the network was trained: ${all}`);
});

test('a tab killed after training returns with all its candidates', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  const before = await train(page);
  await untilStored(page, now => now.projects[0]?.n_runs === 3);
  await stage(page, 'Trust');
  const verdict = await page.locator('.trust h1').innerText();
  const again = await killAndReturn(here, page);
  // The stage that was open, with the same verdict.
  await again.locator('.trust h1', { hasText: verdict }).waitFor();
  equal(await board(again, 3), before, 'the candidates');
  await ship(again);
});

test('a network killed in mid-training goes on from its epoch', async here => {
  const page = await open(here);
  await takeSample(page, 'Concrete');
  await editDesign(page, design => {
    makeLong(design);
    for (const network of networks(design)) network.hidden = [8];
  });
  await startTraining(page);
  await until(page, () => epoch(page), 'the network learning');
  await untilStored(page, now => now.files.some(([name, size]) => name.endsWith('/unfinished') && size > 1_000), 60);
  const again = await killAndReturn(here, page);
  const notice = again.locator('.notice', { hasText: 'Training was interrupted; not complete: Neural network.' });
  await notice.filter({ hasText: 'up to epoch' }).waitFor();
  const [, kept] = (await notice.innerText()).match(/up to epoch ([\d,]+)/);
  const stoppedAt = Number(kept.replaceAll(',', ''));
  assert(stoppedAt > 1, `kept up to epoch ${stoppedAt}`);
  await notice.getByRole('button', { name: 'Train what is missing' }).click();
  const now = await until(again, () => epoch(again), 'the network learning again');
  assert(now >= stoppedAt, `it goes on at epoch ${now}, not before ${stoppedAt}`);
  await until(again, async () => await epoch(again) > now, 'the epochs going on');
  // Stopped by the person, nothing is left to go on with.
  await again.getByRole('button', { name: /^Stop/ }).first().click();
  await trained(again, 3);
  await untilStored(again, now => !now.files.some(([name]) => name.endsWith('/unfinished')));
});
