// What is kept: a reload and a killed tab return, damage falls back, a second tab is told, erasing leaves nothing.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, drop, equal, killAndReturn, open, place, ready, stored, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, heldForOffline, makeSmall, stage, train, until } from './steps.mjs';

/** Chooses an entry of the menu beside the project's name. */
async function projectMenu(page, entry) {
  await page.getByRole('button', { name: 'Project', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** What the page says, each notice as one line. */
async function notices(page) {
  const texts = await page.locator('.notice .problem-text').allInnerTexts();
  return texts.map(text => text.replace(/\s+/g, ' ').trim());
}

const saved = now => now.projects.length === 1 && now.files.some(([name, size]) => name.includes('data-') && size === 16735);

test('a reload returns to the project', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  assert(/project=[0-9a-f]+/.test(page.url()), `the address names the project: ${page.url()}`);
  await page.reload();
  await ready(page);
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
  await page.getByText('Adelie').first().waitFor();
});

test('a killed tab returns, and Home lists the project', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  const again = await killAndReturn(here, page);
  await again.getByText('Adelie').first().waitFor({ timeout: 30_000 });
  const home = await open(here);
  await home.locator('.project-open', { hasText: /penguins/i }).waitFor();
});

test('damage in storage falls back to the state before, and says so', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  await page.evaluate(async () => {
    // A later generation names a file that another hand has cut short; the one before does not name it.
    const database = await new Promise(done => { const r = indexedDB.open('hearth'); r.onsuccess = () => done(r.result); });
    const store = database.transaction('projects', 'readwrite').objectStore('projects');
    const [key] = await new Promise(done => { const r = store.getAllKeys(); r.onsuccess = () => done(r.result); });
    const text = await new Promise(done => { const r = store.get(key); r.onsuccess = () => done(r.result); });
    const shelf = JSON.parse(text);
    shelf.previous = structuredClone(shelf.current);
    shelf.current.files['run-1'] = { name: 'gone', n_bytes: 12, sha256: '' };
    await new Promise(done => { const r = store.put(JSON.stringify(shelf), key); r.onsuccess = done; });
    database.close();
  });
  await page.reload();
  await ready(page);
  await page.getByText(/could not be read: a trained candidate is gone/).waitFor({ timeout: 30_000 });
  await page.getByText('Adelie').first().waitFor();
});

/** Changes what IndexedDB holds of the only project, as another tab or another hand would; answers with it as it was. */
function alterShelf(page, how) {
  return page.evaluate(async how => {
    const database = await new Promise(done => { const r = indexedDB.open('hearth'); r.onsuccess = () => done(r.result); });
    const store = database.transaction('projects', 'readwrite').objectStore('projects');
    const [key] = await new Promise(done => { const r = store.getAllKeys(); r.onsuccess = () => done(r.result); });
    const text = await new Promise(done => { const r = store.get(key); r.onsuccess = () => done(r.result); });
    const shelf = JSON.parse(text);
    if (how === 'break the current generation') {
      shelf.previous = structuredClone(shelf.current);
      shelf.current.number = 'no number';
    }
    if (how === 'save from another tab') {
      shelf.previous = structuredClone(shelf.current);
      shelf.current.number += 1;
      shelf.current.head = JSON.stringify({ ...JSON.parse(shelf.current.head), name: 'from the other tab' });
    }
    const next = how === 'break all of it' ? text.slice(0, -100) : JSON.stringify(shelf);
    if (how) await new Promise(done => { const r = store.put(next, key); r.onsuccess = done; });
    database.close();
    return shelf;
  }, how);
}

test('an entry that cannot be read falls back to the generation before, and says so; without one it says that', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  await alterShelf(page, 'break the current generation');
  await page.reload();
  await ready(page);
  await page.locator('.notice', { hasText: 'What was saved last could not be read: its entry cannot be read' })
    .filter({ hasText: 'The state before that is open' }).waitFor({ timeout: 30_000 });
  await page.getByText('Adelie').first().waitFor();
  // What is done now is saved upon it, and is there again.
  await editDesign(page, makeSmall);
  await page.locator('.saved.saved').waitFor();
  await untilReadable(page);
  await alterShelf(page, 'break all of it').catch(() => {});
  await page.reload();
  await ready(page);
  await page.locator('.notice', { hasText: 'It was damaged in storage: its entry cannot be read' })
    .filter({ hasText: 'Other projects are not touched.' }).waitFor({ timeout: 30_000 });
});

