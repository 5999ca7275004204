// axe finds nothing on any view, in light and in dark, wide and narrow; and no text runs out of the window.

import { AxeBuilder } from '@axe-core/playwright';
import { assert, equal, open, takeSample, test } from './harness.mjs';
import { stage, train } from './steps.mjs';

async function check(page, where) {
  await page.waitForTimeout(300);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')} (${v.nodes.length})`);
  equal(found, [], `what axe finds on ${where}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(overflow <= 0, `${where} is ${overflow} px wider than the window`);
}

for (const [colorScheme, width, height] of [['light', 1440, 900], ['dark', 1440, 900], ['light', 360, 740]]) {
  test(`axe: every view, ${colorScheme}, ${width} px`, async here => {
    const page = await open(here);
    await check(page, 'Home');
    await takeSample(page, 'Credit');
    await check(page, 'Data');
    await stage(page, 'Design');
    await check(page, 'Design');
    await page.getByText('As text', { exact: true }).first().click();
    await check(page, 'Design as text');
    await train(page);
    await check(page, 'Train');
    await stage(page, 'Trust');
    await check(page, 'Trust');
    await stage(page, 'Ship');
    await check(page, 'Ship');
    await page.getByRole('button', { name: 'Build the package' }).click();
    await page.getByRole('button', { name: 'Download' }).waitFor({ timeout: 60_000 });
    await check(page, 'the package');
    await page.getByRole('button', { name: 'Playground' }).first().click();
    await check(page, 'Playground');
    await page.keyboard.press('Control+k');
    await check(page, 'the palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await check(page, 'the shortcuts');
  }, { colorScheme, viewport: { width, height }, timeout: 240_000 });
}
