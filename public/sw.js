// Holds the whole program, so that it works offline, and adds the headers that keep it from reaching anything else.
//
// A version is the SHA-256 of files.json, which names every file with its length and hash. A version is held as a whole or
// not at all: each file must have the hash that its list says. A page is loaded from the accepted version and is served that
// one for as long as it lives, also when the person accepts a newer one in another tab; a version goes when no page uses it. Requests for anything that is not in the list are refused, so a page under
// this worker's control cannot even talk to its own host.
'use strict';

const VERSION = "{{VERSION}}";
const HEADERS = "{{HEADERS}}";

const SCOPE = new URL('./', self.location.href);
const PREFIX = `hearth ${SCOPE.pathname} `;
const META = PREFIX + 'accepted';
const MARK = new URL('accepted-version', SCOPE).href;

let erased = false;
let erasing = null;
// What is being written into a cache: to erase waits for it, since a cache that is removed while it is written can come back.
const writing = new Set();
const written = work => {
  writing.add(work);
  work.finally(() => writing.delete(work)).catch(() => {});
  return work;
};
let downloads = new AbortController();

const url = path => new URL(path, SCOPE).href;
// To open a cache makes it: nothing is opened once everything was erased.
const open = async name => {
  if (erased) throw new Error('Everything was erased.');
  return caches.open(name);
};
const cacheOf = version => open(PREFIX + version);
const hex = buffer => Array.from(new Uint8Array(buffer), b => b.toString(16).padStart(2, '0')).join('');
const sha256 = async buffer => hex(await crypto.subtle.digest('SHA-256', buffer));

async function acceptedVersion() {
  if (erased) return null;
  const mark = await (await open(META)).match(MARK);
  const version = mark && await mark.text();
  return version && await caches.has(PREFIX + version) ? version : null;
}

async function accept(version) {
  const before = await acceptedVersion();
  if (before) for (const client of await allClients()) await versionOf(client.id, before);
  await (await open(META)).put(MARK, new Response(version));
  await sweep();
}

// Which version a page or a worker was loaded with: in memory, and in the cache for when this worker is started again. A
// client is not listed before it stands, so one that is younger than a minute counts as alive.
const loadedWith = new Map();
const markOf = client => new URL(`client/${client}`, SCOPE).href;
const MINUTE = 60_000;

const allClients = () => self.clients.matchAll({ includeUncontrolled: true, type: 'all' });

async function note(client, version) {
  loadedWith.set(client, { version, since: Date.now() });
  // With a full storage it is known for as long as this worker lives.
  await (await open(META)).put(markOf(client), new Response(version)).catch(() => {});
}

/** The version that this client was loaded with; one that is not known yet is taken to have been loaded with `otherwise`. */
async function versionOf(client, otherwise) {
  if (!client) return otherwise;
  const known = loadedWith.get(client)?.version ?? await (await (await open(META)).match(markOf(client)))?.text();
  if (known && await caches.has(PREFIX + known)) {
    if (!loadedWith.has(client)) loadedWith.set(client, { version: known, since: 0 });
    return known;
  }
  await note(client, otherwise);
  return otherwise;
}

/** Removes versions that nothing uses. Not while another worker is taking one in. */
async function sweep() {
  if (erased || self.registration.installing || self.registration.waiting) return;
  const alive = new Set((await allClients()).map(client => client.id));
  const used = new Set([VERSION, await acceptedVersion()]);
  const meta = await open(META);
  for (const request of await meta.keys()) {
    if (request.url === MARK) continue;
    const client = request.url.slice(markOf('').length);
    if (alive.has(client) || Date.now() - (loadedWith.get(client)?.since ?? 0) < MINUTE) {
      used.add(await (await meta.match(request))?.text());
    } else {
      loadedWith.delete(client);
      await meta.delete(request);
    }
  }
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== META && !used.has(name.slice(PREFIX.length))) await caches.delete(name);
  }
}

/** A response as it is kept: with the headers, and its hash for the next version to compare. */
function kept(buffer, contentType, hash) {
  return new Response(buffer, {
    headers: { ...HEADERS, 'content-type': contentType ?? 'application/octet-stream', 'content-length': String(buffer.byteLength), 'x-sha256': hash },
  });
}

/** One file from the network, refused unless its hash is the expected one. */
async function download(path, hash, signal) {
  const response = await fetch(url(path), { cache: 'no-cache', redirect: 'follow', signal });
  if (!response.ok) throw new Error(`${path}: the host answered ${response.status}.`);
  const buffer = await response.arrayBuffer();
  if (await sha256(buffer) !== hash) throw new Error(`${path} is not of this version.`);
  return kept(buffer, response.headers.get('content-type'), hash);
}

async function hold(cache, older, file) {
  const here = await cache.match(url(file.path));
  if (here?.headers.get('x-sha256') === file.sha256) return;
  const same = older && await older.match(url(file.path));
  const response = same?.headers.get('x-sha256') === file.sha256
    ? kept(await same.arrayBuffer(), same.headers.get('content-type'), file.sha256)
    : await download(file.path, file.sha256, downloads.signal);
  await cache.put(url(file.path), response);
}

async function tell(message) {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: 'window' })) client.postMessage(message);
}

/** Takes `files` into the cache, six at a time, telling the pages how far it is. */
function holdAll(cache, older, files) {
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const queue = [...files];
  let done = 0;
  return written(Promise.all(Array.from({ length: 6 }, async () => {
    for (let file; !erased && (file = queue.shift());) {
      await hold(cache, older, file);
      done += file.bytes;
      await tell({ type: 'progress', done, total });
    }
  })));
}

