#!/usr/bin/env -S npx -y node@24
import { $, argv } from 'zx';

/** `npx -y node@24 bench/version.ts [NODE]`: Node 20 runs no TypeScript, but can be the one that is measured. */
const node = argv._[0] ?? process.execPath;
const rounds = 30;
const contestants = {
  'node -e 0': ['-e', '0'],
  '--version': ['dist/main.js', '--version'],
  '--help': ['dist/main.js', '--help'],
  'run --help': ['dist/main.js', 'run', '--help'],
};
/** A shell that makes way for Node at once, and so hardly counts. */
const start = $({ sync: true, shell: '/bin/sh', prefix: 'exec ' });
const run = (words: readonly string[]) => start`${node} ${words}`;

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

const tookMs = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
// interleaved, so that a busy moment hits all of them
for (let round = 0; round < rounds; round++) {
  for (const [name, words] of Object.entries(contestants)) {
    const startedAt = performance.now();
    run(words);
    tookMs.get(name)?.push(performance.now() - startedAt);
  }
}
const base = median(tookMs.get('node -e 0') ?? []);
for (const [name, values] of tookMs) {
  const ms = median(values);
  console.log(`${name.padEnd(12)} ${ms.toFixed(1).padStart(7)} ms   ${(ms / base).toFixed(2)} × node -e 0`);
}