/** Waits until the current generation has a number again. */
async function untilReadable(page) {
  await until(page, async () => Number.isInteger((await alterShelf(page, '')).current.number), 'a readable entry');
}

test('a tab does not write over what another one has written meanwhile', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  await page.locator('.saved.saved').waitFor();
  await page.waitForTimeout(1_000);
  await alterShelf(page, 'save from another tab');
  await editDesign(page, makeSmall);
  await page.locator('.notice', { hasText: 'It was not saved: another tab has changed or erased what is stored of it' }).waitFor();
  const shelf = await alterShelf(page, '');
  equal(JSON.parse(shelf.current.head).name, 'from the other tab', 'what is stored');
  await page.reload();
  await ready(page);
  await page.waitForFunction(() => document.body.innerText.includes('from the other tab')
    || [...document.querySelectorAll('input')].some(input => input.value === 'from the other tab'), null, { timeout: 30_000 });
});

test('a save writes what has changed and no more', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await train(page);
  const parts = now => now.files.filter(([name]) => /\/(data|table|run|record)-/.test(name)).map(([name]) => name.split('/').at(-1));
  const before = await untilStored(page, now => now.projects[0]?.n_runs === 3 && parts(now).length === 8);
  const name = page.getByLabel('Project name');
  await name.fill('Birds');
  await name.press('Enter');
  const after = await untilStored(page, now => now.projects[0]?.name === 'Birds');
  equal(parts(after), parts(before), 'files after another name');
  // A look at the test set changes one report.
  await stage(page, 'Trust');
  await page.getByRole('button', { name: 'Open the test set' }).click();
  await page.getByRole('button', { name: 'Open it' }).click();
  await page.getByText('It was opened once in this project.').waitFor({ timeout: 30_000 });
  await page.waitForTimeout(1_000);
  await page.locator('.saved.saved').waitFor();
  const added = parts(await stored(page)).filter(file => !parts(before).includes(file)).map(file => file.replace(/-[0-9a-f]{16}$/, ''));
  assert(added.filter(file => file.startsWith('record-')).length === 1 && !added.includes('table'), `written: ${added}`);
  await page.reload();
  await ready(page);
  await page.getByText('It was opened once in this project.').waitFor({ timeout: 30_000 });
});

test('a second tab on the same project is told so', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  const second = await here.context.newPage();
  await second.goto(page.url());
  await ready(second);
  await second.getByText(/open in another tab/).first().waitFor({ timeout: 30_000 });
  await page.close();
  await second.getByText(/open in another tab/).first().waitFor({ state: 'detached', timeout: 30_000 });
});

test('a private session stores nothing', async here => {
  const page = await open(here);
  await page.getByText('Keep nothing on this computer').click();
  await takeSample(page, 'Penguins');
  await page.waitForTimeout(2_000);
  equal(await stored(page), { projects: [], files: [] }, 'what is stored');
  // A reload forgets what the session held, after the browser has asked, and does not make the next data public.
  const asked = [];
  page.on('dialog', dialog => {
    asked.push(dialog.type());
    return dialog.accept();
  });
  await page.reload();
  await ready(page);
  equal(asked, ['beforeunload'], 'what the browser asked');
  await takeSample(page, 'Concrete');
  await page.waitForTimeout(2_000);
  equal(await stored(page), { projects: [], files: [] }, 'what is stored after a reload');
  await page.reload();
  await ready(page);
  equal(asked.length, 2, 'questions, the second for what was just read');
  // A session without anything in it is left without a question, also when the page was used.
  await page.mouse.click(5, 5);
  await page.reload();
  await ready(page);
  equal(asked.length, 2, 'questions after an empty session');
});

