// axe on every view, in light and dark, wide and narrow.

import { AxeBuilder } from '@axe-core/playwright';
import { assert, open, takeSample, test } from './harness.mjs';

const stage = async (page, name) => {
  await page.locator('.rail-entry', { hasText: name }).click();
  await page.waitForTimeout(250);
};

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    test(`axe finds nothing: ${colorScheme}, ${viewport.width} px`, async here => {
      const page = await open(here);
      const found = [];
      const check = async view => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, nodes } of violations) found.push(`${view}: ${id} at ${nodes.slice(0, 3).map(n => n.target).join(', ')}`);
      };
      await check('home');
      await takeSample(page, 'Penguins');
      await check('data');
      await page.locator('.head-cell').nth(1).click({ position: { x: 30, y: 12 } });
      await page.waitForTimeout(250);
      await check('a column');
      if (viewport.width < 1100) await page.getByRole('button', { name: 'Close the details' }).click();
      await page.getByRole('button', { name: 'Change how it is read' }).click();
      await page.locator('.preview-table').waitFor();
      await check('import settings');
      await page.getByRole('button', { name: 'Leave it' }).click();
      for (const name of ['Train', 'Trust', 'Ship']) {
        await stage(page, name);
        await check(`${name}, empty`);
      }
      await stage(page, 'Design');
      await check('design');
      await page.locator('.sentence .word').first().click();
      await page.waitForTimeout(200);
      await check('a word of the sentence');
      await page.keyboard.press('Escape');
      await page.locator('.candidate').nth(2).locator('summary').click();
      await check('settings');
      await page.locator('.candidate').nth(2).getByRole('button', { name: 'Remove this model' }).click();
      await page.getByRole('tab', { name: 'As text' }).click();
      await check('the design as text');
      await page.keyboard.press('Control+k');
      await page.waitForTimeout(200);
      await check('the palette');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.waitForTimeout(200);
      await check('shortcuts');
      await page.keyboard.press('Escape');
      await stage(page, 'Train');
      await page.locator('.train-go button.primary').click();
      await page.waitForFunction(() => document.querySelectorAll('table.board tbody tr').length >= 2, null, { timeout: 60_000 });
      await page.waitForTimeout(800);
      for (const name of ['Train', 'Trust', 'Ship']) {
        await stage(page, name);
        await check(name);
      }
      assert(found.length === 0, `axe found:\n  ${found.join('\n  ')}`);
    }, { colorScheme, viewport, timeout: 240_000 });
  }
}
