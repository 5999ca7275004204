// Opening: the first paint, control by the service worker, offline, updates.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeList } from '../../scripts/list.mjs';
import { assert, drop, equal, open, ready, root, takeSample, test } from './harness.mjs';
import { editDesign, heldForOffline, makeSmall, startTraining, train, trained, until } from './steps.mjs';

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

test('the page is not loaded again under a dialog that asks for a file', async here => {
  const page = await here.context.newPage();
  await page.goto(here.url, { waitUntil: 'commit' });
  await page.waitForSelector('#boot-file');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('#boot-file').click()]);
  const controlled = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');
  await until(page, controlled, 'the service worker');
  await page.waitForTimeout(1_000);
  await chooser.setFiles({ name: 'birds.csv', mimeType: 'text/csv', buffer: penguins });
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
  await ready(page);
});

test('a file is taken that was chosen in a dialog opened before the program came', async here => {
  const page = await open(here);
  await page.goto('about:blank');
  await page.addInitScript(() => {
    const come = new Promise(done => { window.letItCome = done; });
    const load = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => { await come; return load(...given); };
  });
  await page.goto(here.url, { waitUntil: 'commit' });
  await page.waitForSelector('.boot-sample >> nth=2');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('#boot-file').click()]);
  await page.locator('#boot-file').focus();
  await page.evaluate(() => window.letItCome());
  await ready(page);
  // The focus lies on what has come in the place of the control.
  await until(page, () => page.evaluate(() => document.activeElement.innerText === 'Choose a file'), 'the focus');
  await page.waitForTimeout(1_000);
  await chooser.setFiles({ name: 'birds.csv', mimeType: 'text/csv', buffer: penguins });
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
});

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

/** The host gets a newer version: one file differs, and the list with it. */
function deployNewer(here) {
  const manifest = join(here.folder, 'manifest.webmanifest');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"name": "Hearth"', '"name": "Hearth, newer"'));
  writeList(here.folder, JSON.parse(readFileSync(join(here.folder, 'files.json'), 'utf8')).page);
}

const version = page => page.evaluate(async () => (await (await fetch('manifest.webmanifest')).json()).name);
const versionsHeld = page => page.evaluate(async () => (await caches.keys()).filter(name => !name.endsWith(' accepted')).length);

test('a tab that runs the older version is served it to its end, and asks before a private session goes', async here => {
  const first = await open(here);
  await heldForOffline(first);
  // A private session that holds something is not loaded again without a word.
  const second = await open(here);
  await second.getByText('Keep nothing on this computer').click();
  await takeSample(second, 'Penguins');
  const asked = [];
  second.on('dialog', dialog => { asked.push(dialog.type()); return dialog.accept(); });
  deployNewer(here);
  await first.bringToFront();
  await first.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
  const waiting = first.getByRole('button', { name: 'Take it now' });
  await waiting.waitFor({ timeout: 30_000 });
  await Promise.all([first.waitForEvent('load'), waiting.click()]);
  await ready(first);
  equal(await version(first), 'Hearth, newer', 'the tab that took it');
  const notice = second.locator('.notice', { hasText: 'A new version of Hearth was taken in another tab' });
  await notice.waitFor();
  equal(await version(second), 'Hearth', 'the tab that goes on');
  // Its workers, which come later, are of its version too, whatever the host has now.
  const fromWorker = await second.evaluate(async () => {
    const worker = new Worker('./start-engine.js', { type: 'module' });
    await new Promise(done => { worker.onmessage = done; });
    worker.terminate();
    return (await fetch('neural_bg.wasm')).headers.get('x-sha256');
  });
  assert(fromWorker, 'the trainer comes out of what is held');
  equal(await versionsHeld(second), 2, 'versions held while both are used');
  await second.bringToFront();
  await editDesign(second, makeSmall);
  const names = await train(second);
  assert(names.some(name => name.includes('Neural network')), `the network was trained by the older version: ${names}`);
  await Promise.all([second.waitForEvent('load'), notice.getByRole('button', { name: 'End it and load' }).click()]);
  await ready(second);
  equal(asked, [], 'what the browser asked of its own');
  equal(await version(second), 'Hearth, newer', 'the version at last');
}, { copy: true });

