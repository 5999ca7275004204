// Starts the program of a worker, and tells what it dies of, which whoever started the worker could not see otherwise.
let memory;

/** A program that finds no memory stops at a trap and cannot say why: it is out of memory where that can grow no more. */
const isFull = () => {
  try {
    memory.grow(Math.max(1024, Math.ceil(memory.buffer.byteLength / 2 ** 17)));
    return false;
  } catch {
    return true;
  }
};
const reason = error => (error instanceof WebAssembly.RuntimeError && memory && isFull()
  ? `it ran out of memory, with ${Math.round(memory.buffer.byteLength / 2 ** 20)} MB in use`
  : String(error?.message ?? error));
const tell = error => self.postMessage({ panic: reason(error) });
// Told here, it goes no further: an error that nobody has taken for handled would be one of the starter's too, and the engine
// would fall with a worker of its pool.
self.addEventListener('error', event => {
  event.preventDefault();
  console.error(event.error ?? event.message);
  tell(event.error ?? event.message);
});
self.addEventListener('unhandledrejection', event => tell(event.reason));

/** `name` is that of the program's two files, which lie beside this one. */
export async function start(name) {
  try {
    const { default: init } = await import(`./${name}.js`);
    ({ memory } = await init({ module_or_path: new URL(`./${name}_bg.wasm`, import.meta.url) }));
  } catch (error) {
    tell(error);
  }
}
