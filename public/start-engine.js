// Starts the engine worker's program; a failure is told to the page, which could not see it otherwise.
const tell = error => self.postMessage({ panic: String(error?.message ?? error) });
self.addEventListener('error', event => tell(event.error ?? event.message));
self.addEventListener('unhandledrejection', event => tell(event.reason));
try {
  const { default: init } = await import('./worker.js');
  await init({ module_or_path: new URL('./worker_bg.wasm', import.meta.url) });
} catch (error) {
  tell(error);
}
