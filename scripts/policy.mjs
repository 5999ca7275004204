// What the page may reach: nothing but its own folder. One place for the page, the server and the service worker.

const directives = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "manifest-src 'self'",
  "font-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "object-src 'none'",
];

/** For the meta element, in which frame-ancestors would be void. */
export const metaPolicy = directives.join('; ');

/** Headers of every response. Connection-Allowlist closes what a content policy leaves open (STUN, preconnect, popups). */
export const headers = {
  'content-security-policy': [...directives, "frame-ancestors 'none'"].join('; '),
  'connection-allowlist': '(response-origin)',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const types = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8', wasm: 'application/wasm', json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8', svg: 'image/svg+xml', png: 'image/png', woff2: 'font/woff2',
  csv: 'text/csv; charset=utf-8', txt: 'text/plain; charset=utf-8',
};

/** The media type of a file by its name. */
export const mediaType = name => types[name.split('.').pop()] ?? 'application/octet-stream';
