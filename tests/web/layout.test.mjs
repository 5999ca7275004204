// Every place of the page on a phone, a desk and a wall, in light and dark; and the report on paper.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, open, ready, takeSample, test } from './harness.mjs';
import { buildPackage, editDesign, makeLong, makeSmall, stage, startTraining, train } from './steps.mjs';

/** Pictures of every place go there, for a person to look at. */
const pictures = process.env.HEARTH_PICTURES;

/** What is wrong with what is shown: text cut off or written over, targets too small, lines too long, a page that scrolls aside. */
function faults(page, width) {
  return page.evaluate(width => {
    const found = [];
    const name = e => `${e.tagName.toLowerCase()}.${String(e.className.baseVal ?? e.className).replaceAll(' ', '.')} “${(e.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
    // What is for voices only is a pixel wide.
    const forVoices = e => { for (let x = e; x; x = x.parentElement) if (x.offsetWidth === 1 && getComputedStyle(x).overflow === 'hidden') return true; return false; };
    const seen = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest('[inert], .plot-tip, .ink-probe') && !forVoices(e);
    for (const box of [document.scrollingElement, document.querySelector('main')]) {
      if (box && box.scrollWidth > box.clientWidth + 1) found.push(`${name(box).slice(0, 30)} scrolls aside: ${box.scrollWidth} px in ${box.clientWidth}`);
    }
    // The part of a rectangle that its scrolling and clipping ancestors let through.
    const clipped = (rect, from) => {
      let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom];
      for (let e = from; e; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        const box = e.getBoundingClientRect();
        [left, top, right, bottom] = [Math.max(left, box.left), Math.max(top, box.top), Math.min(right, box.right), Math.min(bottom, box.bottom)];
      }
      return { left, top, right, bottom, width: right - left, height: bottom - top };
    };
    const texts = [];
    for (const e of document.querySelectorAll('body *')) {
      if (!seen(e) || ['SCRIPT', 'STYLE', 'OPTION', 'TEXTAREA'].includes(e.tagName)) continue;
      const style = getComputedStyle(e);
      const own = [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim());
      // Cut off: wider than its box without a way to scroll, and without the dots and the tip that say so.
      const hides = ['hidden', 'clip'].includes(style.overflowX);
      if (own.length && hides && e.scrollWidth > e.clientWidth + 1 && style.textOverflow !== 'ellipsis') found.push(`cut off: ${name(e)}`);
      if (own.length && ['hidden', 'clip'].includes(style.overflowY) && e.scrollHeight > e.clientHeight + 4) found.push(`cut off below: ${name(e)}`);
      for (const node of own) {
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) {
          const box = clipped(rect, e);
          if (box.width > 2 && box.height > 2) texts.push({ e, box, words: node.data.trim().slice(0, 30) });
        }
        const line = range.getBoundingClientRect();
        const lines = Math.max(1, Math.round(line.height / (parseFloat(style.lineHeight) || line.height)));
        const characters = node.data.trim().replace(/\s+/g, ' ').length / lines;
        if (lines > 1 && characters > 130 && !e.closest('pre, table, svg')) found.push(`a line of ${Math.round(characters)} characters: ${name(e)}`);
      }
    }
    // Written over: two texts of different elements on the same spot, of which none floats above the page.
    const floats = e => { for (let x = e; x; x = x.parentElement) if (['fixed', 'sticky'].includes(getComputedStyle(x).position)) return true; return false; };
    texts.sort((a, b) => a.box.top - b.box.top);
    for (let i = 0; i < texts.length; i += 1) {
      for (let j = i + 1; j < texts.length && texts[j].box.top < texts[i].box.bottom - 3; j += 1) {
        const [a, b] = [texts[i], texts[j]];
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const tall = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > 3 && tall > 5 && a.e !== b.e && floats(a.e) === floats(b.e) && !a.e.contains(b.e) && !b.e.contains(a.e)) {
          found.push(`“${a.words}” is written over “${b.words}” (${name(a.e).split(' ')[0]}, ${name(b.e).split(' ')[0]})`);
        }
      }
    }
    // A system face named for text in a drawing is looked up at every new size, which holds the page up (base.css).
    for (const e of document.querySelectorAll('svg text')) {
      if (getComputedStyle(e).fontFamily !== '"Inter Variable"') found.push(`a drawing names system faces: ${name(e)}`);
    }
    // Targets: WCAG 2.5.8, 24 px each way; words within a sentence and boxes that lie within a label are excepted.
    for (const e of document.querySelectorAll('button, a[href], select, input, summary, [role=tab], [role=menuitem], [role=slider]')) {
      if (!seen(e) || e.closest('svg, p, .sentence') || e.type === 'file') continue;
      // A press on its label is a press on it.
      const boxes = [e, ...(e.labels ?? [])].map(x => x.getBoundingClientRect());
      const of = (side, pick) => pick(...boxes.map(b => b[side]));
      const box = { left: of('left', Math.min), right: of('right', Math.max), width: of('right', Math.max) - of('left', Math.min), height: of('bottom', Math.max) - of('top', Math.min) };
      if (box.width === 0 || box.right < 0) continue;
      if (box.width < 23.5 || box.height < 23.5) found.push(`a target of ${Math.round(box.width)} × ${Math.round(box.height)} px: ${name(e)}`);
    }
    // On a wall the content is no thin strip.
    const main = document.querySelector('main');
    const room = main.getBoundingClientRect();
    const right = [...main.querySelectorAll('*')].filter(seen).map(e => e.getBoundingClientRect()).filter(b => b.width > 0 && b.height > 0);
    const used = (Math.max(...right.map(b => Math.min(b.right, room.right))) - Math.min(...right.map(b => Math.max(b.left, room.left)))) / room.width;
    if (width > 3000 && used < 0.4) found.push(`${Math.round(used * 100)} % of the width is used`);
    return [...new Set(found)];
  }, width);
}

async function settle(page) {
  await page.waitForTimeout(400);
  await page.waitForFunction(() => document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity));
}

async function command(page, name) {
  await page.keyboard.press('Control+k');
  await page.locator('dialog[open] input').fill(name);
  await page.keyboard.press('Enter');
}

const sizes = [{ width: 360, height: 740 }, { width: 1440, height: 900 }, { width: 3840, height: 2160 }];

test('every place fits a phone, a desk and a wall', async here => {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const page = await open(here);
  const found = [];
  const look = async place => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const size of sizes) {
        await page.setViewportSize(size);
        await settle(page);
        if (pictures) await page.screenshot({ path: join(pictures, `${place}-${size.width}-${colorScheme}.png`) });
        if (colorScheme === 'light') for (const fault of await faults(page, size.width)) found.push(`${place}, ${size.width} px: ${fault}`);
      }
    }
    await page.setViewportSize(sizes[1]);
    await page.emulateMedia({ colorScheme: 'light' });
  };
  await look('home');
  await takeSample(page, 'Penguins');
  await look('data');
  await stage(page, 'Design');
  await look('design');
  await editDesign(page, makeSmall);
  await page.getByRole('tab', { name: 'As text' }).click();
  await look('design-text');
  await train(page);
  await look('train');
  await stage(page, 'Trust');
  await look('trust');
  await page.getByRole('tab', { name: 'One row' }).click();
  await look('trust-row');
  await stage(page, 'Ship');
  await look('ship-offer');
  await buildPackage(page);
  await page.getByRole('button', { name: 'Download', exact: true }).waitFor({ timeout: 60_000 });
  await look('ship');
  await command(page, 'report');
  await page.locator('.frame-page').waitFor();
  await look('report');
  await page.keyboard.press('Alt+9');
  await page.locator('.record-log').waitFor();
  await look('record');
  await page.goto(new URL('?view=playground', page.url()).href);
  await ready(page);
  await page.locator('.playground').waitFor();
  await look('playground');
  assert(found.length === 0, `${found.length} faults:\n  ${found.join('\n  ')}`);
}, { timeout: 400_000 });

for (const colorScheme of ['light', 'dark']) {
  test(`the report on paper, from a ${colorScheme} page`, async here => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    const page = await open(here);
    await takeSample(page, 'Penguins');
    await editDesign(page, makeSmall);
    await train(page);
    await command(page, 'report');
    await page.locator('.report-page').waitFor();
    await settle(page);
    await page.emulateMedia({ media: 'print' });
    // A sheet of A4 between margins of 16 mm.
    await page.setViewportSize({ width: 673, height: 1001 });
    await settle(page);
    const found = await page.evaluate(() => {
      const wrong = [];
      const light = ([r, g, b]) => {
        const part = v => { const x = v / 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; };
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
      };
      const numbers = colour => colour.match(/[\d.]+/g).map(Number);
      for (const selector of ['.top-bar', '.rail', '.inspector', '.report-bar', '.notices', '.figure-tools', '.skip']) {
        for (const e of document.querySelectorAll(selector)) if (e.checkVisibility()) wrong.push(`${selector} is printed`);
      }
      for (const e of document.querySelectorAll('.report-page *')) {
        const words = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
        if (!words || !e.checkVisibility() || e.closest('.visually-hidden, .plot-tip')) continue;
        const style = getComputedStyle(e);
        // What lies behind it: the nearest ground that is not clear, else the paper.
        let ground = [255, 255, 255];
        for (let x = e; x; x = x.parentElement) {
          const colour = numbers(getComputedStyle(x).backgroundColor);
          if (colour.length === 3 || colour[3] > 0.5) { ground = colour; break; }
        }
        // In a chart: the strongest field drawn under it.
        if (e.closest('svg')) {
          const at = e.getBoundingClientRect();
          const [x, y] = [at.left + at.width / 2, at.top + at.height / 2];
          for (const rect of e.closest('svg').querySelectorAll('rect')) {
            const box = rect.getBoundingClientRect();
            const fill = getComputedStyle(rect);
            if (box.left < x && box.right > x && box.top < y && box.bottom > y && Number(fill.opacity) * Number(fill.fillOpacity) > 0.5) ground = numbers(fill.fill);
          }
        }
        const ink = numbers(e.closest('svg') ? style.fill : style.color);
        const [a, b] = [light(ink), light(ground)];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.3 && !e.closest('svg')) wrong.push(`“${words.slice(0, 40)}” can hardly be read: ${contrast.toFixed(1)} to 1`);
        if (contrast < 2.5 && e.closest('svg') && style.fill !== 'none') wrong.push(`“${words.slice(0, 40)}” in a chart can hardly be read: ${contrast.toFixed(1)} to 1`);
      }
      for (const e of document.querySelectorAll('.report-page .figure, .report-page svg, .report-page table')) {
        const box = e.getBoundingClientRect();
        if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`${e.tagName} ${e.className.baseVal ?? e.className} is cut at the edge: ${Math.round(box.left)} to ${Math.round(box.right)} of ${innerWidth}`);
      }
      for (const e of document.querySelectorAll('main, .report, .frame, body, .board-scroll')) {
        const style = getComputedStyle(e);
        if (style.overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1) wrong.push(`${e.className || e.tagName} cuts off what lies below`);
      }
      return wrong;
    });
    if (pictures) await page.screenshot({ path: join(pictures, `paper-${colorScheme}.png`), fullPage: true });
    const pdf = await page.pdf({ path: pictures && join(pictures, `paper-${colorScheme}.pdf`), format: 'A4', preferCSSPageSize: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert(pages >= 2 && pages < 20, `the report has ${pages} pages`);
    assert(found.length === 0, `${found.length} faults on paper:\n  ${[...new Set(found)].join('\n  ')}`);
  }, { colorScheme, timeout: 200_000 });
}

test('on a phone every control of the bar is there while a network learns', async here => {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, makeLong);
  await startTraining(page);
  await page.getByRole('group', { name: 'Work under way' }).waitFor();
  for (const width of [360, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(300);
    const outside = await page.evaluate(() => [...document.querySelectorAll('.top-bar button')].filter(b => b.checkVisibility())
      .filter(b => { const box = b.getBoundingClientRect(); return box.right > innerWidth || box.left < 0; }).map(b => b.ariaLabel ?? b.innerText));
    assert(outside.length === 0, `outside the screen of ${width} px: ${outside.join(', ')}`);
  }
  await page.getByRole('button', { name: 'Details' }).click();
  await page.getByText('Where it runs').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('group', { name: 'Work under way' }).getByRole('button', { name: /^Stop/ }).click();
});
