// What a person does on the page, shared by the tests that walk through it.

import { assert } from './harness.mjs';

/** Shows a stage by its entry in the rail. */
export async function stage(page, name) {
  const entry = page.locator('.rail-entry', { has: page.locator('.rail-name', { hasText: new RegExp(`^${name}$`) }) });
  await entry.click();
  await page.waitForFunction(name => document.querySelector('.rail-entry[aria-current=page]')?.innerText.startsWith(name), name);
}

/** Presses Train; `trained` waits for the end. */
export async function startTraining(page) {
  await stage(page, 'Train');
  await page.locator('.train-go button.primary').click();
}

/** Waits until so many candidates stand on the leaderboard and no training goes on; answers with their names. */
export async function trained(page, candidates = 3, seconds = 240) {
  await page.waitForFunction(
    n => document.querySelectorAll('table.board tbody tr').length >= n && !document.querySelector('.train-progress'),
    candidates, { timeout: seconds * 1000 });
  return page.locator('.board-name').allInnerTexts();
}

export async function train(page, candidates = 3) {
  await startTraining(page);
  return trained(page, candidates);
}

/** Changes the design as its text: `change` gets it parsed and alters it. */
export async function editDesign(page, change) {
  await stage(page, 'Design');
  await page.getByText('As text', { exact: true }).first().click();
  const text = page.getByLabel('The design as text');
  const design = JSON.parse(await text.inputValue());
  change(design);
  await text.fill(JSON.stringify(design));
  await page.getByRole('button', { name: 'Take this design' }).click();
}

/** The networks of a design. */
export function networks(design) {
  const found = design.candidates.map(candidate => candidate.model.Network).filter(Boolean);
  assert(found.length > 0, `a network is among the candidates: ${JSON.stringify(design.candidates)}`);
  return found;
}

/** Waits until every file of the version is held for offline use. */
export function heldForOffline(page) {
  return page.waitForFunction(async () => {
    const channel = new MessageChannel();
    const answer = new Promise(done => { channel.port1.onmessage = event => done(event.data.value); });
    navigator.serviceWorker.controller.postMessage({ type: 'state' }, [channel.port2]);
    return (await answer).complete;
  }, null, { timeout: 60_000, polling: 500 });
}
