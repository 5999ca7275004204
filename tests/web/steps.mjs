// What a person does on the page, shared by the tests that walk through it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Baseline, linear model and network alone, for tests that are about something else than trees. */
export function withoutTrees(design) {
  design.candidates = design.candidates.filter(({ model }) => !model.Boost && !model.Forest);
}

/** A network that takes a moment, and a third of a second for a step on an adapter in software; no trees. */
export function makeSmall(design) {
  withoutTrees(design);
  design.split.folds = 2;
  for (const network of networks(design)) Object.assign(network, { epochs: 3, hidden: [8] });
}

/** A network that is still learning when a test has done what it wants to do meanwhile. */
export function makeLong(design) {
  withoutTrees(design);
  design.split.folds = 2;
  for (const network of networks(design)) Object.assign(network, { epochs: 10_000, patience: null });
}

/** Which epoch the live curve has come to; 0 before the first. */
export function epoch(page) {
  return page.evaluate(() => {
    const title = document.querySelector('.inspector')?.innerText ?? '';
    const now = title.match(/at its best now: \S+ after ([\d,]+) epoch/);
    const past = title.match(/was best at epoch ([\d,]+): [^;]*; ([\d,]+) epochs? since then/);
    return (now ?? past ?? []).slice(1).reduce((sum, digits) => sum + Number(digits.replaceAll(',', '')), 0);
  });
}

/** Waits until `look` answers with something true, and answers with it. */
export async function until(page, look, what, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`It took too long: ${what}.`);
    await page.waitForTimeout(50);
  }
}

/** Waits until every file of the version is held for offline use. A promise would count as an answer in waitForFunction. */
export function heldForOffline(page) {
  return until(page, () => page.evaluate(async () => {
    const channel = new MessageChannel();
    const answer = new Promise(done => { channel.port1.onmessage = event => done(event.data.value); });
    navigator.serviceWorker.controller.postMessage({ type: 'state' }, [channel.port2]);
    return (await answer).complete;
  }), 'holding everything for offline use');
}

/** Presses Build on Ship and waits for the package. Gates that close, as for a network of a few steps, are opened with a reason. */
export async function buildPackage(page) {
  const build = page.getByRole('button', { name: 'Build the package' });
  const done = page.getByRole('button', { name: 'Download', exact: true });
  const reason = page.getByLabel('Why it may leave all the same').first();
  await build.click();
  const end = Date.now() + 90_000;
  let pressed = Date.now();
  while (!(await done.isVisible())) {
    // Right after a reload the model is still being loaded, and the page says to try again.
    if (Date.now() - pressed > 4_000 && await build.isVisible() && await build.getAttribute('aria-disabled') !== 'true' && !(await reason.isVisible())) {
      pressed = Date.now();
      await build.click();
    }
    assert(Date.now() < end, 'the package is built');
    if (await reason.isVisible()) {
      await reason.fill('Trained for a test, by a few steps only.');
      await page.getByRole('button', { name: 'Override this gate' }).first().click();
      await page.waitForTimeout(300);
      if (!(await reason.isVisible()) && !(await done.isVisible()) && await build.isVisible()) await build.click();
    }
    await page.waitForTimeout(150);
  }
}

/** Builds the package of the selected run and downloads it; answers with the place of the file. */
export async function ship(page) {
  await stage(page, 'Ship');
  await buildPackage(page);
  const button = page.getByRole('button', { name: 'Download', exact: true });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return download.path();
}

/** Builds the package, and lets its own verify.py run it. */
export async function shipAndVerify(page) {
  const path = await ship(page);
  const folder = mkdtempSync(join(tmpdir(), 'hearth-package-'));
  try {
    const python = join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python');
    execFileSync(python, ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])', path, folder]);
    const verify = execFileSync('find', [folder, '-name', 'verify.py'], { encoding: 'utf8' }).trim();
    const said = execFileSync(python, [verify], { encoding: 'utf8' });
    return { bytes: readFileSync(path), said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
