// What every browser test uses: the built folder on a server, Chromium with and without WebGPU, and steps that a person takes.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from '../../scripts/serve.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const dist = process.env.HEARTH_DIST ?? join(root, 'dist');
const executablePath = execFileSync(join(root, 'scripts/chromium.sh'), { encoding: 'utf8' }).trim();
const adapter = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const tests = [];
/** Declares a test. It gets a place: see `place`. */
export const test = (name, work, options = {}) => tests.push({ name, work, options });

export function assert(truth, message) {
  if (!truth) throw new Error(message);
}
export function equal(found, expected, what) {
  const [a, b] = [found, expected].map(v => JSON.stringify(v));
  if (a !== b) throw new Error(`${what}: found ${a}, expected ${b}`);
}

/** A clean browser and a server, and all that went wrong in the pages. `options.gpu`: with a software WebGPU adapter. */
export async function place(options = {}) {
  const folder = options.copy ? mkdtempSync(join(tmpdir(), 'hearth-dist-')) : dist;
  if (options.copy) cpSync(dist, folder, { recursive: true });
  const host = await serve({ folder, base: '/some/where/', plain: true, ...options.server });
  const profile = mkdtempSync(join(tmpdir(), 'hearth-profile-'));
  const launch = () => chromium.launchPersistentContext(profile, {
    executablePath, args: ['--no-sandbox', ...(options.gpu ? adapter : []), ...(options.args ?? [])],
    acceptDownloads: true, viewport: options.viewport ?? { width: 1440, height: 900 }, colorScheme: options.colorScheme ?? 'light',
    deviceScaleFactor: options.deviceScaleFactor ?? 1,
  });
  const here = { ...host, folder, troubles: [], expected: [] };
  const watch = context => context.on('page', page => {
    page.on('pageerror', error => here.troubles.push(`error: ${error.message}`));
    page.on('console', message => {
      if (message.type() === 'error' || /Content Security Policy/.test(message.text())) here.troubles.push(`console: ${message.text()}`);
    });
  });
  here.context = await launch();
  watch(here.context);
  /** Ends the browser as if it had been killed, and opens it again on the same profile. */
  here.restart = async () => { await here.context.close(); here.context = await launch(); watch(here.context); };
  here.stopServer = () => new Promise(done => { host.server.close(done); host.server.closeAllConnections(); });
  here.close = async () => {
    await here.context.close();
    await here.stopServer().catch(() => {});
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    if (options.copy) rmSync(folder, { recursive: true, force: true });
  };
  return here;
}

/** Opens Hearth, in a new tab if none is given, and waits until its program runs under the service worker's control. */
export async function open(here, query = '', tab = undefined) {
  const page = tab ?? await here.context.newPage();
  await page.goto(here.url + query);
  await ready(page);
  return page;
}

export async function ready(page) {
  await page.waitForFunction(() => navigator.serviceWorker.controller && !document.getElementById('boot'), null, { timeout: 60_000 });
}

/** Kills the tab as a crash would, and opens a new one where it was. */
export async function killAndReturn(here, page) {
  const address = page.url();
  const crashed = page.waitForEvent('crash');
  page.goto('chrome://crash').catch(() => {});
  await crashed;
  await page.close();
  const again = await here.context.newPage();
  await again.goto(address);
  await ready(again);
  return again;
}

/** Drops a file on an element, as a person does from the desktop. */
export async function drop(page, name, content, target = 'body') {
  const base64 = Buffer.from(content).toString('base64');
  await page.evaluate(async ({ name, base64, target }) => {
    const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name));
    const element = document.querySelector(target);
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      element.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  }, { name, base64, target });
}

/**
 * Runs the declared tests whose name contains `only`, one after the other, and prints the closing line. A test that fails is
 * run once more, as on a machine that others use a moment can come too late: one that passes then is named as unsteady, with
 * what went wrong, and does not fail the run.
 */
export async function runAll(only) {
  const [passed, unsteady, failed] = [[], [], []];
  for (const declared of tests.filter(t => !only || t.name.includes(only))) {
    if (await tried(declared, 'AGAIN ')) passed.push(declared.name);
    else if (await tried(declared, 'FAILED')) unsteady.push(declared.name);
    else failed.push(declared.name);
  }
  for (const name of unsteady) console.log(`unsteady: ${name}`);
  console.log(`${passed.length + unsteady.length} passed, of these ${unsteady.length} at the second try; ${failed.length} failed`);
  return failed.length === 0;
}

/** Whether a test passes; if it does not, why stands behind `failure`. */
async function tried({ name, work, options }, failure) {
  const start = Date.now();
  let here;
  try {
    here = await place(options);
    await Promise.race([
      work(here),
      new Promise((_, fail) => setTimeout(() => fail(new Error('it took too long')), options.timeout ?? 120_000).unref()),
    ]);
    const troubles = here.troubles.filter(t => !here.expected.some(pattern => pattern.test(t)));
    assert(troubles.length === 0, `the page complained:\n  ${troubles.join('\n  ')}`);
    console.log(`ok      ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`${failure}  ${name}\n        ${String(error.stack ?? error).split('\n').slice(0, 8).join('\n        ')}`);
    await shots(here, name);
    return false;
  } finally {
    await here?.close().catch(error => console.log(`        closing: ${error.message}`));
  }
}

/** What the pages showed when a test failed, in tests/web/shots. */
async function shots(here, name) {
  for (const [index, page] of (here?.context.pages() ?? []).entries()) {
    const file = join(root, 'tests/web/shots', `${name.replace(/\W+/g, '-')}-${index}.png`);
    await page.screenshot({ path: file, timeout: 5_000 }).catch(() => {});
  }
}

/** What lies in this browser's storage: the list of projects, and every file with its length. */
export function stored(page) {
  return page.evaluate(async () => {
    const walk = async (folder, prefix) => {
      const files = [];
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') files.push(...await walk(handle, `${prefix}${name}/`));
        else files.push([prefix + name, (await handle.getFile()).size]);
      }
      return files.sort();
    };
    const files = await walk(await navigator.storage.getDirectory(), '');
    const known = (await indexedDB.databases()).some(d => d.name === 'hearth');
    if (!known) return { projects: [], files };
    const database = await new Promise((done, fail) => {
      const request = indexedDB.open('hearth');
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    const projects = await new Promise((done, fail) => {
      const request = database.transaction('summaries').objectStore('summaries').getAll();
      request.onsuccess = () => done(request.result.map(text => JSON.parse(text)));
      request.onerror = () => fail(request.error);
    });
    database.close();
    return { projects, files };
  });
}

/** Waits until what is stored satisfies `wanted`. */
export async function untilStored(page, wanted, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    // A file may go while the folder is walked: looked at again.
    const now = await stored(page).catch(error => { if (/NotFoundError/.test(error.message)) return null; throw error; });
    if (now && wanted(now)) return now;
    if (Date.now() > end) throw new Error(`Storage holds ${JSON.stringify(now)}`);
    await page.waitForTimeout(200);
  }
}

/** Two clicks from opening: takes a sample and waits until its table is there. */
export async function takeSample(page, title) {
  await page.getByRole('button', { name: new RegExp(`^${title}`) }).or(page.locator('button.sample', { hasText: title })).first().click();
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
}