test('a trainer that is not held and not on the host any more: one press takes the version that has one', async here => {
  const page = await open(here);
  await heldForOffline(page);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await page.waitForTimeout(700);
  await page.locator('.saved.saved').waitFor();
  // The host has changed, trainer and all, before this browser held it.
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) if (/neural/.test(request.url)) await cache.delete(request);
    }
  });
  appendFileSync(join(here.folder, 'neural.js'), '// newer\n');
  deployNewer(here);
  here.expected.push(/Failed to load resource/, /net::ERR_FAILED/, /dynamically imported module/);
  await page.reload();
  await ready(page);
  equal(await version(page), 'Hearth', 'the version that runs');
  await startTraining(page);
  const names = await trained(page, 2);
  assert(names.length === 2 && !names.some(name => name.includes('Neural')), `only what needs no trainer is there: ${names}`);
  const notice = page.locator('.notice', { hasText: 'The neural trainer could not be started (' }).first();
  const take = notice.getByRole('button', { name: 'Take the new version' });
  await take.waitFor({ timeout: 30_000 });
  await Promise.all([page.waitForEvent('load'), take.click()]);
  await ready(page);
  equal(await version(page), 'Hearth, newer', 'the version that was taken');
  await startTraining(page);
  const all = await trained(page, 3);
  assert(all.some(name => name.includes('Neural network')), `the network was trained: ${all}`);
}, { copy: true, timeout: 180_000 });

test('an update is taken from a private session after one question in our own words', async here => {
  const page = await open(here);
  await page.getByText('Keep nothing on this computer').click();
  await takeSample(page, 'Penguins');
  const asked = [];
  page.on('dialog', dialog => { asked.push(dialog.type()); return dialog.accept(); });
  deployNewer(here);
  await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
  await page.getByRole('button', { name: 'Take it now' }).click();
  const question = page.locator('.notice', { hasText: 'This ends the private session, of which nothing is stored.' });
  await question.waitFor();
  equal(await version(page), 'Hearth', 'the version before the answer');
  await Promise.all([page.waitForEvent('load'), question.getByRole('button', { name: 'End it' }).click()]);
  await ready(page);
  equal(asked, [], 'what the browser asked of its own');
  equal(await version(page), 'Hearth, newer', 'the version that was accepted');
}, { copy: true });

/** What the badge claims: each line with yes or no, and why. */
async function badge(page) {
  await page.locator('button.badge').click();
  const texts = await page.locator('.claims .claim').allTextContents();
  await page.keyboard.press('Escape');
  return texts;
}

test('the badge says what is held, also of a page that was loaded past it, and without a service worker', async here => {
  const page = await open(here);
  await heldForOffline(page);
  await page.reload();
  await ready(page);
  const says = (all, part) => assert(all.some(text => text.includes(part)), `“${part}” is said: ${JSON.stringify(all)}`);
  says(await badge(page), 'Works without a network: yesEvery file of the program is held in this browser; the server can be gone.');
  // Loaded past the service worker so often that the page gives up.
  await page.evaluate(() => sessionStorage.setItem('hearth-reloads', '2'));
  const session = await page.context().newCDPSession(page);
  await session.send('Page.reload', { ignoreCache: true });
  await page.waitForFunction(() => !document.getElementById('boot') && !navigator.serviceWorker.controller, null, { timeout: 60_000 });
  const past = await badge(page);
  says(past, 'Works without a network: yesEvery file of the program is held in this browser. This page was loaded past it');
  says(past, 'The last ways out are closed: noOpen: this page was loaded past the service worker');
  // A browser without service workers.
  const bare = await here.context.newPage();
  await bare.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }));
  await bare.goto(here.url);
  await bare.waitForFunction(() => !document.getElementById('boot'), null, { timeout: 60_000 });
  const without = await badge(bare);
  says(without, 'Works without a network: noNothing of the program is held in this browser');
  says(without, 'The last ways out are closed: noOpen: they are closed by a service worker, and there is none here.');
});

test('an update waits until it is accepted', async here => {
  const page = await open(here);
  equal(await version(page), 'Hearth', 'the first version');
  deployNewer(here);
  await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
  const waiting = page.getByRole('button', { name: 'Take it now' });
  await waiting.waitFor({ timeout: 30_000 });
  equal(await version(page), 'Hearth', 'the version before the person accepts');
  await page.reload();
  await ready(page);
  equal(await version(page), 'Hearth', 'the version after a reload');
  await waiting.waitFor();
  await Promise.all([page.waitForEvent('load'), waiting.click()]);
  await ready(page);
  equal(await version(page), 'Hearth, newer', 'the version that was accepted');
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
