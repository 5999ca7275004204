// The whole job with the keyboard alone: no pointer is ever used, and the focus can always be seen.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, open, root, test } from './harness.mjs';
import { trained, until } from './steps.mjs';

/** Watches every frame for a focus that has fallen to the whole page, and remembers what had it before. */
function watch(page) {
  return page.evaluate(() => {
    window.lost = [];
    let last = '';
    // Tab past the last control leads through the browser's own bar: that is no loss.
    let tab = 0;
    addEventListener('keydown', event => { if (event.key === 'Tab') tab = performance.now(); }, true);
    const name = e => (e.getAttribute('aria-label') ?? e.innerText ?? e.id ?? e.tagName).trim().slice(0, 60) || e.tagName;
    const look = () => {
      const e = document.activeElement;
      const nowhere = !e || e === document.body;
      if (nowhere && last && performance.now() - tab > 1000) window.lost.push(last);
      last = nowhere ? '' : name(e);
      requestAnimationFrame(look);
    };
    look();
  });
}

/** What has the focus: its words, whether a ring shows it, and whether it lies in sight and uncovered. */
function focused(page) {
  return page.evaluate(async () => {
    // The ring and a scroll to it take a moment.
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const e = document.activeElement;
    if (!e || e === document.body) return { name: 'the whole page', body: true };
    const words = (e.getAttribute('aria-label') ?? e.labels?.[0]?.innerText ?? e.innerText ?? '').trim().replace(/\s+/g, ' ');
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    // A control may show its ring on a part of itself, such as the track of a switch.
    const rings = [e, ...e.querySelectorAll('*'), e.parentElement, e.nextElementSibling].filter(Boolean)
      .some(x => { const s = getComputedStyle(x); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'; });
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0 && box.height > 0;
    const at = [Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 1), innerWidth - 1),
      Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 1)];
    const top = document.elementFromPoint(...at);
    const covered = inside && top && !e.contains(top) && !top.contains(e) && !e.closest('label, .field, .toggle')?.contains(top);
    return {
      name: words.slice(0, 80) || `${e.tagName} ${e.className}`, tag: e.tagName, stage: e.closest('main') ? 'main' : '', body: false,
      ring: e.matches(':focus-visible') && rings, inside, covered: covered ? `${top.tagName} ${top.className}` : '',
      outline: style.outlineStyle,
    };
  });
}

/** Tab until what has the focus is called so; every stop on the way is in sight, uncovered, and has a ring. */
async function tabTo(page, wanted, { most = 160, main = false } = {}) {
  const passed = [];
  const first = await focused(page);
  if (wanted.test(first.name) && (!main || first.stage)) return first;
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    passed.push(now.name);
    // Behind the last control comes the browser's own bar, and then the page's first again.
    if (now.body) continue;
    assert(now.ring, `“${now.name}” (${now.tag}) has the focus and shows none`);
    assert(now.inside, `“${now.name}” (${now.tag}) has the focus out of sight`);
    assert(!now.covered, `“${now.name}” (${now.tag}) has the focus under ${now.covered}`);
    if (wanted.test(now.name) && (!main || now.stage)) return now;
  }
  throw new Error(`Tab does not come to ${wanted}: ${passed.join(' | ')}`);
}

/** Enter, after which the focus is not lost. */
async function enter(page, key = 'Enter') {
  await page.keyboard.press(key);
  await still(page, `after ${key}`);
}

async function still(page, when) {
  await page.waitForTimeout(250);
  const now = await focused(page);
  assert(!now.body, `${when}, nothing has the focus`);
  assert(now.inside, `${when}, “${now.name}” has the focus out of sight`);
  return now;
}

/** To a stage, by its entry in the rail. */
async function go(page, name) {
  await tabTo(page, new RegExp(`^${name}\\b`));
  await enter(page);
  await page.waitForFunction(name => document.querySelector('.rail-entry[aria-current=page]')?.innerText.startsWith(name), name);
  const heading = await still(page, `on ${name}`);
  assert(heading.stage === 'main', `on ${name} the focus goes on in its content, not at “${heading.name}”`);
}

test('the whole job with the keyboard alone', async here => {
  const page = await open(here);
  // What is pressed before the second file of the program is here is another matter.
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(r => /split_rest/.test(r.name) && r.responseEnd > 0));
  await page.waitForTimeout(800);
  await tabTo(page, /^Choose a file/);
  // The browser is told that dialogs are ours when somebody first waits for one; a key is faster than that.
  const asked = page.waitForEvent('filechooser');
  await page.waitForTimeout(500);
  await page.keyboard.press('Enter');
  const chooser = await asked;
  await watch(page);
  await chooser.setFiles({ name: 'birds.csv', mimeType: 'text/csv', buffer: readFileSync(join(root, 'public/samples/penguins.csv')) });
  await page.getByRole('grid').first().waitFor({ timeout: 30_000 });
  await still(page, 'after reading');

  await go(page, 'Design');
  const target = () => page.evaluate(() => document.querySelector('.sentence .word').innerText.trim());
  const before = await target();
  await tabTo(page, new RegExp(`^(What is predicted.*)?${before}|What is predicted`));
  await enter(page);
  await tabTo(page, /species$/, { most: 20 });
  await enter(page);
  await page.waitForFunction(() => document.querySelector('.sentence .word').innerText.trim() === 'species');
  if (before !== 'species') {
    await enter(page, 'Control+z');
    assert(await target() === before, 'undone');
    await enter(page, 'Control+Shift+z');
    assert(await target() === 'species', 'done again');
  }
  // Another edit: fewer folds, in a panel of its own; then undone and done again.
  await tabTo(page, /5 folds/);
  await enter(page);
  for (let i = 0; !/^Folds/.test((await focused(page)).name) && i < 5; i += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('3');
  await enter(page);
  await page.keyboard.press('Escape');
  const folds = n => page.waitForFunction(n => document.querySelector('.sentence').innerText.includes(`${n} folds`), n);
  await folds(3);
  await still(page, 'after the panel');
  await enter(page, 'Control+z');
  await folds(5);
  await enter(page, 'Control+Shift+z');
  await folds(3);

  await tabTo(page, /^Train/, { main: true });
  await enter(page);
  await trained(page);
  await still(page, 'after the training');

  await go(page, 'Trust');
  await tabTo(page, /^(Findings|Checks|Errors|One row)/);
  for (let i = 0; !/^One row/.test((await focused(page)).name) && i < 8; i += 1) await enter(page, 'ArrowRight');
  const answer = () => page.locator('.one-row-answer').innerText();
  await until(page, async () => /%/.test(await answer()), 'the first prediction');
  const usual = await answer();
  await tabTo(page, /^bill.length|^flipper/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('59');
  await until(page, async () => await answer() !== usual && /%/.test(await answer()), 'a prediction of other values');
  await still(page, 'in the form');

  await go(page, 'Ship');
  await tabTo(page, /^Build the package/);
  await enter(page);
  await page.getByRole('button', { name: 'Download', exact: true }).waitFor({ timeout: 60_000 });
  const result = await still(page, 'after the package was built');
  assert(result.stage === 'main', `the focus is at the result, not at “${result.name}”`);
  await tabTo(page, /^Download$/, { most: 3 });
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert(readFileSync(await download.path()).subarray(0, 2).toString() === 'PK', 'the package is a ZIP');
  await still(page, 'after the download');

  const lost = await page.evaluate(() => window.lost);
  assert(lost.length === 0, `the focus fell from ${lost.map(name => `“${name}”`).join(', ')}`);
}, { timeout: 300_000 });