async function install() {
  const accepted = await acceptedVersion();
  if (accepted === VERSION) return;
  try {
    const list = await download('files.json', VERSION);
    const { files } = await list.clone().json();
    const cache = await cacheOf(VERSION);
    // On a first visit the large trainer comes after the page; with a version at hand there is no hurry: all of it.
    await holdAll(cache, accepted && await cacheOf(accepted), files.filter(file => accepted || !file.late));
    await cache.put(url('files.json'), list);
    if (!accepted) await accept(VERSION);
  } catch (error) {
    await caches.delete(PREFIX + VERSION);
    throw error;
  }
}

async function listOf(cache) {
  const list = await cache.match(url('files.json'));
  return list ? (await list.json()).files : [];
}

/** Fetches what the accepted version still lacks. */
async function complete() {
  const version = await acceptedVersion();
  if (!version) return install();
  const cache = await cacheOf(version);
  const held = new Set((await cache.keys()).map(request => request.url));
  await holdAll(cache, null, (await listOf(cache)).filter(file => !held.has(url(file.path))));
}

async function state() {
  const accepted = await acceptedVersion();
  const cache = accepted && await cacheOf(accepted);
  const held = cache ? new Set((await cache.keys()).map(request => request.url)) : new Set();
  return {
    newest: VERSION, accepted,
    waiting: accepted !== null && accepted !== VERSION && await caches.has(PREFIX + VERSION),
    bytes: cache ? (await listOf(cache)).filter(file => held.has(url(file.path))).reduce((sum, file) => sum + file.bytes, 0) : 0,
    complete: cache ? (await listOf(cache)).every(file => held.has(url(file.path))) : false,
  };
}

async function answer(event) {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || !address.href.startsWith(SCOPE.href)) return Response.error();
  address.search = address.hash = '';
  try {
    const response = await held(event, address);
    if (response.type !== 'error' || !erased) return response;
  } catch (error) {
    // What was held went while this was answered.
    if (!erased) throw error;
  }
  return fromHost(request);
}

async function fromHost(request) {
  const response = await fetch(request);
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}

async function held(event, address) {
  const { request } = event;
  const accepted = await acceptedVersion();
  if (!accepted) {
    // The browser dropped the cache: serve from the host once more, and fill it again. Unless the person erased it.
    if (!erased) event.waitUntil(install().catch(() => {}));
    return fromHost(request);
  }
  const loads = request.mode === 'navigate';
  const version = loads ? accepted : await versionOf(event.clientId, accepted);
  // A page, or a worker of one, which is of its version.
  if (event.resultingClientId) await note(event.resultingClientId, version);
  if (loads) event.waitUntil(sweep());
  const cache = await cacheOf(version);
  const here = await cache.match(address.href);
  if (here) return here;
  if (loads) return await cache.match(url('index.html')) ?? Response.error();
  const late = (await listOf(cache)).find(file => url(file.path) === address.href);
  if (!late) return Response.error();
  const response = await download(late.path, late.sha256);
  // A full storage must not keep the program from running: the file is passed on, and held when there is room.
  event.waitUntil(written(cache.put(address.href, response.clone())).catch(() => {}));
  return response;
}

// Files that were dropped before the page was controlled wait here, as handles in memory, while it reloads.
const waiting = new Map();

/**
 * Removes the program from this browser; it comes back when the page is opened the next time. The page removes what comes
 * back meanwhile: a worker that lived on for that would stand in the way of the next page, which has to be served without it.
 */
function erase(_, id) {
  erased = true;
  downloads.abort();
  erasing = (async () => {
    await Promise.allSettled([...writing]);
    await removeCaches();
    const page = await self.clients.get(id);
    page?.postMessage({ type: 'gone', prefix: PREFIX });
    await self.registration.unregister();
  })();
  return erasing;
}

/**
 * A page begins. Where this worker has just erased everything, the browser may give it to the next page before it ends: that
 * page is a new visit, and the program comes back. Answers whether it did; this worker may be registered no more then.
 */
async function begin() {
  if (!erased) return false;
  await erasing?.catch(() => {});
  erased = false;
  downloads = new AbortController();
  await install();
  return true;
}

async function removeCaches() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

/** The other tabs that have Hearth open. */
async function otherTabs(id) {
  const all = await self.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  return all.filter(client => client.id !== id && client.url.startsWith(SCOPE.href));
}

const messages = {
  begin,
  erase,
  tabs: async (_, id) => (await otherTabs(id)).length,
  letGo: async (_, id) => { for (const client of await otherTabs(id)) client.postMessage({ type: 'erased' }); },
  state,
  complete,
  accept: async () => { await accept(VERSION); await tell({ type: 'accepted' }); },
  keep: async ({ token, items }) => { waiting.set(token, items); },
  give: async ({ token }) => { const items = waiting.get(token) ?? []; waiting.delete(token); return items; },
};

self.addEventListener('install', event => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => event.respondWith(answer(event)));
self.addEventListener('message', event => {
  const port = event.ports[0];
  const answerTo = messages[event.data?.type];
  if (!answerTo) return;
  const work = answerTo(event.data, event.source?.id);
  event.waitUntil(work.then(
    value => port?.postMessage({ value }),
    error => port?.postMessage({ error: String(error?.message ?? error) }),
  ));
});
