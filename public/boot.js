// The first seconds: takes a drop, a paste, a file or a sample before any WebAssembly has arrived, puts the page under the
// service worker's control, then loads the program with its progress in bytes. The program takes over the queue by
// calling hearthQueue.release().

const $ = id => document.getElementById(id);
const megabytes = bytes => (bytes / 1e6).toFixed(1);

// What was dropped: { file: File, more: true where it came with the one before } or { sample: id }, oldest first.
const items = [];
const listening = new AbortController();
// Resolves when no dialog that asks for a file is open.
let chosen = Promise.resolve();
window.hearthQueue = {
  items,
  /**
   * Stops listening and hands over what waits. The program has set up its own listeners before. A file that is chosen
   * later, in a dialog that was opened before, goes to `late`.
   */
  release(late) { listening.abort(); take = late; return items.splice(0); },
};
let take = null;

function push(item) {
  if (take) return take(item);
  items.push(item);
  showQueue();
}

/** Of several files at once the first is the table; the others are added to it. */
function pushAll(files) {
  [...files].forEach((file, at) => push({ file, more: at > 0 }));
}

function showQueue() {
  const names = items.map(item => item.file ? `${item.file.name} (${item.file.size.toLocaleString('en')} bytes)` : `the sample “${item.sample}”`);
  const queue = $('boot-queue'); // Gone once the first view stands; what waits is taken over a moment later.
  if (queue) queue.textContent = names.length ? `Waiting to be opened: ${names.join(', ')}.` : '';
}

function listen() {
  const on = (target, kind, handler) => target.addEventListener(kind, handler, { signal: listening.signal });
  on(window, 'dragover', event => { event.preventDefault(); document.documentElement.classList.add('boot-over'); });
  on(window, 'dragleave', event => { if (!event.relatedTarget) document.documentElement.classList.remove('boot-over'); });
  on(window, 'drop', event => {
    event.preventDefault();
    document.documentElement.classList.remove('boot-over');
    pushAll(event.dataTransfer?.files ?? []);
  });
  on(window, 'paste', event => {
    const files = [...event.clipboardData?.files ?? []];
    const text = event.clipboardData?.getData('text/plain');
    if (files.length) pushAll(files);
    else if (text?.trim()) push({ file: new File([text], 'pasted.csv', { type: 'text/csv' }) });
  });
  // Its dialog may outlive the page's first view.
  const input = $('boot-file');
  input.addEventListener('change', () => { pushAll(input.files); input.value = ''; });
  input.addEventListener('click', () => {
    chosen = new Promise(done => { for (const kind of ['change', 'cancel']) input.addEventListener(kind, done, { once: true }); });
  });
}

function draw(sample) {
  const make = name => document.createElementNS('http://www.w3.org/2000/svg', name);
  const chart = make('svg');
  chart.setAttribute('viewBox', '0 0 160 64');
  chart.setAttribute('aria-hidden', 'true');
  const colours = ['#2F66A9', '#C2410C', '#6B8E4E'];
  for (const [x, y, group] of sample.sketch) {
    const dot = make('circle');
    for (const [name, value] of Object.entries({ cx: 4 + x * 152, cy: 60 - y * 56, r: 2, fill: colours[group % 3], 'fill-opacity': 0.7 })) dot.setAttribute(name, value);
    chart.append(dot);
  }
  return chart;
}

async function showSamples() {
  for (const sample of await (await fetch('samples/samples.json')).json()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'boot-sample';
    const title = document.createElement('strong');
    title.textContent = sample.title;
    const facts = document.createElement('small');
    facts.textContent = `${sample.question} ${sample.rows.toLocaleString('en')} rows.`;
    button.append(draw(sample), title, facts);
    button.addEventListener('click', () => push({ sample: sample.id }), { signal: listening.signal });
    $('boot-samples')?.append(button);
  }
}

function showProgress(done, total, what) {
  if (!$('boot-progress')) return;
  $('boot-progress').value = total ? done / total : 0;
  $('boot-bytes').textContent = `${what}: ${megabytes(done)} of ${megabytes(total)} MB`;
}

function fail(text) {
  const problem = $('boot-problem');
  if (!problem) return;
  problem.textContent = text;
  problem.hidden = false;
}

/**
 * The program was erased from this browser. Chromium keeps the compiled form of a program beside the response that it came
 * from, and opens that response's cache by name to do so, some seconds after the program has started: a cache that was removed
 * meanwhile is there again, empty.
 */
async function removeWhatComesBack(prefix) {
  for (let left = 60; left > 0; left--) {
    await new Promise(done => setTimeout(done, 500));
    // Another page of Hearth was opened meanwhile, and holds the program again.
    if (await navigator.serviceWorker.getRegistration()) return;
    for (const name of await caches.keys()) if (name.startsWith(prefix)) await caches.delete(name);
  }
}

/** Asks a worker and waits for its answer. */
function ask(worker, message) {
  return new Promise((done, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => 'error' in data ? reject(new Error(data.error)) : done(data.value);
    worker.postMessage(message, [port2]);
  });
}

