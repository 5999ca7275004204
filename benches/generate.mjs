// A table of 30 columns with quotes, commas inside quotes and missing values, the same bytes each time:
//   node benches/generate.mjs 1000000 /tmp/million.csv

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Numbers in [0, 1) that are the same each time (Marsaglia's xorshift of 32 bits). */
function random(seed) {
  let state = seed;
  return () => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const CITIES = ['Zürich', 'Lyon', '"s-Hertogenbosch"', 'Washington, DC', 'Oslo', 'São Paulo', 'Łódź', 'New York, NY', 'Bath', 'Kyoto'];
const WORDS = ['late', 'on time', 'said "no"', 'call back, please', 'done', 'see note', 'lost', 'paid'];
const quoted = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const COLUMNS = [
  ...Array.from({ length: 8 }, (_, i) => [`count_${i}`, r => String(Math.floor(r() * 10 ** (i % 6 + 1)))]),
  ...Array.from({ length: 10 }, (_, i) => [`amount_${i}`, r => (r() * 1000 - 200).toFixed(i % 4 + 1)]),
  ...Array.from({ length: 5 }, (_, i) => [`city_${i}`, r => quoted(CITIES[Math.floor(r() * CITIES.length)])]),
  ...Array.from({ length: 2 }, (_, i) => [`flag_${i}`, r => (r() < 0.3 ? 'true' : 'false')]),
  ...Array.from({ length: 3 }, (_, i) => [`day_${i}`, r => new Date(Date.UTC(2015, 0, 1) + Math.floor(r() * 3000) * 86_400_000).toISOString().slice(0, 10)]),
  ...Array.from({ length: 2 }, (_, i) => [`note_${i}`, r => quoted(`${WORDS[Math.floor(r() * 8)]} ${Math.floor(r() * 100_000)}, ${WORDS[Math.floor(r() * 8)]}`)]),
];

/** Writes `n_rows` rows to `path`; one value in twenty is missing, but for the first column. */
export async function generate(n_rows, path) {
  const out = createWriteStream(path);
  const r = random(20_260_101);
  out.write(`${COLUMNS.map(([name]) => name).join(',')}\n`);
  for (let first = 0; first < n_rows; first += 1000) {
    let lines = '';
    for (let row = first; row < Math.min(first + 1000, n_rows); row++) {
      lines += COLUMNS.map(([, make], i) => (i > 0 && r() < 0.05 ? '' : make(r))).join(',') + '\n';
    }
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate(Number(process.argv[2]), process.argv[3]);
