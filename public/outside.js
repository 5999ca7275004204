// Runs the golden rows of a package in ONNX Runtime, which shares nothing with Hearth: model and feeds in, answers out
// (src/package/outside.rs says in which form). Numbers are texts, as JSON has neither NaN nor 64-bit integers.
const typed = {
  float32: data => Float32Array.from(data, Number),
  int64: data => BigInt64Array.from(data, BigInt),
  string: data => data,
};
const told = { float32: data => Array.from(data, String), string: data => data, bool: data => Array.from(data, Boolean) };

async function answers({ model, feeds }) {
  const { InferenceSession, Tensor, env } = await import('./onnxruntime/ort.wasm.min.mjs');
  env.wasm.wasmPaths = new URL('./onnxruntime/', import.meta.url).href;
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