test('the page is left while the project is on its way, and returns to it all the same', async here => {
  const page = await open(here);
  const lines = 150_000;
  const text = `row,colour,number\n${Array.from({ length: lines }, (_, i) => `${i},${['red', 'green'][i % 2]},${i * 7919 % 10007}`).join('\n')}\n`;
  await drop(page, 'many.csv', text);
  await page.getByRole('grid').first().waitFor({ timeout: 60_000 });
  await untilStored(page, now => now.projects.length === 1 && now.files.some(([name, size]) => name.includes('data-') && size === text.length));
  const named = () => /project=/.test(page.url());
  assert(named(), 'the address names the project');
  for (const rest of [50, 300, 700, 1_000]) {
    await page.reload({ waitUntil: 'commit' });
    await page.waitForTimeout(rest);
    assert(named(), `the address names the project ${rest} ms after a reload`);
  }
  await page.reload();
  await page.getByRole('grid').first().waitFor({ timeout: 60_000 });
  // An address of what is not here ends in the list of projects, and says so.
  await page.goto(`${page.url().replace(/project=[^&]*/, 'project=p-gone')}`);
  await page.getByText('It is not in this browser').first().waitFor();
  await page.getByRole('heading', { name: 'Drop a table. It stays on this computer.' }).waitFor();
  assert(!named(), 'the address names no project');
});

test('erase everything leaves nothing', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  await projectMenu(page, 'Erase everything…');
  const dialog = page.getByRole('dialog', { name: 'Erase everything' });
  await dialog.getByText(/penguins/).waitFor();
  // The program goes last.
  const left = () => page.evaluate(async () => [
    ...await caches.keys(),
    ...(await navigator.serviceWorker.getRegistrations()).map(r => r.scope),
  ]);
  const files = () => page.evaluate(async () => {
    const found = await Promise.all(['index.html', 'files.json', 'app_bg.wasm'].map(name => caches.match(new URL(name, document.baseURI))));
    return found.filter(Boolean).length;
  });
  equal(await files(), 3, 'files that are held before they go');
  await dialog.getByRole('button', { name: 'Erase everything' }).click();
  await untilStored(page, now => now.projects.length === 0 && now.files.length === 0);
  await until(page, async () => (await left()).length === 0, 'caches and service workers going', 20);
  // Nothing comes back, but for an empty cache that Chromium makes, for a moment.
  for (const end = Date.now() + 3_000; Date.now() < end; await page.waitForTimeout(100)) {
    equal(await files(), 0, 'files that came back');
  }
  await until(page, async () => (await left()).length === 0, 'the empty cache going', 5);
  // The program comes back with the next page, at once.
  await page.reload();
  await ready(page);
  await page.getByRole('heading', { name: 'Drop a table. It stays on this computer.' }).waitFor();
});

test('a page that is loaded again while everything is erased holds the program again', async here => {
  const page = await open(here);
  for (const wait of [0, 10, 30, 80, 200]) {
    await open(here, '', page);
    await takeSample(page, 'Penguins');
    await projectMenu(page, 'Erase everything…');
    await page.getByRole('dialog', { name: 'Erase everything' }).getByRole('button', { name: 'Erase everything' }).click();
    await page.waitForTimeout(wait);
    await page.reload();
    await ready(page);
    // What was not removed before the page was left is removed now.
    await untilStored(page, now => now.projects.length === 0 && now.files.length === 0);
    const held = () => page.evaluate(async () => (await caches.match(new URL('app_bg.wasm', document.baseURI))) !== undefined
      && (await navigator.serviceWorker.getRegistrations()).length === 1);
    await until(page, held, `the program being held, ${wait} ms after the press`, 20);
    // What would be removed late, is not: the program stays, and a page is served by it.
    await page.waitForTimeout(1_500);
    assert(await held(), `the program stays held, ${wait} ms after the press`);
  }
  await heldForOffline(page);
  await here.stopServer();
  // The service worker looks for a newer version, in vain.
  here.expected.push(/ERR_CONNECTION_REFUSED/);
  await page.reload();
  await ready(page);
}, { timeout: 240_000 });

