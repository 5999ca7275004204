#!/usr/bin/env node
// A small static server for the built folder.
//   node scripts/serve.mjs [--port 8080] [--base /some/path/] [--plain] [FOLDER]
// --base serves under a sub-path; --plain leaves out the headers, as a host does that knows nothing of Hearth.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headers, mediaType } from './policy.mjs';

/**
 * Starts a server and answers when it listens.
 * `intercept(path, response)` may answer itself by returning true (tests: count, slow down, replace).
 */
export async function serve({ folder = 'dist', port = 0, base = '/', plain = false, host = '127.0.0.1', intercept } = {}) {
  const root = resolve(folder);
  const server = createServer(async (request, response) => {
    const refuse = status => response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
      const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
      if (path + '/' === base) return response.writeHead(301, { location: base }).end();
      if (!path.startsWith(base)) return refuse(404);
      const name = normalize('/' + path.slice(base.length)).slice(1) || 'index.html';
      if (intercept && await intercept(name, response)) return;
      const file = join(root, name);
      const about = await stat(file);
      if (!about.isFile()) return refuse(404);
      response.writeHead(200, {
        'content-type': mediaType(name), 'content-length': about.size, 'cache-control': 'no-cache', ...(plain ? {} : headers),
      });
      if (request.method === 'HEAD') return response.end();
      createReadStream(file).on('error', () => response.destroy()).pipe(response);
    } catch (error) {
      if (!response.headersSent) refuse(error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 404 : 400);
    }
  });
  await new Promise((done, fail) => server.once('error', fail).listen(port, host, done));
  return { server, url: `http://${host === '127.0.0.1' ? 'localhost' : host}:${server.address().port}${base}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = { port: Number(process.env.PORT ?? 8080) };
  const words = process.argv.slice(2);
  while (words.length) {
    const word = words.shift();
    if (word === '--port') options.port = Number(words.shift());
    else if (word === '--base') options.base = words.shift().replace(/^\/?/, '/').replace(/\/?$/, '/');
    else if (word === '--host') options.host = words.shift();
    else if (word === '--plain') options.plain = true;
    else options.folder = word;
  }
  const { url } = await serve(options);
  console.log(`Hearth is at ${url}`);
}
