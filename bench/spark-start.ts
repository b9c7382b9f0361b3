import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * `npx -y node@24 bench/spark-start.ts [PAIRS]`: SparkPi in cluster mode, from the start of the call to its end. Needs a
 * cluster that init prepared and nothing else running in it.
 *
 * plain: `kubectl apply` of a Job, and waiting until it is complete: /opt/spark/bin/spark-submit (a launcher JVM and the client,
 *   which waits for the application's end), its driver started through spark-submit (again two JVMs), its executor by java; no
 *   class archive; Spark's defaults beside the sizes, labels, pod templates and the event log, which are those of our run.
 * run: `spark-dev run sparkpi --target cluster`, the whole process: Skaffold's build and deployment, the client, driver and
 *   executor in the image with the archive, the log, and the removal of what was made. The allocation delay of 200 ms, the
 *   client's first compiler alone and its not waiting are part of what we do, and not of the plain side.
 * image (with --image): the plain side's Job with the image exchanged, and nothing else.
 *
 * A pair counts when both print the same Pi line.
 */
const pairs = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 5);
const main = join(dirname(import.meta.dirname), 'dist', 'main.js');
const work = mkdtempSync(join(tmpdir(), 'spark-start-'));

interface Plan {
  readonly runId: string;
  readonly files: {
    readonly generated: Readonly<Record<string, string>>;
    readonly copied: readonly { readonly from: string; readonly to: string }[];
  };
}

const call = (program: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): string =>
  execFileSync(program, words, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e9 });

const planRun = (): Plan => {
  const answer = call(process.execPath, [main, 'run', 'sparkpi', '--target', 'cluster', '--dry-run', '--json']);
  return (JSON.parse(answer) as { data: Plan }).data;
};

const data = process.env['SPARK_DEV_HOME'] ?? join(homedir(), '.local/share/spark-dev');
const tool = (name: string, program: string): string =>
  join(data, 'tools', name, readdirSync(join(data, 'tools', name))[0] ?? '', program);
const context = ['--kubeconfig', join(data, 'kubeconfig'), '--context', 'spark-dev', '--namespace', 'spark'];
const kubectl = (...words: readonly string[]): string => call(tool('kubernetes', 'kubectl'), [...context, ...words]);
const nodeDocker = (): NodeJS.ProcessEnv => {
  const minikube = { ...process.env, MINIKUBE_HOME: join(data, 'minikube'), KUBECONFIG: join(data, 'kubeconfig') };
  const printed = call(tool('minikube', 'minikube'), ['docker-env', '-p', 'spark-dev', '--shell', 'bash'], minikube);
  const pairsOf = [...printed.matchAll(/^export (\w+)="(.*)"$/gm)].map(([, key, value]) => [key, value]);
  return { ...process.env, DOCKER_BUILDKIT: '0', ...(Object.fromEntries(pairsOf) as Record<string, string>) };
};

