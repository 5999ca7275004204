// Import, side by side: the built folder (dist/) beside libraries from npm, each in a browser of its own, in one run.
//   node benches/import.mjs [--repeats 3] [--only uDSV,Hearth] FILE.csv ...
// For each: seconds from the file to typed columns (the median of the repeats), and the peak of the renderer's memory above
// what it held before (VmHWM of the process, so Linux only). For Hearth the clock runs from the drop to the grid on the page,
// with its hash, warnings, summaries and the copy into the browser's storage, and the longest gap between frames is told too.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../tests/web/node_modules/playwright-core/index.mjs';
import { serve } from '../scripts/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..');
const executablePath = execFileSync(join(root, 'scripts/chromium.sh'), { encoding: 'utf8' }).trim();
const PEERS = ['Hearth', 'uDSV', 'PapaParse', 'd3-dsv', 'Arquero', 'DuckDB'];
const LIMIT_MILLISECONDS = 600_000;

const options = { repeats: 3, only: PEERS };
const files = [];
for (let words = process.argv.slice(2); words.length;) {
  const word = words.shift();
  if (word === '--repeats') options.repeats = Number(words.shift());
  else if (word === '--only') options.only = words.shift().split(',');
  else files.push(resolve(word));
}

const status = (pid, field) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+)`))[1]) * 1024;

/** The memory of the renderers of this browser: `begin` notes it and forgets the peak, `end` answers with the peak above it, in bytes. */
async function memory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(p => p.type === 'renderer').map(p => ({ pid: p.id }));
  for (const process of renderers) {
    writeFileSync(`/proc/${process.pid}/clear_refs`, '5');
    process.before = status(process.pid, 'VmRSS');
  }
  return () => renderers.reduce((sum, { pid, before }) => sum + Math.max(0, status(pid, 'VmHWM') - before), 0);
}

/** Gives the page's hidden chooser the file, as a person would: it stays on the disk until it is read. */
async function hearth(page, url, file, browser) {
  await page.goto(url);
  await page.waitForFunction(() => navigator.serviceWorker.controller && !document.getElementById('boot'), null, { timeout: 60_000 });
  await page.waitForTimeout(3_000);
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'bench' });
    document.body.append(input);
  });
  await page.setInputFiles('#bench', file);
  const peak = await memory(browser);
  const result = await page.evaluate(() => new Promise(done => {
    const dropped = new DataTransfer();
    dropped.items.add(document.getElementById('bench').files[0]);
    const start = performance.now();
    let last = start, longest_gap = 0;
    const frame = now => {
      longest_gap = Math.max(longest_gap, now - last);
      last = now;
      const grid = document.querySelector('[role=grid]');
      if (!grid) return requestAnimationFrame(frame);
      const [n_rows, n_columns] = ['aria-rowcount', 'aria-colcount'].map(name => Number(grid.getAttribute(name)) - 1);
      done({ seconds: (now - start) / 1000, n_rows, n_columns, longest_gap });
    };
    requestAnimationFrame(frame);
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: dropped }));
    }
  }));
  return { ...result, peak: peak() };
}

async function peer(page, url, file, browser, name) {
  await page.goto(`${url}page/index.html`);
  await page.waitForFunction(() => window.ready);
  await page.setInputFiles('#file', file);
  const peak = await memory(browser);
  const result = await page.evaluate(name => window.run(name), name);
  return { ...result, peak: peak() };
}

async function measure(name, file, hosts) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const work = name === 'Hearth' ? hearth(page, hosts.hearth.url, file, browser) : peer(page, hosts.peers.url, file, browser, name);
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error('it took too long')), LIMIT_MILLISECONDS).unref());
    return await Promise.race([work, late]).catch(error => ({ error: error.message.split('\n')[0] }));
  } finally {
    await browser.close().catch(() => {});
  }
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const MB = 1e6;

const hosts = { hearth: await serve({ folder: join(root, 'dist'), plain: true }), peers: await serve({ folder: here, plain: true }) };
console.log(`${cpus()[0].model}, ${cpus().length} cores; ${options.repeats} repeats`);
for (const file of files) {
  const bytes = statSync(file).size;
  console.log(`\n${basename(file)}, ${(bytes / MB).toFixed(1)} MB`);
  console.log('| | rows × columns | median s | MB/s | peak memory, times the file | longest gap between frames |\n|---|---|---|---|---|---|');
  const found = Object.fromEntries(options.only.map(name => [name, []]));
  // One after the other, again and again: what slows the machine for a while slows all of them.
  for (let i = 0; i < options.repeats; i++) {
    for (const name of options.only) found[name].push(await measure(name, file, hosts));
  }
  for (const name of options.only) {
    const failed = found[name].find(result => result.error);
    if (failed) { console.log(`| ${name} | failed: ${failed.error} | | | | |`); continue; }
    const seconds = median(found[name].map(r => r.seconds));
    const peak = median(found[name].map(r => r.peak));
    const gap = name === 'Hearth' ? `${median(found[name].map(r => r.longest_gap)).toFixed(0)} ms` : '';
    console.log(`| ${name} | ${found[name][0].n_rows} × ${found[name][0].n_columns} | ${seconds.toFixed(2)} | ${(bytes / MB / seconds).toFixed(0)} | ${(peak / bytes).toFixed(1)} | ${gap} |`);
  }
}
for (const host of Object.values(hosts)) { host.server.close(); host.server.closeAllConnections(); }
