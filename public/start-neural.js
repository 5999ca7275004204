// Starts the neural worker's program; a failure is told to the page, which could not see it otherwise.
const tell = error => self.postMessage({ panic: String(error?.message ?? error) });
self.addEventListener('error', event => tell(event.error ?? event.message));
self.addEventListener('unhandledrejection', event => tell(event.reason));
try {
  const { default: init } = await import('./neural.js');
  await init({ module_or_path: new URL('./neural_bg.wasm', import.meta.url) });
} catch (error) {
  tell(error);
}
