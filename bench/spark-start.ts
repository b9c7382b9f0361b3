#!/usr/bin/env -S npx -y node@24
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { $, argv, os, path, tmpdir } from 'zx';

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
const pairs = Number(argv._[0] ?? 5);
const main = path.join(import.meta.dirname, '../dist/main.js');
const work = tmpdir();
$.stdio = ['ignore', 'pipe', 'pipe'];

interface Plan {
  readonly runId: string;
  readonly files: {
    readonly generated: Readonly<Record<string, string>>;
    readonly copied: readonly { readonly from: string; readonly to: string }[];
  };
}

const planRun = async (): Promise<Plan> =>
  (await $`${process.execPath} ${main} run sparkpi --target cluster --dry-run --json`.json<{ data: Plan }>()).data;

const home = process.env['SPARK_DEV_HOME'];
const data = home === undefined ? path.join(os.homedir(), '.local/share/spark-dev') : path.join(home, 'data');
const tool = (name: string, program: string): string =>
  path.join(data, 'tools', name, readdirSync(path.join(data, 'tools', name))[0] ?? '', program);
const kubeconfig = path.join(data, 'kubeconfig');
const kubectl = (...words: readonly string[]): Promise<string> =>
  $`${tool('kubernetes', 'kubectl')} --kubeconfig ${kubeconfig} --context spark-dev --namespace spark ${words}`.text();
const nodeDocker = async (): Promise<NodeJS.ProcessEnv> => {
  const minikube = { ...process.env, MINIKUBE_HOME: path.join(data, 'minikube'), KUBECONFIG: kubeconfig };
  const print = $({ env: minikube })`${tool('minikube', 'minikube')} docker-env -p spark-dev --shell bash`;
  const pairsOf = [...(await print.text()).matchAll(/^export (\w+)="(.*)"$/gm)].map(([, key, value]) => [key, value]);
  return { ...process.env, DOCKER_BUILDKIT: '0', ...(Object.fromEntries(pairsOf) as Record<string, string>) };
};

/** Both with the application in them; the plain one from the stage before the training, found by the layer of the archive. */
async function buildImages(spark: string, distribution: string, plan: Plan) {
  const docker = $({ env: await nodeDocker() });
  const context = path.join(work, 'context');
  cpSync(path.join(import.meta.dirname, 'plain'), context, { recursive: true });
  cpSync(path.join(distribution, 'deps/bin'), path.join(context, 'bin'), { recursive: true });
  for (const { from, to } of plan.files.copied) cpSync(from, path.join(context, to.replace(/^image\//, '')));
  writeFileSync(path.join(context, 'Fast'), `FROM ${spark}\nCOPY app /opt/spark/app\n`);
  writeFileSync(path.join(context, 'Plain'), `FROM ${spark}\nUSER 0\nRUN rm -f /opt/spark/spark.jsa\nUSER 185\n`);
  const build = async (file: string, name: string, ...more: readonly string[]): Promise<string> => {
    const tag = `spark-dev-bench:${name}`;
    await docker`docker build --file ${path.join(context, file)} --tag ${tag} ${more} ${context}`;
    return tag;
  };
  const without = await build('Plain', 'without');
  const plain = await build('Dockerfile', 'plain', '--build-arg', `BASE=${without}`);
  return { plain, image: await build('Fast', 'image') };
}

interface Took {
  readonly ms: number;
  readonly pi: string;
}

const piOf = (text: string): string => /^Pi is roughly .*$/m.exec(text)?.[0] ?? 'no Pi line';

/** What our run would deploy, less what we do to be fast. */
async function runJob(image: string): Promise<Took> {
  const plan = await planRun();
  const folder = path.join(work, plan.runId);
  for (const [file, text] of Object.entries(plan.files.generated)) {
    if (!file.startsWith('overlay/')) continue;
    const plain = text
      .replace(
        /^ +- --conf\n +- spark\.kubernetes\.(allocation\.batch\.delay|submission\.waitAppCompletion)=.*\n/gm,
        '',
      )
      .replace(/^( +)- local:/m, `$1- --conf\n$1- spark.kubernetes.container.image=${image}\n$&`)
      .replace(/value: -XX:TieredStopAtLevel=1 .*$/m, "value: ''")
      .replaceAll('spark-dev-app', image);
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), plain);
  }
  try {
    const startedAt = performance.now();
    await kubectl('apply', '--kustomize', path.join(folder, 'overlay'));
    await kubectl('wait', '--for=condition=complete', `job/${plan.runId}-submit`, '--timeout=180s');
    const ms = performance.now() - startedAt;
    return { ms, pi: piOf(await kubectl('logs', `${plan.runId}-driver`)) };
  } finally {
    await kubectl('delete', 'job,pod,configmap', '-l', `spark-dev/run=${plan.runId}`, '--wait=true');
  }
}

async function runOurs(): Promise<Took> {
  const startedAt = performance.now();
  const printed = await $`${process.execPath} ${main} run sparkpi --target cluster`.text();
  return { ms: performance.now() - startedAt, pi: piOf(printed) };
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const spark = await kubectl('get', 'configmap', 'spark-dev', '--output=jsonpath={.data.sparkImage}');
const version = await kubectl('get', 'configmap', 'spark-dev', '--output=jsonpath={.data.sparkVersion}');
const cache = home === undefined ? path.join(os.homedir(), '.cache/spark-dev') : path.join(home, 'cache');
await runOurs();
const images = await buildImages(spark, path.join(cache, 'spark', version), await planRun());
const sides: Readonly<Record<string, () => Promise<Took>>> = {
  plain: () => runJob(images.plain),
  run: runOurs,
  ...(argv['image'] === true ? { image: () => runJob(images.image) } : {}),
};
const took = new Map(Object.keys(sides).map((name) => [name, [] as number[]]));
try {
  // the first round only warms the disk's cache
  for (let round = 0; round <= pairs; round++) {
    const order = round % 2 === 0 ? Object.entries(sides) : Object.entries(sides).reverse();
    const seen: (Took & { name: string })[] = [];
    for (const [name, side] of order) seen.push({ name, ...(await side()) });
    if (new Set(seen.map(({ pi }) => pi)).size !== 1) throw new Error(JSON.stringify(seen));
    console.log(`${String(round)}  ${seen.map(({ name, ms }) => `${name} ${seconds(ms)} s`).join('   ')}`);
    if (round > 0) for (const { name, ms } of seen) took.get(name)?.push(ms);
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
