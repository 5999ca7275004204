// A worker that finds no more memory: the programs get less room than they ask for, and really run out of it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeList } from '../../scripts/list.mjs';
import { assert, drop, equal, open, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, makeSmall, networks, shipAndVerify, stage, startTraining, train, trained, withoutTrees } from './steps.mjs';

const leb = value => {
  const out = [];
  do {
    out.push(value % 128 + (value >= 128 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value);
  return out;
};

/** The program with an upper limit of its memory, so many MB above what it begins with. */
function limited(program, megabytes) {
  let at = 8;
  const number = () => {
    for (let value = 0, weight = 1; ; weight *= 128) {
      const byte = program[at++];
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  };
  while (at < program.length) {
    const start = at;
    const kind = program[at++];
    const size = number();
    const end = at + size;
    if (kind === 5) {
      const [memories, , least] = [number(), number(), number()];
      equal(memories, 1, 'memories of the program');
      const content = [1, 1, ...leb(least), ...leb(least + megabytes * 16)];
      return Buffer.concat([program.subarray(0, start), Buffer.from([5, ...leb(content.length), ...content]), program.subarray(end)]);
    }
    at = end;
  }
  throw new Error('The program has no memory of its own.');
}

/** Gives a program of the host less room, before anyone has opened the page. */
function limit(here, name, megabytes) {
  const file = join(here.folder, name);
  writeFileSync(file, limited(readFileSync(file), megabytes));
  writeList(here.folder, JSON.parse(readFileSync(join(here.folder, 'files.json'), 'utf8')).page);
}

test('an engine out of memory: the page says so and lives on, and nothing stored is lost', async here => {
  limit(here, 'worker_bg.wasm', 40);
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await untilStored(page, now => now.projects.length === 1);
  here.expected.push(/RuntimeError|unreachable/);
  await page.evaluate(() => {
    const lines = Array.from({ length: 400_000 }, (_, i) => `${i},a text that no other row has, number ${i},${i * 7919 % 10007}`);
    const data = new DataTransfer();
    data.items.add(new File([`row,words,number\n${lines.join('\n')}\n`], 'large.csv'));
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  });
  const notice = page.locator('.notice', { hasText: 'The engine ended and was started again (it ran out of memory, with' });
  await notice.waitFor({ timeout: 60_000 });
  await notice.filter({ hasText: 'large.csv' }).filter({ hasText: 'The file that was being read is unchanged.' })
    .filter({ hasText: 'Take a part of its rows.' }).waitFor();
  // The project from before is stored, opens, and is trained and packaged by the engine that was started again.
  await page.locator('.project-open', { hasText: /penguins/i }).click();
  await page.getByText('Adelie').first().waitFor({ timeout: 30_000 });
  await editDesign(page, makeSmall);
  equal((await train(page)).length, 3, 'candidates');
  await shipAndVerify(page);
}, { copy: true, timeout: 240_000 });

test('a trainer out of memory: its network fails with the reason, the rest is trained, and a smaller one trains', async here => {
  limit(here, 'neural_bg.wasm', 48);
  const page = await open(here);
  here.expected.push(/RuntimeError|unreachable/);
  await takeSample(page, 'Concrete');
  await editDesign(page, design => {
    makeSmall(design);
    for (const network of networks(design)) network.hidden = [2048, 2048, 2048];
  });
  await startTraining(page);
  const names = await trained(page, 2);
  assert(names.length === 2 && !names.some(name => name.includes('Neural')), `only what finds room is there: ${names}`);
  await page.locator('.notice', { hasText: 'The trainer ended 3 times (it ran out of memory, with' }).waitFor();
  await stage(page, 'Data');
  await page.getByRole('grid').first().waitFor();
  await editDesign(page, makeSmall);
  const all = await train(page);
  assert(all.some(name => name.includes('Neural network')), `the smaller network was trained: ${all}`);
}, { copy: true, timeout: 240_000 });

test('a worker of the pool out of memory: its candidate fails with the reason, and a smaller table trains', async here => {
  limit(here, 'pool_bg.wasm', 6);
  const page = await open(here);
  here.expected.push(/RuntimeError|unreachable/);
  const columns = Array.from({ length: 12 }, (_, i) => `x${i}`);
  const lines = Array.from({ length: 60_000 }, (_, i) => [...columns.map((_, c) => i * (c * 2 + 3) % (97 + c)), i * 7 % 101].join(','));
  await drop(page, 'wide.csv', `${columns},y\n${lines.join('\n')}\n`);
  await page.getByRole('grid').first().waitFor({ timeout: 60_000 });
  const linear = design => {
    withoutTrees(design);
    design.candidates = design.candidates.filter(candidate => !candidate.model.Network);
  };
  await editDesign(page, linear);
  await startTraining(page);
  await page.locator('.notice', { hasText: /ended \d+ times \(it ran out of memory, with \d+ MB in use\)/ }).waitFor({ timeout: 60_000 });
  await stage(page, 'Data');
  await page.getByRole('grid').first().waitFor();
  await drop(page, 'small.csv', `${columns},y\n${lines.slice(0, 300).join('\n')}\n`);
  await page.getByText('300 rows').first().waitFor();
  await editDesign(page, linear);
  equal((await train(page, 2)).sort(), ['Baseline', 'Linear'], 'candidates of the smaller table');
}, { copy: true, timeout: 240_000 });
