// axe on every view, in light and dark, wide and narrow.

import { AxeBuilder } from '@axe-core/playwright';
import { assert, open, ready, takeSample, test } from './harness.mjs';
import { editDesign, makeSmall, stage, train } from './steps.mjs';

/** What the palette does. */
async function command(page, name) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').first().fill(name);
  await page.keyboard.press('Enter');
}

// Each walks through a part of the page and calls `check` with the name of what is to be seen.
const walks = {
  'opening and data': async (page, check, narrow) => {
    await check('home');
    await takeSample(page, 'Penguins');
    await check('data');
    await page.locator('.head-cell').nth(1).click({ position: { x: 30, y: 12 } });
    await page.waitForTimeout(250);
    await check('a column');
    if (narrow) await page.getByRole('button', { name: 'Close the details' }).click();
    await page.getByRole('button', { name: 'Change how it is read' }).click();
    await page.locator('.preview-table').waitFor();
    await check('import settings');
    await page.getByRole('button', { name: 'Leave it' }).click();
    for (const name of ['Train', 'Trust', 'Ship']) {
      await stage(page, name);
      await check(`${name}, empty`);
    }
  },
  'design, palette and shortcuts': async (page, check) => {
    await takeSample(page, 'Penguins');
    await stage(page, 'Design');
    await check('design');
    await page.locator('.sentence .word').first().click();
    await page.waitForTimeout(250);
    await check('a word of the sentence');
    await page.keyboard.press('Escape');
    for (const position of [2, 4]) await page.locator('.candidate').nth(position).locator('summary').click();
    await check('settings');
    await page.getByRole('tab', { name: 'As text' }).click();
    await check('the design as text');
    await page.keyboard.press('Control+k');
    await page.waitForTimeout(250);
    await check('the palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.waitForTimeout(250);
    await check('shortcuts');
  },
  'what was trained': async (page, check) => {
    await takeSample(page, 'Penguins');
    await editDesign(page, makeSmall);
    await train(page);
    for (const name of ['Train', 'Trust', 'Ship']) {
      await stage(page, name);
      await page.waitForTimeout(400);
      await check(name);
    }
    await command(page, 'report');
    await page.locator('.frame-page').waitFor();
    await check('report');
    await page.keyboard.press('Alt+9');
    await page.locator('.record-log').waitFor();
    await check('record');
  },
  playground: async (page, check) => {
    await page.goto(new URL('?view=playground', page.url()).href);
    await ready(page);
    await page.locator('.playground').waitFor();
    await check('playground');
    await page.locator('.play-bar button').first().click();
    await page.locator('.play-curve').waitFor({ timeout: 60_000 });
    await page.locator('.play-bar button').first().click();
    await page.waitForTimeout(400);
    await check('playground, learned');
  },
};

for (const [part, walk] of Object.entries(walks)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
      test(`axe finds nothing: ${part}, ${colorScheme}, ${viewport.width} px`, async here => {
        const page = await open(here);
        const found = [];
        const check = async view => {
          // A colour on its way to another is no finding.
          await page.waitForFunction(() => document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity));
          const { violations } = await new AxeBuilder({ page }).analyze();
          for (const { id, nodes } of violations) found.push(`${view}: ${id} at ${nodes.slice(0, 3).map(n => n.target).join(', ')}`);
        };
        await walk(page, check, viewport.width < 1100);
        assert(found.length === 0, `axe found:\n  ${found.join('\n  ')}`);
      }, { colorScheme, viewport });
    }
  }
}
