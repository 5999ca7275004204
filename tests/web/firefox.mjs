#!/usr/bin/env -S node --experimental-websocket --no-warnings
// A smoke run in Debian's Firefox over WebDriver BiDi: the penguins sample, a training on the CPU, a package.
//   node --experimental-websocket tests/web/firefox.mjs
// Playwright drives only a Firefox of its own, so the few commands that are needed are sent here. Without a Firefox it says so.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../scripts/serve.mjs';

const dist = process.env.HEARTH_DIST ?? join(dirname(fileURLToPath(import.meta.url)), '../../dist');

function find() {
  for (const name of [process.env.FIREFOX, 'firefox-esr', 'firefox'].filter(Boolean)) {
    try {
      return execFileSync('bash', ['-c', `command -v "$0"`, name], { encoding: 'utf8' }).trim();
    } catch { /* the next one */ }
  }
  return undefined;
}

/** Starts Firefox and answers with its process and where it listens. */
async function launch(program, profile) {
  const child = spawn(program, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await new Promise((done, fail) => {
    let said = '';
    child.stderr.on('data', bytes => {
      said += bytes;
      const found = said.match(/WebDriver BiDi listening on (ws:\S+)/);
      if (found) done(found[1]);
    });
    child.on('exit', code => fail(new Error(`Firefox ended (${code}): ${said.slice(-400)}`)));
    setTimeout(() => fail(new Error(`Firefox does not listen: ${said.slice(-400)}`)), 60_000).unref();
  });
  return { child, address };
}

/** A session: `ask(method, params)` sends a command and answers with its result. */
async function connect(address) {
  const socket = new WebSocket(`${address}/session`);
  const waiting = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, type, result, message } = JSON.parse(data);
    const { done, fail } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (type === 'success') done?.(result);
    else fail?.(new Error(message));
  };
  await new Promise((done, fail) => { socket.onopen = done; socket.onerror = () => fail(new Error('The connection to Firefox failed.')); });
  return (method, params) => new Promise((done, fail) => {
    last += 1;
    waiting.set(last, { done, fail });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
}

async function walk(ask, url) {
  await ask('session.new', { capabilities: {} });
  const { contexts } = await ask('browsingContext.getTree', {});
  const { context } = contexts[0];
  await ask('browsingContext.navigate', { context, url, wait: 'complete' });
  const run = async expression => {
    const answer = await ask('script.evaluate', { expression, target: { context }, awaitPromise: true });
    if (answer.type === 'exception') throw new Error(`${answer.exceptionDetails.text} in ${expression}`);
    return answer.result.value;
  };
  const until = async (expression, what, seconds = 120) => {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      // A reload under the service worker's control may come in between.
      const found = await run(expression).catch(() => undefined);
      if (found) return found;
      await new Promise(done => setTimeout(done, 200));
    }
    throw new Error(`It took too long: ${what}. The page says: ${await run('document.body.innerText.slice(0, 800)')}`);
  };
  const press = (selector, words, what) => until(
    `(() => { const button = [...document.querySelectorAll(${JSON.stringify(selector)})].find(b => b.innerText.includes(${JSON.stringify(words)}) && !b.disabled && b.getAttribute('aria-disabled') !== 'true'); button?.click(); return Boolean(button); })()`, what);

  await until("navigator.serviceWorker.controller && !document.getElementById('boot')", 'opening');
  await press('button.sample', 'Penguins', 'the sample');
  await until("document.querySelector('[role=grid]') !== null", 'the table');
  await press('.rail-entry', 'Train', 'going to Train');
  await press('.train-go button.primary', 'Train', 'pressing Train');
  await until("document.querySelectorAll('table.board tbody tr').length >= 3 && !document.querySelector('.train-progress')", 'training');
  const names = await run("[...document.querySelectorAll('.board-name')].map(n => n.innerText).join(', ')");
  await press('.rail-entry', 'Ship', 'going to Ship');
  await press('button', 'Build the package', 'building');
  await until("[...document.querySelectorAll('button')].some(b => b.innerText.trim() === 'Download')", 'the package');
  const deviation = await run("document.body.innerText.match(/[^\\n]*golden row[^\\n]*/)?.[0]");
  return `${names}; ${deviation}`;
}

const program = find();
if (!program) {
  console.log('Firefox: none found, so nothing was tried in it. Set FIREFOX to its path, or install the package firefox-esr.');
  process.exit(0);
}
const profile = mkdtempSync(join(tmpdir(), 'hearth-firefox-'));
const host = await serve({ folder: dist, base: '/some/where/' });
const { child, address } = await launch(program, profile);
try {
  const began = Date.now();
  const found = await walk(await connect(address), host.url);
  console.log(`ok      Firefox, on the CPU: ${found} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
} catch (error) {
  console.log(`FAILED  Firefox: ${error.message}`);
  process.exitCode = 1;
} finally {
  const ended = new Promise(done => child.once('exit', done));
  child.kill();
  await ended;
  host.server.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exit();
