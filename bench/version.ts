import { spawnSync } from 'node:child_process';

/** `npx -y node@24 bench/version.ts [NODE]`: Node 20 runs no TypeScript, but can be the one that is measured. */
const node = process.argv[2] ?? process.execPath;
const rounds = 30;
const contestants = {
  'node -e 0': ['-e', '0'],
  '--version': ['dist/main.js', '--version'],
  '--help': ['dist/main.js', '--help'],
  'run --help': ['dist/main.js', 'run', '--help'],
} as const;
type Contestant = keyof typeof contestants;

/** Interleaved, so that a busy moment hits all of them; the median of each. */
function measure(): Readonly<Record<Contestant, number>> {
  const names = Object.keys(contestants) as Contestant[];
  const tookMs = new Map<Contestant, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const startedAt = performance.now();
      const { status } = spawnSync(node, contestants[name]);
      if (status !== 0) throw new Error(`${name} failed; is dist/ built?`);
      tookMs.get(name)?.push(performance.now() - startedAt);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(tookMs.get(name) ?? [])])) as Record<Contestant, number>;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

const medians = measure();
for (const [name, ms] of Object.entries(medians)) {
  console.log(
    `${name.padEnd(12)} ${ms.toFixed(1).padStart(7)} ms   ${(ms / medians['node -e 0']).toFixed(2)} × node -e 0`,
  );
}
