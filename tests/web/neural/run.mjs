// Runs the real neural worker in Chromium, with WebGPU (on SwiftShader, in software) and without.
//   node tests/web/neural/run.mjs FOLDER [gpu|cpu] [SCENARIO…] [cost] [size]
// FOLDER holds neural.js and neural_bg.wasm (scripts/build-neural.sh FOLDER).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const [folder, ...words] = process.argv.slice(2);
const only = ['gpu', 'cpu'].find(word => words.includes(word));
const measure = words.includes('cost');
const BUDGET = 4_500_000;

const policy = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "worker-src 'self'",
].join('; ');
const types = { '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm' };
const server = createServer((request, response) => {
  const name = new URL(request.url, 'http://localhost').pathname.slice(1) || 'index.html';
  const path = [here, folder].map(root => join(root, name)).find(existsSync);
  if (!path) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain', 'content-security-policy': policy });
  createReadStream(path).pipe(response);
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
const executablePath = execFileSync(join(here, '../../../scripts/chromium.sh'), { encoding: 'utf8' }).trim();

const near = (a, b, tolerance, what) => {
  assert.equal(a.length, b.length, what);
  a.forEach((x, i) => assert.ok(Math.abs(x - b[i]) <= tolerance, `${what} ${i}: ${x} and ${b[i]}`));
};
const weights = network => [network.input_scale, ...network.layers.flatMap(layer => [layer.weights, layer.bias])].flat();

const checks = {
  async device(ask, gpu, choice) {
    const report = await ask('device', choice);
    assert.equal(report.gpu, gpu);
    if (gpu) assert.match(report.name, /^WebGPU, ./);
    else assert.equal(report.name, 'CPU, SIMD128');
    if (gpu) assert.equal(report.reason, '');
    else assert.match(report.reason, /^(This browser|The CPU was chosen)/);
    return `${report.name}${report.reason && ` (${report.reason})`}`;
  },
  async compare(ask, gpu) {
    let widest = 0;
    for (const { cpu, gpu: other } of await ask('compare')) {
      assert.equal(cpu.length, 20);
      assert.ok(cpu.every(Number.isFinite) && cpu[19] < cpu[0]);
      assert.equal(other.length, gpu ? 20 : 0);
      if (gpu) near(cpu, other, 1e-3, 'loss of step');
      other.forEach((x, i) => (widest = Math.max(widest, Math.abs(x - cpu[i]))));
    }
    return gpu ? `20 steps agree to ${widest.toExponential(1)}` : 'the CPU alone';
  },
  async fit(ask, gpu, choice) {
    const { network, record, progress } = await ask('fit', choice);
    assert.equal(record.stopped, 'AllEpochs');
    assert.equal(record.curve.length, 6);
    assert.ok(progress.length > 0 && progress.every(p => p.rows_per_second > 0 && p.seconds_left >= 0));
    assert.ok(record.curve[5].train_loss < record.curve[0].train_loss);
    assert.ok(weights(network).every(Number.isFinite));
    return `loss ${record.curve[0].train_loss.toFixed(3)} → ${record.curve[5].train_loss.toFixed(3)}`;
  },
  async pause(ask, gpu, choice) {
    const { silent, step, paused, straight } = await ask('pause', choice);
    assert.ok(silent && step > 0);
    near(weights(paused), weights(straight), gpu ? 1e-5 : 0, 'weight after a pause');
    return `paused at step ${step}, the same weights`;
  },
  async cancel(ask, gpu, choice) {
    const { record, took } = await ask('cancel', choice);
    assert.equal(record.stopped, 'Cancelled');
    assert.ok(record.best_epoch > 0 && took < 10_000);
    return `answered in ${took.toFixed(0)} ms`;
  },
  async lose(ask, gpu, choice) {
    const { message, epochs, checkpoint, record, network, straight, begun } = await ask('lose', choice);
    assert.match(message, gpu ? /graphics device was lost/ : /asked to fail/);
    assert.equal(record.curve.length, epochs);
    assert.deepEqual(record.curve.slice(0, checkpoint.curve.length), checkpoint.curve);
    assert.ok(begun > checkpoint.epoch, `began again at epoch ${begun}, checkpoint ${checkpoint.epoch}`);
    near(weights(network), weights(straight.network), gpu ? 1e-5 : 0, 'weight after a loss');
    return `"${message}"; on from step ${checkpoint.step}`;
  },
  async play(ask, gpu, choice) {
    const { first, second, last } = await ask('play', choice);
    assert.deepEqual([first.point.step, second.point.step], [0, 2]);
    assert.ok(last.point.step > 2);
    assert.ok(Math.abs(first.point.train_loss - Math.LN2) < 1e-5);
    assert.deepEqual(last.surface.map(s => s.length), [256, 256]);
    assert.deepEqual(last.units.map(l => l.length), [8, 8]);
    return `step ${last.point.step}`;
  },
};

const browse = async (gpu, work) => {
  const flags = gpu ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : [];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...flags] });
  try {
    const page = await browser.newPage();
    page.on('console', message => message.type() === 'error' && process.env.VERBOSE && console.log('  |', message.text()));
    await page.goto(address);
    await page.waitForFunction(() => window.scenario);
    await work((...parts) => page.evaluate(parts => window.scenario(...parts), parts));
  } finally {
    await browser.close();
  }
};

let failures = 0;
if (words.includes('size')) {
  const size = brotliCompressSync(readFileSync(join(folder, 'neural_bg.wasm'))).length;
  console.log(`neural_bg.wasm: ${(size / 1e6).toFixed(2)} MB in brotli`);
  if (size > BUDGET) failures += 1;
}
const wanted = words.filter(word => word in checks);
for (const gpu of [false, true].filter(gpu => !only || (only === 'gpu') === gpu)) {
  await browse(gpu, async ask => {
    for (const [name, check] of Object.entries(checks).filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
      const started = Date.now();
      const line = text => console.log(`${gpu ? 'WebGPU' : 'CPU   '} ${name}: ${text} [${((Date.now() - started) / 1000).toFixed(1)} s]`);
      try {
        line(await check(ask, gpu, 'Automatic'));
      } catch (error) {
        failures += 1;
        line(`FAILED ${error.message}`);
      }
    }
    if (gpu && wanted.length === 0) console.log(`WebGPU, but the CPU chosen: ${await checks.device(ask, false, 'Cpu')}`);
    if (measure) {
      for (const size of [[16, 64, 256, gpu ? 8 : 200], [16, 256, 1024, gpu ? 2 : 10]]) {
        const { milliseconds, dispatches, submits } = await ask('cost', 'Automatic', ...size);
        const shape = `${size[0]}-${size[1]}-${size[1]}-2, batch ${size[2]}`;
        console.log(`${gpu ? 'WebGPU' : 'CPU   '} ${shape}: ${milliseconds.toFixed(2)} ms, ${dispatches.toFixed(1)} dispatches, ${submits.toFixed(1)} submits a step`);
      }
    }
  });
}
server.close();
if (failures) {
  console.error(`${failures} failed`);
  process.exit(1);
}