/** Resolves when the registration has an active worker; rejects when the installation failed. */
function active(registration) {
  if (registration.active && !registration.installing) return Promise.resolve(registration.active);
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((done, reject) => {
    const look = () => {
      if (worker.state === 'activated') done(worker);
      if (worker.state === 'redundant') registration.active ? done(registration.active) : reject(new Error('The program could not be stored.'));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

/** The active worker, which serves pages: also one that erased everything a moment ago. */
async function register(container) {
  const registered = async () => active(await container.register('sw.js', { updateViaCache: 'none' }));
  const worker = await registered();
  return await ask(worker, { type: 'begin' }) ? registered() : worker;
}

/**
 * Puts the page under the service worker's control, by one reload where needed: no service worker controls a first load or
 * a forced reload, and the headers that it adds count only for a page that it served. What was dropped waits in the worker.
 */
async function control() {
  const container = navigator.serviceWorker;
  if (!container) return;
  const token = sessionStorage.getItem('hearth-waiting');
  if (container.controller) {
    sessionStorage.removeItem('hearth-reloads');
    container.addEventListener('message', ({ data }) => { if (data?.type === 'gone') removeWhatComesBack(data.prefix); });
    register(container).catch(() => { /* The server is away; the held version goes on. */ });
    if (token) {
      sessionStorage.removeItem('hearth-waiting');
      for (const item of await ask(container.controller, { type: 'give', token })) push(item);
    }
    return;
  }
  container.addEventListener('message', ({ data }) => { if (data?.type === 'progress') showProgress(data.done, data.total, 'Loading'); });
  const worker = await register(container);
  // A reload would close the dialog under the person's hands.
  await chosen;
  const reloads = Number(sessionStorage.getItem('hearth-reloads') ?? 0);
  if (reloads >= 2) return;
  sessionStorage.setItem('hearth-reloads', String(reloads + 1));
  if (items.length) {
    const name = crypto.randomUUID();
    await ask(worker, { type: 'keep', token: name, items });
    sessionStorage.setItem('hearth-waiting', name);
  }
  location.reload();
  await new Promise(() => {});
}

/** A response whose arrival is counted. */
async function counted(path, total) {
  const response = await fetch(path);
  if (!response.ok || !response.body) throw new Error(`${path}: the host answered ${response.status}.`);
  let done = 0;
  const count = new TransformStream({
    transform(chunk, sink) { done += chunk.byteLength; showProgress(done, total, 'Loading'); sink.enqueue(chunk); },
  });
  return new Response(response.body.pipeThrough(count), { headers: { 'content-type': 'application/wasm' } });
}

async function load() {
  const { page, files } = await (await fetch('files.json')).json();
  const size = files.find(file => file.path === page.wasm).bytes;
  const here = path => new URL(path, document.baseURI).href;
  const [{ default: init }, program] = await Promise.all([
    import(here(page.js)),
    // From the service worker's cache the browser may use its compiled copy, which a counted stream would hide.
    navigator.serviceWorker?.controller ? here(page.wasm) : counted(here(page.wasm), size),
  ]);
  showProgress(size, size, 'Starting');
  await init({ module_or_path: program });
}

/** Every face, weight and size in pixels that a style sheet names more than once. */
function* faces() {
  const mono = getComputedStyle(document.documentElement).getPropertyValue('--font-mono') || 'monospace';
  for (const size of [14, 13, 12, 11, 10, 16]) for (const weight of [400, 500, 600, 550]) yield [weight, size, '"Inter Variable"'];
  for (const size of [22, 30, 18, 15, 17, 19, 20, 27]) yield [400, size, '"Source Serif 4 Variable"'];
  for (const size of [12, 13]) yield [400, size, mono];
}

/**
 * The first text in a face and size waits until the browser has asked the system how to draw it, which takes long where its
 * processes are busy, as during an import. Asked for here, while nothing is going on, a table is not held up by it.
 */
function askForFaces() {
  const context = document.createElement('canvas').getContext('2d');
  const all = faces();
  const some = deadline => {
    while (deadline.timeRemaining() > 5) {
      const { value, done } = all.next();
      if (done) return;
      const [weight, size, family] = value;
      context.font = `${weight} ${size * devicePixelRatio}px ${family}`;
      context.measureText('a');
    }
    requestIdleCallback(some);
  };
  if (window.requestIdleCallback) requestIdleCallback(some);
}

listen();
showSamples().catch(error => fail(`The samples could not be listed (${error.message}). A file of your own can still be dropped.`));
try {
  await control();
} catch (error) {
  // Without the worker the page still runs; the badge says what is not enforced then.
  console.warn(`Hearth runs without its service worker: ${error.message}`);
}
try {
  await load();
} catch (error) {
  fail(`Hearth could not start (${error.message}). What you dropped still lies where it was; reload the page, or use a current browser.`);
  throw error;
}
askForFaces();
