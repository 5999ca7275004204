// Writes tests/data/ticks.json: what d3-array 3.2.4 answers for ticks, tickStep and nice. The charts promise the same.
// Run where the package is installed: node tests/reference/ticks.mjs > tests/data/ticks.json
import { ticks, tickStep, nice } from "d3-array";

const spans = [
  [0, 1], [0, 10], [1, 9], [-1, 1], [0.201479, 0.996679], [-0.3, 0.7], [0, 0.00042], [1234, 5678], [-5678, -1234],
  [0.999, 1.001], [1e-9, 3e-9], [0, 1e12], [-1e6, 3.3e6], [2.5, 2.500001], [99.5, 100.5], [0, 3], [17, 512], [0.05, 0.95],
  [-0.05, 0.05], [1 / 3, 2 / 3], [-17.3, 212.9], [5, 5], [0, 7043],
];
const counts = [1, 2, 3, 4, 5, 6, 8, 10, 20];
const cases = [];
for (const [start, stop] of spans)
  for (const count of counts)
    cases.push({ start, stop, count, ticks: ticks(start, stop, count), step: tickStep(start, stop, count), nice: nice(start, stop, count) });
console.log("[\n" + cases.map((c) => JSON.stringify(c, (_, v) => (Object.is(v, -0) ? 0 : v))).join(",\n") + "\n]");
