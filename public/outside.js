// Runs the golden rows of a package in ONNX Runtime, which shares nothing with Hearth: model and feeds in, answers out
// (src/package/outside.rs says in which form). Numbers are texts, as JSON has neither NaN nor 64-bit integers.
const typed = {
  float32: data => Float32Array.from(data, Number),
  int64: data => BigInt64Array.from(data, BigInt),
  string: data => data,
};
const told = { float32: data => Array.from(data, String), string: data => data, bool: data => Array.from(data, Boolean) };

const place = new URL('./onnxruntime/', import.meta.url);

// Milliseconds that its program may take to come.
const PATIENCE = 30_000;

async function fetched() {
  const [library, response] = await Promise.all([import(new URL('ort.wasm.min.mjs', place)), fetch(new URL('ort-wasm-simd-threaded.wasm', place))]);
  if (!response.ok) throw new Error(`${response.status}`);
  return { library, bytes: await response.arrayBuffer() };
}

async function program() {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(fail, PATIENCE); });
  try {
    return await Promise.race([fetched(), late]);
  } catch {
    throw new Error('its program could not be fetched');
  } finally {
    clearTimeout(timer);
  }
}

async function answers({ model, feeds }) {
  const { library: { InferenceSession, Tensor, env }, bytes } = await program();
  env.wasm.wasmBinary = bytes;
  env.wasm.wasmPaths = place.href;
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(new Uint8Array(model), { executionProviders: ['wasm'] });
  const tensor = ({ name, type, data }) => [name, new Tensor(type, typed[type](data), [data.length, 1])];
  const found = await session.run(Object.fromEntries(JSON.parse(feeds).map(tensor)));
  return JSON.stringify(session.outputNames.map(name => {
    const { type, data } = found[name];
    return { name, type, data: told[type](data) };
  }));
}

self.onmessage = ({ data }) => answers(data).then(
  found => self.postMessage({ answers: found }),
  error => self.postMessage({ problem: String(error?.message ?? error) }),
);
