import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * `npx -y node@24 bench/start-up.ts [PAIRS] [--node PATH]`: how long short calls take, beside the least that they could. Node 20
 * runs no TypeScript, but can be the one that is measured. The lines that ask a cluster need one that init prepared.
 *
 * Each line is one pair of calls, interleaved A B B A so that a busy moment hits both, the first pair dropped; the ratio is the
 * median of those of the pairs. Where the middle half of a side is wider than 15 % of its median, the line says that it is void.
 */
const words = process.argv.slice(2);
const pairs = Number(words.find((word) => /^\d+$/.test(word)) ?? 20);
const node = words.includes('--node') ? (words[words.indexOf('--node') + 1] ?? '') : process.execPath;
const main = join(import.meta.dirname, '..', 'dist', 'main.js');
const data = process.env['SPARK_DEV_HOME'] ?? join(homedir(), '.local/share/spark-dev');
const kubeconfig = join(data, process.env['SPARK_DEV_HOME'] === undefined ? '' : 'data', 'kubeconfig');

type Side = () => number | Promise<number>;

function call(...argv: readonly [string, ...string[]]): Side {
  const [program, ...args] = argv;
  return () => {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e9 });
    if (status !== 0) throw new Error(`${argv.join(' ')} failed; is dist/ built?\n${stderr}`);
    return performance.now() - startedAt;
  };
}

const ours = (...args: readonly string[]): Side => call(node, main, ...args);
const kubectl = call('kubectl', '--kubeconfig', kubeconfig, '--context=spark-dev', 'get', 'pods', '-o', 'json');

/** Until Skaffold is called; then the run is stopped, and cleans up. */
function untilSubmitted(): Promise<number> {
  const startedAt = performance.now();
  const argv = [main, 'run', 'sparkpi', '--target', 'cluster'];
  const child = spawn(node, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let tookMs: number | undefined;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (tookMs !== undefined || !said.includes('Build and deploy')) return;
    tookMs = performance.now() - startedAt;
    child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      if (tookMs === undefined) reject(new Error(said));
      else resolve(tookMs);
    });
  });
}

const lines: readonly (readonly [string, Side, string, Side])[] = [
  ['--version', ours('--version'), 'node -e 0', call(node, '-e', '0')],
  ['--help', ours('--help'), '--version', ours('--version')],
  ['run --help', ours('run', '--help'), '--help', ours('--help')],
  ...(existsSync(kubeconfig)
    ? ([
        ['status', ours('status'), 'kubectl get pods -o json', kubectl],
        ['run sparkpi, until Skaffold', untilSubmitted, 'kubectl get pods -o json', kubectl],
      ] as const)
    : []),
];

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * part)] ?? NaN;
}

const spread = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / quantile(values, 0.5);

for (const [name, side, otherName, other] of lines) {
  const took: [number, number][] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const isSwapped = pair % 2 === 1;
    const first = await (isSwapped ? other : side)();
    const second = await (isSwapped ? side : other)();
    took.push(isSwapped ? [second, first] : [first, second]);
  }
  const counted = took.slice(1);
  const [mine, theirs] = [counted.map(([ms]) => ms), counted.map(([, ms]) => ms)];
  const ratio = quantile(
    counted.map(([ms, otherMs]) => ms / otherMs),
    0.5,
  );
  const isVoid = Math.max(spread(mine), spread(theirs)) > 0.15 ? '   VOID: spread over 15 %' : '';
  console.log(
    `${`${name} / ${otherName}`.padEnd(54)} ${ratio.toFixed(2).padStart(6)}   ` +
      `${quantile(mine, 0.5).toFixed(0)} / ${quantile(theirs, 0.5).toFixed(0)} ms${isVoid}`,
  );
}
