#!/usr/bin/env node
// Drives Chromium through the built folder.
//   node tests/web/run.mjs [part of a test's name]
//   node tests/web/run.mjs --bench    what is measured and not asserted, on a machine that does nothing else

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dist, runAll } from './harness.mjs';

if (!existsSync(join(dist, 'files.json'))) {
  console.error(`There is no built page in ${dist}. Run \`make dist\` first.`);
  process.exit(1);
}
const kind = process.argv[2] === '--bench' ? '.bench.mjs' : undefined;
const here = dirname(fileURLToPath(import.meta.url));
for (const name of readdirSync(here).filter(name => name.endsWith(kind ?? '.test.mjs')).sort()) {
  await import(pathToFileURL(join(here, name)));
}
process.exit(await runAll(kind ? undefined : process.argv[2]) ? 0 : 1);
