// Rules for the rows: proposed and written by hand, told with the rows that break them, undone, kept over a reload; and the
// next file, to which the same is done with one press.

import { assert, drop, equal, open, ready, test } from './harness.mjs';
import { stage, train, until } from './steps.mjs';

const inspector = page => page.locator('.inspector');
const rules = page => inspector(page).getByRole('region', { name: 'Rules' });
const list = page => rules(page).locator('.step-list > li');
const said = page => list(page).evaluateAll(items => items.map(item => item.innerText.replace(/\s+/g, ' ').trim()));

/** 300 rows; `faults` breaks some. */
function members(faults) {
  let state = 9;
  const next = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const lines = ['id,joined,left,plan,age,renewed'];
  for (let i = 0; i < 300; i += 1) {
    const age = 18 + Math.floor(next() * 50);
    const row = { id: 1000 + i, joined: `2023-0${1 + (i % 9)}-11`, left: `2024-0${1 + (i % 9)}-11`, plan: ['basic', 'family', 'pro'][i % 3], age, renewed: age > 40 === next() < 0.9 ? 'yes' : 'no' };
    faults(i, row);
    lines.push(Object.values(row).join(','));
  }
  return `${lines.join('\n')}\n`;
}

async function add(page, kind, fields) {
  await rules(page).getByRole('button', { name: 'Add a rule' }).click();
  await rules(page).getByLabel('New rule').selectOption({ label: kind });
  for (const [label, text] of Object.entries(fields)) {
    const field = rules(page).locator('.step-editor').getByLabel(label, { exact: true });
    if (await field.evaluate(f => f.tagName === 'SELECT')) await field.selectOption(text);
    else await field.fill(text);
  }
}

test('rules: proposed, written, broken, undone, and kept', async here => {
  const page = await open(here);
  await drop(page, 'members.csv', members(() => {}));
  await page.getByRole('grid').waitFor();
  await rules(page).getByRole('button', { name: 'Propose rules' }).click();
  await until(page, async () => (await said(page)).some(text => /^id is never the same in two rows Kept\. Passed by 300 rows\.$/.test(text)), 'a key is proposed');
  const proposed = await list(page).count();
  assert(proposed > 5, `${proposed} rules are proposed`);
  assert((await said(page)).every(text => / Kept\. /.test(text)), `what is proposed holds: ${await said(page)}`);
  await page.locator('body').press('Control+z');
  await until(page, async () => await list(page).count() === 0, 'one undo takes all of them back');

  // By hand, with Enter; a rule that is not complete cannot be added.
  await add(page, 'Numbers or dates in a range', { Column: 'age' });
  await rules(page).getByLabel('To (empty: no limit)').fill('60');
  await rules(page).getByLabel('To (empty: no limit)').press('Enter');
  await until(page, async () => /age is 60 or less Broken\. \d+ rows fail, such as/.test((await said(page))[0] ?? ''), 'rows are too old');
  assert(/1 rule broken/.test(await page.locator('.rail').innerText()), await page.locator('.rail').innerText());
  const broken = Number((await said(page))[0].match(/(\d+) rows fail/)[1]);
  await list(page).first().getByRole('button', { name: `Show ${broken} rows` }).click();
  await until(page, async () => (await page.locator('.data').innerText()).includes('not: age is 60 or less'), 'the grid shows them');

  await add(page, 'A condition that holds', { 'Condition, such as start <= end': 'joined < left' });
  await rules(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => /Kept\. Passed by 300 rows/.test((await said(page))[1] ?? ''), 'the condition holds');
  await add(page, 'A condition that holds', { 'Condition, such as start <= end': 'joind < left' });
  await rules(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => /Not judged\. .*joined/.test((await said(page))[2] ?? ''), 'a name that is not there');
  await list(page).nth(2).getByRole('button', { name: /^Remove/ }).click();

  // A change, an undo, and the text there and back.
  await list(page).first().getByRole('button', { name: /^Change/ }).click();
  await rules(page).getByLabel('To (empty: no limit)').fill('99');
  await rules(page).getByRole('button', { name: 'Change it' }).click();
  await until(page, async () => /age is 99 or less Kept/.test((await said(page))[0] ?? ''), 'none is that old');
  await page.locator('body').press('Control+z');
  await until(page, async () => /age is 60 or less Broken/.test((await said(page))[0] ?? ''), 'undone');

  await page.waitForTimeout(600);
  await page.locator('.saved.saved').waitFor();
  await page.reload();
  await ready(page);
  await until(page, async () => /age is 60 or less Broken/.test((await said(page))[0] ?? ''), 'kept, and judged again');
  await train(page);
  await stage(page, 'Trust');
  await until(page, async () => /The rows keep your rules[\s\S]*1 of 2 rules broken: “age is 60 or less”/.test(await page.locator('main').innerText()), 'Trust tells it');
});

test('rules: the next file takes over steps, rules and design with one press', async here => {
  const page = await open(here);
  await drop(page, 'march.csv', members(() => {}));
  await page.getByRole('grid').waitFor();
  await add(page, 'One of these values', { Column: 'plan', 'Values, one a line': 'basic\nfamily\npro' });
  await rules(page).getByRole('button', { name: 'Add it' }).click();
  await until(page, async () => /Kept/.test((await said(page))[0] ?? ''), 'every plan is known');
  await inspector(page).getByRole('button', { name: 'Add a step' }).click();
  await inspector(page).getByLabel('New step').selectOption({ label: 'Drop columns' });
  await inspector(page).locator('.step-editor').getByLabel('Columns', { exact: true }).selectOption('id');
  await inspector(page).getByRole('button', { name: 'Add it' }).click();
  const steps = inspector(page).getByRole('region', { name: 'Steps' }).locator('.step-list > li');
  await until(page, async () => await steps.count() === 1, 'a step');

  await drop(page, 'april.csv', members((i, row) => { if (i % 100 === 7) row.plan = 'gold'; }));
  const offer = inspector(page).getByRole('region', { name: 'The file before' });
  await offer.waitFor();
  assert(/march has 1 step, 1 rule and the design\./.test(await offer.innerText()), await offer.innerText());
  equal(await list(page).count(), 0, 'nothing is done unasked');
  await offer.getByRole('button', { name: 'Do the same to this file' }).click();
  await until(page, async () => /plan is one of basic, family, pro Broken\. 3 rows fail, such as gold\./.test((await said(page))[0] ?? ''), 'the new plan is told');
  equal(await steps.count(), 1, 'the step');
  equal(await offer.count(), 0, 'the offer is taken');
  await page.locator('body').press('Control+z');
  await until(page, async () => await list(page).count() === 0 && await steps.count() === 0, 'one undo takes all of it back');
});