test('a project file opens elsewhere, and says what is wrong with a damaged one', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  const [download] = await Promise.all([page.waitForEvent('download'), projectMenu(page, 'Save as one file')]);
  equal(download.suggestedFilename(), 'penguins.hearth.zip', "the file's name");
  const bytes = readFileSync(await download.path());
  const openFile = async (name, content) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), projectMenu(page, 'Open a project file')]);
    await chooser.setFiles({ name, mimeType: 'application/zip', buffer: content });
  };
  await openFile('penguins.hearth.zip', bytes);
  await untilStored(page, now => now.projects.length === 2);
  await page.getByText('Adelie').first().waitFor();
  equal(await notices(page), [], 'what is said of a whole file');
  const before = await stored(page);
  // Nothing of it can be read: what was here stays.
  await openFile('cut.hearth.zip', bytes.subarray(0, 20));
  await until(page, async () => (await notices(page)).length, 'the message');
  equal(await notices(page), ['cut.hearth.zip The file is cut short before anything could be read. Nothing was opened or changed. Copy the project file again from where it was saved.'], 'what is said');
  await page.getByText('Adelie').first().waitFor();
  equal(await stored(page), before, 'what is stored');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  // The data at its end are cut: the rest opens, and one message says all of it.
  await openFile('short.hearth.zip', bytes.subarray(0, bytes.length - 2_000));
  const now = await untilStored(page, now => now.projects.length === 3);
  const data = now => now.files.filter(([name]) => name.includes('/data-'));
  equal(data(now), data(before), 'data files: none came with it');
  await until(page, async () => (await notices(page)).length, 'the message');
  await page.waitForTimeout(1_000);
  equal(await notices(page), ['short.hearth.zip The data file penguins.csv could not be read: it is cut short. The project is open with its design. If you have another copy of the project file, open that one. Else drop the data file: that starts a new project, in which the models can be trained again.'], 'what is said');
});

test('full storage is said, and the work goes on', async here => {
  const page = await open(here);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(here.url).origin, quotaSize: 1_000 });
  await takeSample(page, 'Penguins');
  await page.getByText(/storage is full/).waitFor({ timeout: 30_000 });
  await page.getByText('Adelie').first().waitFor();
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(here.url).origin });
});

/** Presses `button`, and opens the project file that it hands out in a browser that has never seen Hearth. */
async function opensElsewhere(page, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const bytes = readFileSync(await download.path());
  const elsewhere = await place();
  try {
    const other = await open(elsewhere);
    await drop(other, 'penguins.hearth.zip', bytes);
    await other.getByText('Adelie').first().waitFor({ timeout: 30_000 });
    await untilStored(other, now => now.projects[0]?.n_runs === 3 && now.files.length === 8
      && now.files.some(([name, size]) => name.includes('data-') && size === 16735));
    equal(await other.locator('.notice').allInnerTexts(), [], 'what the other browser says');
    equal(elsewhere.troubles, [], 'complaints of the other browser');
  } finally {
    await elsewhere.close();
  }
}

test('full storage: the cure offered hands out a file with data and candidates', async here => {
  const page = await open(here);
  // The trainer is loaded through what is held for offline use.
  await heldForOffline(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(here.url).origin, quotaSize: 1_000 });
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await train(page);
  await opensElsewhere(page, () => page.getByRole('button', { name: 'Save the project as a file' }).first().click());
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(here.url).origin });
});

test('a private session leaves as a file with data and candidates', async here => {
  const page = await open(here);
  await page.getByText('Keep nothing on this computer').click();
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  await train(page);
  await opensElsewhere(page, () => projectMenu(page, 'Save as one file'));
  equal(await stored(page), { projects: [], files: [] }, 'what is stored');
});