/** Both with the application in them; the plain one from the stage before the training, found by the layer of the archive. */
function buildImages(spark: string, distribution: string, plan: Plan): Readonly<Record<'plain' | 'image', string>> {
  const env = nodeDocker();
  const context = join(work, 'context');
  cpSync(join(import.meta.dirname, 'plain'), context, { recursive: true });
  cpSync(join(distribution, 'deps/bin'), join(context, 'bin'), { recursive: true });
  mkdirSync(join(context, 'app'));
  for (const { from, to } of plan.files.copied) cpSync(from, join(context, to.replace(/^image\//, '')));
  writeFileSync(join(context, 'Fast'), `FROM ${spark}\nCOPY app /opt/spark/app\n`);
  writeFileSync(join(context, 'Plain'), `FROM ${spark}\nUSER 0\nRUN rm -f /opt/spark/spark.jsa\nUSER 185\n`);
  const build = (file: string, tag: string, ...more: readonly string[]): void =>
    void call('docker', ['build', '--file', join(context, file), '--tag', tag, ...more, context], env);
  build('Plain', 'spark-dev-bench:without');
  build('Dockerfile', 'spark-dev-bench:plain', '--build-arg', 'BASE=spark-dev-bench:without');
  build('Fast', 'spark-dev-bench:image');
  return { plain: 'spark-dev-bench:plain', image: 'spark-dev-bench:image' };
}

interface Took {
  readonly ms: number;
  readonly pi: string;
}

const piOf = (text: string): string => /^Pi is roughly .*$/m.exec(text)?.[0] ?? 'no Pi line';

/** What our run would deploy, less what we do to be fast. */
function runJob(image: string): Took {
  const plan = planRun();
  const folder = join(work, plan.runId);
  for (const [path, text] of Object.entries(plan.files.generated)) {
    if (!path.startsWith('overlay/')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const plain = text
      .replace(
        /^ +- --conf\n +- spark\.kubernetes\.(allocation\.batch\.delay|submission\.waitAppCompletion)=.*\n/gm,
        '',
      )
      .replace(/^( +)- local:/m, `$1- --conf\n$1- spark.kubernetes.container.image=${image}\n$&`)
      .replace(/value: -XX:TieredStopAtLevel=1 .*$/m, "value: ''")
      .replaceAll('spark-dev-app', image);
    writeFileSync(join(folder, path), plain);
  }
  try {
    const startedAt = performance.now();
    kubectl('apply', '--kustomize', join(folder, 'overlay'));
    kubectl('wait', '--for=condition=complete', `job/${plan.runId}-submit`, '--timeout=180s');
    const ms = performance.now() - startedAt;
    return { ms, pi: piOf(kubectl('logs', `${plan.runId}-driver`)) };
  } finally {
    kubectl('delete', 'job,pod,configmap', '-l', `spark-dev/run=${plan.runId}`, '--wait=true');
  }
}

function runOurs(): Took {
  const startedAt = performance.now();
  const { stdout, status, stderr } = spawnSync(process.execPath, [main, 'run', 'sparkpi', '--target', 'cluster'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return { ms: performance.now() - startedAt, pi: piOf(stdout) };
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const spark = kubectl('get', 'configmap', 'spark-dev', '--output=jsonpath={.data.sparkImage}');
const version = kubectl('get', 'configmap', 'spark-dev', '--output=jsonpath={.data.sparkVersion}');
const cache = process.env['SPARK_DEV_HOME'] === undefined ? join(homedir(), '.cache/spark-dev') : join(data, 'cache');
runOurs();
const images = buildImages(spark, join(cache, 'spark', version), planRun());
const sides: Readonly<Record<string, () => Took>> = {
  plain: () => runJob(images.plain),
  run: runOurs,
  ...(process.argv.includes('--image') ? { image: () => runJob(images.image) } : {}),
};
const took = new Map(Object.keys(sides).map((name) => [name, [] as number[]]));
try {
  // the first round only warms the disk's cache
  for (let round = 0; round <= pairs; round++) {
    const order = round % 2 === 0 ? Object.keys(sides) : Object.keys(sides).reverse();
    const seen = order.map((name) => [name, (sides[name] as () => Took)()] as const);
    if (new Set(seen.map(([, { pi }]) => pi)).size !== 1) throw new Error(JSON.stringify(seen));
    console.log(`${String(round)}  ${seen.map(([name, { ms }]) => `${name} ${seconds(ms)} s`).join('   ')}`);
    if (round > 0) for (const [name, { ms }] of seen) took.get(name)?.push(ms);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
const plain = took.get('plain') ?? [];
for (const [name, values] of took) {
  const ratio = median(values.map((ms, index) => ms / (plain[index] ?? NaN)));
  const spread = (Math.max(...values) - Math.min(...values)) / median(values);
  console.log(
    `${name.padEnd(6)} median ${seconds(median(values))} s   spread ${(100 * spread).toFixed(0)} %   ${ratio.toFixed(2)} × plain`,
  );
}
