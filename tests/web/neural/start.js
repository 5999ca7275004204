// Starts the worker as the page's own script does, and counts what is launched on the GPU.
const counts = { dispatches: 0, submits: 0 };
const counted = (type, method, key) => {
  if (!type) return;
  const original = type.prototype[method];
  type.prototype[method] = function (...parts) {
    counts[key] += 1;
    return original.apply(this, parts);
  };
};
counted(self.GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
counted(self.GPUQueue, 'submit', 'submits');
new BroadcastChannel('ask-counts').onmessage = () => new BroadcastChannel('counts').postMessage(counts);

const tell = error => self.postMessage({ panic: String(error?.stack ?? error) });
self.addEventListener('error', event => tell(event.error ?? event.message));
self.addEventListener('unhandledrejection', event => tell(event.reason));
try {
  const { default: init } = await import('/neural.js');
  await init({ module_or_path: new URL('/neural_bg.wasm', self.location) });
} catch (error) {
  tell(error);
}
