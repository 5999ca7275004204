// Where a network is trained changes its speed, not what is said of it: the same design on the CPU and on WebGPU.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { assert, equal, open, place, takeSample, test } from './harness.mjs';
import { editDesign, networks, ship, train } from './steps.mjs';

/** What the package of the only candidate says of it. */
async function report(here) {
  const page = await open(here);
  await takeSample(page, 'Penguins');
  await editDesign(page, design => {
    design.split.folds = 3;
    for (const network of networks(design)) Object.assign(network, { epochs: 10, hidden: [8], dropout: 0.1, learning_rate: 0.02 });
    design.candidates = design.candidates.filter(candidate => candidate.model.Network);
  });
  await train(page, 1);
  const device = await page.locator('.rail-device').innerText();
  const read = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.read([n for n in z.namelist() if n.endswith("report.json")][0]).decode())';
  const python = join(process.env.HEARTH_PYTHON ?? '/nowhere', 'bin/python');
  return { device, ...JSON.parse(execFileSync(python, ['-c', read, await ship(page)], { encoding: 'utf8' })) };
}

test('the CPU and WebGPU come to the same scores', async here => {
  const cpu = await report(here);
  const other = await place({ gpu: true });
  let furthest = 0;
  try {
    const gpu = await report(other);
    assert(/on the CPU/.test(cpu.device) && /on the GPU/.test(gpu.device), `each ran where it was meant to: ${cpu.device} | ${gpu.device}`);
    equal(gpu.scores.map(score => score.metric), cpu.scores.map(score => score.metric), 'the metrics');
    for (const [i, { metric, mean, deviation }] of cpu.scores.entries()) {
      const apart = Math.abs(gpu.scores[i].mean - mean);
      assert(deviation > 0, `${metric} differs from fold to fold`);
      assert(apart <= deviation, `${metric}: ${mean} on the CPU and ${gpu.scores[i].mean} on WebGPU, ${deviation} from fold to fold`);
      furthest = Math.max(furthest, apart / deviation);
    }
    console.log(`        furthest apart: ${furthest.toExponential(1)} of the spread over folds`);
  } finally {
    await other.close();
  }
}, { timeout: 300_000 });
