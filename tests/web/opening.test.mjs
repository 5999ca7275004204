// Opening: the first paint, control by the service worker, offline, updates.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeList } from '../../scripts/list.mjs';
import { assert, drop, equal, open, ready, root, test } from './harness.mjs';
import { heldForOffline } from './steps.mjs';

const penguins = readFileSync(join(root, 'public/samples/penguins.csv'));

test('opens under a sub-path on a host without headers', async here => {
  const page = await open(here);
  const facts = await page.evaluate(async () => {
    const response = await fetch('files.json');
    return { policy: response.headers.get('content-security-policy'), allow: response.headers.get('connection-allowlist') };
  });
  assert(/frame-ancestors 'none'/.test(facts.policy), 'the service worker adds the policy');
  equal(facts.allow, '(response-origin)', 'the service worker adds the allowlist');
});

/** The host holds WebAssembly back until this gate is opened. */
const gate = {};
gate.opened = new Promise(done => { gate.release = done; });

test('the first paint takes a drop before any WebAssembly has arrived', async here => {
  const page = await here.context.newPage();
  await page.goto(here.url, { waitUntil: 'commit' });
  await page.waitForSelector('.boot-sample >> nth=2');
  equal(await page.textContent('h1'), 'Drop a table. It stays on this computer.', 'the heading');
  await drop(page, 'birds.csv', penguins);
  assert(/birds\.csv \(16,735 bytes\)/.test(await page.textContent('#boot-queue')), 'the drop is named while it waits');
  const progress = await page.textContent('#boot-bytes');
  assert(/of \d+\.\d MB/.test(progress) || /Loading…/.test(progress), `progress is shown in bytes: ${progress}`);
  gate.release();
  await ready(page);
  await page.waitForFunction(() => document.body.innerText.includes('birds'), null, { timeout: 30_000 });
}, { server: { intercept: async name => { if (name.endsWith('.wasm')) await gate.opened; return false; } } });

test('a forced reload is brought back under control', async here => {
  const page = await open(here);
  const session = await page.context().newCDPSession(page);
  await session.send('Page.reload', { ignoreCache: true });
  await page.waitForTimeout(300);
  await ready(page);
});

test('with the server stopped a reload still loads', async here => {
  const page = await open(here);
  await here.stopServer();
  await page.reload();
  await ready(page);
  here.expected.push(/ERR_CONNECTION_REFUSED|ERR_FAILED/);
});

test('every file of the version is held for offline use', async here => {
  const page = await open(here);
  await heldForOffline(page);
});

test('an update waits until it is accepted', async here => {
  const page = await open(here);
  const version = () => page.evaluate(async () => (await (await fetch('manifest.webmanifest')).json()).name);
  equal(await version(), 'Hearth', 'the first version');
  // The host gets a newer version: one file differs, and the list with it.
  const manifest = join(here.folder, 'manifest.webmanifest');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"name": "Hearth"', '"name": "Hearth, newer"'));
  writeList(here.folder, JSON.parse(readFileSync(join(here.folder, 'files.json'), 'utf8')).page);
  await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
  const waiting = page.getByRole('button', { name: 'Take it now' });
  await waiting.waitFor({ timeout: 30_000 });
  equal(await version(), 'Hearth', 'the version before the person accepts');
  await page.reload();
  await ready(page);
  equal(await version(), 'Hearth', 'the version after a reload');
  await waiting.waitFor();
  await Promise.all([page.waitForEvent('load'), waiting.click()]);
  await ready(page);
  equal(await version(), 'Hearth, newer', 'the version that was accepted');
}, { copy: true });

test('a half-deployed version is not taken', async here => {
  const page = await open(here);
  const manifest = join(here.folder, 'manifest.webmanifest');
  const before = readFileSync(manifest);
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"name": "Hearth"', '"name": "Hearth, newer"'));
  writeList(here.folder, JSON.parse(readFileSync(join(here.folder, 'files.json'), 'utf8')).page);
  // The list is new, the file is still the old one.
  writeFileSync(manifest, before);
  await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update().catch(() => {}); });
  await page.waitForTimeout(2_000);
  await page.reload();
  await ready(page);
  here.expected.push(/service ?worker/i);
}, { copy: true });