test('a project file of a newer version is refused before anything is stored', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  const before = await untilStored(page, saved);
  const [download] = await Promise.all([page.waitForEvent('download'), projectMenu(page, 'Save as one file')]);
  const folder = mkdtempSync(join(tmpdir(), 'hearth-newer-'));
  try {
    const newer = join(folder, 'newer.hearth.zip');
    execFileSync(join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python'), ['-c', `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old:
    parts = {name: old.read(name) for name in old.namelist()}
parts['project.json'] = json.dumps({**json.loads(parts['project.json']), 'version': 99, 'id': 'newer'}).encode()
manifest = json.loads(parts['manifest.json'])
for line in manifest['files']:
    line.update(bytes=len(parts[line['path']]), sha256=hashlib.sha256(parts[line['path']]).hexdigest())
parts['manifest.json'] = json.dumps(manifest).encode()
with zipfile.ZipFile(sys.argv[2], 'w') as new:
    for name, content in parts.items():
        new.writestr(name, content)
`, await download.path(), newer]);
    await drop(page, 'newer.hearth.zip', readFileSync(newer));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await page.locator('.notice', { hasText: 'newer version of Hearth (form 99' }).waitFor();
  await page.waitForTimeout(500);
  const now = await stored(page);
  equal(now.projects.map(p => p.id), before.projects.map(p => p.id), 'the projects');
  equal(now.files.length, before.files.length, 'files');
});

test('a project that is open in another tab is not deleted', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  const second = await open(here);
  const remove = async () => {
    await second.locator('.project-open', { hasText: /penguins/i }).waitFor();
    await second.getByRole('button', { name: 'More for penguins' }).click();
    await second.getByRole('menuitem', { name: 'Delete' }).click();
  };
  await remove();
  await second.locator('.notice', { hasText: 'open in another tab, so it was not deleted' }).waitFor();
  await untilStored(second, saved);
  await page.close();
  await remove();
  await untilStored(second, now => now.projects.length === 0 && now.files.length === 0);
});

test('full storage before the trainer is held: it is passed on, and trains', async here => {
  const page = await open(here);
  const session = await page.context().newCDPSession(page);
  // What was held of the trainer goes, as if the room had ended before it; from now on nothing more fits in.
  await heldForOffline(page);
  const trainer = () => page.evaluate(async () => {
    let found = 0;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      found += (await cache.keys()).filter(request => /neural/.test(request.url)).length;
    }
    return found;
  });
  assert(await trainer() > 0, 'the trainer was held');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) if (/neural/.test(request.url)) await cache.delete(request);
    }
  });
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(here.url).origin, quotaSize: 1_000 });
  await page.reload();
  await ready(page);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeSmall);
  const names = await train(page);
  assert(names.some(name => name.includes('Neural network')), `the network was trained: ${names}`);
  equal(await trainer(), 0, 'files of the trainer that are held');
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(here.url).origin });
});

test('files that another hand removed do not come back with the next save', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  await page.evaluate(async () => (await navigator.storage.getDirectory()).removeEntry('hearth', { recursive: true }));
  await editDesign(page, makeSmall);
  await page.locator('.notice', { hasText: 'It was not saved: 2 of its 2 files are gone' }).waitFor();
  equal((await stored(page)).files, [], 'files');
});

test('erasing everything says that another tab has Hearth open, which lets go of its project', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, saved);
  const second = await open(here, '');
  await takeSample(second, 'Concrete');
  await untilStored(page, now => now.projects.length === 2 && now.files.length === 4);
  const hidden = await open(here, '');
  await hidden.getByText('Keep nothing on this computer').click();
  await takeSample(hidden, 'Penguins');
  await page.bringToFront();
  await projectMenu(page, 'Erase everything…');
  const dialog = page.getByRole('dialog', { name: 'Erase everything' });
  await dialog.getByText('Hearth is open in 2 other tabs').waitFor();
  await dialog.getByRole('button', { name: 'Erase everything' }).click();
  await second.locator('.notice', { hasText: 'was erased from another tab, this project too' }).waitFor();
  equal(await second.getByRole('grid').count(), 0, 'tables in the tab that let go');
  await hidden.getByText('Adelie').first().waitFor();
  await untilStored(page, now => now.projects.length === 0 && now.files.length === 0);
  // What the other tab does now is stored as ever, and nothing of before comes back.
  await takeSample(second, 'Penguins');
  const now = await untilStored(page, saved);
  equal(now.projects.map(project => project.name), ['penguins'], 'the projects');
});
