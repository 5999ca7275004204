// Nothing leaves: every channel by which a page can reach another host is tried. The same attempts from a page without
// Hearth's policy get out, which shows that they would be seen. A browser without Connection-Allowlist leaves some open: the
// badge has to name each of those that is found open here.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { assert, equal, open, test } from './harness.mjs';

// Chromium would keep pages from reaching this computer's own addresses, which stand for the world here.
const args = ['--disable-features=LocalNetworkAccessChecks'];

/** Serves a page without any policy. */
function bare(name, response) {
  if (name !== 'bare') return false;
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>');
  return true;
}

/** A host that notes who reaches it, by TCP and by UDP. */
async function listener() {
  const reached = new Set();
  const server = createServer((request, response) => {
    reached.add(request.url.split('?')[0].slice(1));
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/html' });
    response.end('<!doctype html><title>outside</title>');
  });
  server.on('connection', () => reached.add('any connection'));
  server.on('upgrade', (request, socket) => { reached.add(request.url.slice(1)); socket.destroy(); });
  const datagrams = createSocket('udp4');
  datagrams.on('message', () => reached.add('stun'));
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  await new Promise(done => datagrams.bind(0, '127.0.0.1', done));
  return {
    reached, address: { http: `http://127.0.0.1:${server.address().port}/`, udp: datagrams.address().port },
    close: () => { server.close(); server.closeAllConnections(); datagrams.close(); },
  };
}

/** Runs in the page. Names are the paths that the listener notes. */
async function tryEverything({ http, udp }) {
  const quiet = async work => { try { await work(); } catch { /* Refused, as it should be. */ } };
  const add = (name, properties) => { const e = Object.assign(document.createElement(name), properties); document.body.append(e); return e; };
  await quiet(() => fetch(http + 'fetch', { mode: 'no-cors' }));
  await quiet(() => navigator.sendBeacon(http + 'beacon', 'x'));
  await quiet(() => new EventSource(http + 'eventsource'));
  await quiet(() => new WebSocket(http.replace('http', 'ws') + 'websocket'));
  await quiet(() => { const x = new XMLHttpRequest(); x.open('GET', http + 'xhr'); x.send(); });
  add('img', { src: http + 'img' });
  add('video', { src: http + 'video', preload: 'auto' });
  add('script', { src: http + 'script' });
  add('iframe', { src: http + 'iframe' });
  add('object', { data: http + 'object' });
  for (const rel of ['stylesheet', 'preconnect', 'prefetch', 'preload', 'icon']) add('link', { rel, href: http + rel, as: 'image' });
  await quiet(() => { document.body.setAttribute('style', `background: url("${http}css")`); });
  await quiet(() => new Worker(http + 'worker'));
  await quiet(() => import(http + 'import'));
  await quiet(() => { const f = add('form', { action: http + 'form', method: 'post', target: '_blank' }); f.submit(); });
  await quiet(() => window.open(http + 'popup'));
  await quiet(async () => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${udp}` }] });
    peer.createDataChannel('x');
    await peer.setLocalDescription();
  });
  // From a worker too, which has a policy of its own.
  await quiet(async () => {
    const text = `fetch('${http}from-worker', { mode: 'no-cors' }).catch(() => {})`;
    new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  });
  await new Promise(done => setTimeout(done, 2_500));
}

/** Of what was reached, what the content policy cannot close; a popup asks for an icon and opens the connection. */
const leftOpen = ['any connection', 'popup', 'favicon.ico', 'preconnect', 'stun', 'navigation'];

test('no outbound channel gets out', async here => {
  const outside = await listener();
  try {
    const page = await open(here);
    here.expected.push(/./);
    await page.locator('button.badge').click();
    const says = await page.locator('.claim', { hasText: 'The last ways out are closed' }).textContent();
    const closed = /closed: yes/.test(says);
    assert(closed || /no Connection-Allowlist: opening a window or following a link.*and a peer connection could/.test(says), `the badge names what is open: ${says}`);
    console.log(closed ? '        this browser closes everything' : '        this browser has no Connection-Allowlist, and the badge says so');
    const nothingElse = what => equal([...outside.reached].filter(name => closed || !leftOpen.includes(name)), [], what);
    await page.keyboard.press('Escape');
    await page.evaluate(tryEverything, outside.address);
    nothingElse('what reached another host');
    const own = await page.evaluate(async () => {
      try { return (await fetch('collect?secret=1')).status; } catch { return 'refused'; }
    });
    equal(own, 'refused', 'a request to its own host that is not for one of its files');
    await page.evaluate(http => { location.href = http + 'navigation'; }, outside.address.http);
    await page.waitForTimeout(1_500);
    nothingElse('what a navigation reached');
  } finally {
    outside.close();
  }
}, { args });

test('the same attempts do get out of a page without the policy', async here => {
  const outside = await listener();
  try {
    const page = await here.context.newPage();
    await page.goto(`${here.url}bare`);
    here.expected.push(/./);
    await page.evaluate(tryEverything, outside.address);
    for (const name of ['fetch', 'beacon', 'websocket', 'img', 'iframe', 'form', 'popup', 'stun', 'from-worker']) {
      assert(outside.reached.has(name), `${name} is not seen by the listener, so the test above proves nothing about it`);
    }
  } finally {
    outside.close();
  }
}, { args, server: { intercept: bare } });
