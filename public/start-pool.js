// Starts the program of a pool worker; a failure is told to the engine, which could not see it otherwise.
const tell = error => self.postMessage({ panic: String(error?.message ?? error) });
self.addEventListener('error', event => tell(event.error ?? event.message));
self.addEventListener('unhandledrejection', event => tell(event.reason));
try {
  const { default: init } = await import('./pool.js');
  await init({ module_or_path: new URL('./pool_bg.wasm', import.meta.url) });
} catch (error) {
  tell(error);
}
