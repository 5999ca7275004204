// A package is run by ONNX Runtime before it is handed out; without it, it goes with a word.

import { assert, open, takeSample, test } from './harness.mjs';
import { buildPackage, editDesign, heldForOffline, shipAndVerify, stage, train } from './steps.mjs';

/** Baseline, linear model and boosted trees of a few rounds. */
const quick = design => {
  design.candidates = design.candidates.filter(({ model }) => model === 'Baseline' || model.Linear || model.Boost);
};
const says = page => page.locator('.stage-head [role=status]');

for (const sample of ['Penguins', 'Concrete']) {
  test(`ONNX Runtime in the browser agrees with the package of ${sample}, also with the server stopped`, async here => {
    const page = await open(here);
    await heldForOffline(page);
    await here.stopServer();
    here.expected.push(/ERR_CONNECTION_REFUSED/);
    await takeSample(page, sample);
    await editDesign(page, quick);
    await train(page, 3);
    await shipAndVerify(page);
    await says(page).getByText(/^ONNX Runtime, here in the browser, (agrees: a largest deviation of |gives the same answers)/).waitFor();
    console.log(`        ${await says(page).innerText()}`);
  });
}

let damaged = true;
const intercept = (path, response) => {
  if (!damaged || path !== 'onnxruntime/ort-wasm-simd-threaded.wasm') return false;
  response.writeHead(200, { 'content-type': 'application/wasm' }).end('damaged');
  return true;
};
test('where ONNX Runtime cannot be fetched the package goes without, and the page says so', async here => {
  damaged = true;
  const page = await open(here);
  here.expected.push(/Failed to load resource/, /net::ERR_FAILED/, /wasm/);
  await takeSample(page, 'Penguins');
  await editDesign(page, quick);
  await train(page, 3);
  await shipAndVerify(page);
  await says(page).getByText(/^ONNX Runtime could not be run here \(its program could not be fetched\); verify\.py in the package does so elsewhere\.$/).waitFor();
  console.log(`        ${await says(page).innerText()}`);
  // The host is whole again: what is built next is run.
  damaged = false;
  await stage(page, 'Train');
  await page.locator('.board-name', { hasText: 'Linear' }).click();
  await stage(page, 'Ship');
  await buildPackage(page);
  await says(page).getByText(/^ONNX Runtime, here in the browser, /).waitFor();
  assert(!(await says(page).innerText()).includes('could not'), 'it was run');
}, { server: { intercept } });
