// With the server stopped a reload still loads, trains and packages; without the trainer all but networks goes on.

import { assert, open, ready, takeSample, test, untilStored } from './harness.mjs';
import { editDesign, heldForOffline, makeSmall, shipAndVerify, startTraining, train, trained } from './steps.mjs';

for (const [sample, task] of [['Credit', 'binary'], ['Concrete', 'regression']]) {
  test(`offline with the server stopped: ${task}, train, package, the same bytes twice, reload`, async here => {
    const page = await open(here);
    await heldForOffline(page);
    await here.stopServer();
    // The service worker looks for a newer version, in vain.
    here.expected.push(/ERR_CONNECTION_REFUSED/);
    await page.reload();
    await ready(page);
    await takeSample(page, sample);
    await editDesign(page, makeSmall);
    const names = await train(page);
    assert(names.some(name => name.includes('Neural network')), `the network was trained: ${names}`);
    const first = await shipAndVerify(page);
    await untilStored(page, now => now.projects[0]?.n_runs === 3);
    await page.reload();
    await ready(page);
    const second = await shipAndVerify(page);
    assert(first.bytes.equals(second.bytes), 'the package has the same bytes when it is made again after a reload');
  });
}

const damages = {
  'the host fails at its script': ['neural.js', response => response.writeHead(500).end()],
  'its program is damaged': ['neural_bg.wasm', response => response.writeHead(200, { 'content-type': 'application/wasm' }).end('damaged')],
};
for (const [what, [damaged, answer]] of Object.entries(damages)) {
  let whole = false;
  const intercept = (path, response) => {
    if (whole || path !== damaged) return false;
    answer(response);
    return true;
  };
  test(`without the trainer the other candidates are trained: ${what}`, async here => {
    const page = await open(here);
    here.expected.push(/status of 500/, /Failed to load resource/, /net::ERR_FAILED/);
    await takeSample(page, 'Penguins');
    await editDesign(page, makeSmall);
    await startTraining(page);
    const names = await trained(page, 2);
    assert(names.length === 2 && !names.some(name => name.includes('Neural')), `only what needs no trainer is there: ${names}`);
    await page.getByText(/The neural trainer could not be started \(/).first().waitFor();
    // The host is whole again: what is missing is trained.
    whole = true;
    await startTraining(page);
    const all = await trained(page, 3);
    assert(all.some(name => name.includes('Neural network')), `the network was trained: ${all}`);
  }, { server: { intercept } });
}
