import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiProxy, type ApiProxy } from './api-proxy.js';
import type { ClusterObject } from './invariants.js';
import { createWorld, type World } from './world.js';

/** The real cluster of the default home, seen from a home whose state is its own. */
export interface Cluster extends World {
  /** The real kubectl, pinned, in the namespace of this suite. */
  kubectl(...words: readonly string[]): string;
  /** Of the newest run. */
  readLog(name: string): string;
  /** Whether the newest run's driver said that it came to its end. */
  readonly jobDone: () => boolean;
}

export interface Proxied extends Cluster {
  readonly proxy: ApiProxy;
}

export const namespace = 'faults';
const share = join(homedir(), '.local', 'share', 'spark-dev');
const programs = { kubectl: 'kubernetes', minikube: 'minikube', skaffold: 'skaffold' } as const;
const kinds = 'job,pod,configmap,service,networkpolicy,secret,persistentvolumeclaim,serviceaccount,role,rolebinding';

/** A driver without executors: it lasts as long as its argument says, and has its own word for a good end. */
const job = `import os, sys, time
print("SPARK_MASTER_PORT" in os.environ and "LINKED" or "NOT-LINKED", flush=True)
time.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 0)
print("JOB-DONE", flush=True)
`;
export const clusterRun = ['run', 'job.py', '--target', 'cluster', '--namespace', namespace];

export async function createCluster(): Promise<Cluster> {
  const { home } = layHome();
  return over(home, await createWorld({ home }));
}

export async function createProxied(): Promise<Proxied> {
  const { home } = layHome();
  const proxy = await startApiProxy(join(share, 'kubeconfig'), join(home, 'proxy'));
  cpSync(proxy.kubeconfig, join(home, 'data', 'kubeconfig'));
  const world = over(home, await createWorld({ home }));
  world.closers.push(() => {
    proxy.stop();
  });
  // Skaffold takes a cluster for minikube's by its address, and would build on this machine's own daemon
  const env = { KUBECONFIG: join(share, 'kubeconfig') };
  world.shims.install([{ program: 'skaffold', answer: { through: findManaged('skaffold'), env } }]);
  return {
    ...world,
    proxy,
    heal: () => {
      proxy.heal();
    },
  };
}

function layHome(): { readonly home: string } {
  if (!existsSync(join(share, 'kubeconfig'))) throw new Error('the real rows need the cluster: spark-dev init --yes');
  const home = mkdtempSync(join(tmpdir(), 'faults-home-'));
  mkdirSync(join(home, 'data'));
  for (const name of readdirSync(share))
    if (name !== 'kubeconfig') symlinkSync(join(share, name), join(home, 'data', name));
  cpSync(join(share, 'kubeconfig'), join(home, 'data', 'kubeconfig'));
  symlinkSync(join(homedir(), '.cache', 'spark-dev'), join(home, 'cache'));
  return { home };
}

function findManaged(program: keyof typeof programs): string {
  const folder = join(share, 'tools', programs[program]);
  const version = readdirSync(folder).find((name) => existsSync(join(folder, name, program)));
  if (version === undefined) throw new Error(`no ${program} below ${folder}`);
  return join(folder, version, program);
}

function over(home: string, world: World): Cluster {
  const real = Object.fromEntries(
    Object.keys(programs).map((name) => [name, findManaged(name as keyof typeof programs)]),
  );
  real['docker'] = execFileSync('which', ['docker'], { encoding: 'utf8' }).trim();
  world.shims.install(Object.entries(real).map(([program, through]) => ({ program, answer: { through } })));
  writeFileSync(join(world.project, 'job.py'), job);
  const pinned = [`--kubeconfig=${join(share, 'kubeconfig')}`, '--context=spark-dev', `--namespace=${namespace}`];
  const kubectl = (...words: readonly string[]): string =>
    execFileSync(real['kubectl'] ?? '', [...pinned, ...words], { encoding: 'utf8', maxBuffer: 1 << 26 });
  ensureNamespace(kubectl);
  const listObjects = (): readonly ClusterObject[] => {
    interface Item {
      readonly kind: string;
      readonly metadata: { name: string; labels?: Record<string, string>; ownerReferences?: unknown[] };
    }
    const { items } = JSON.parse(kubectl('get', kinds, '--output=json')) as { items: Item[] };
    return items.map(({ kind, metadata: { name, labels = {}, ownerReferences = [] } }) => ({
      name: `${kind}/${name}`,
      labels,
      hasOwner: ownerReferences.length > 0,
    }));
  };
  // the program asks the world, which may be a wider object by then
  world.setCluster(listObjects);
  const readLog = (name: string): string => {
    const runs = join(home, 'state', 'runs');
    const newest = existsSync(runs) ? (readdirSync(runs).sort().at(-1) ?? '') : '';
    const path = join(runs, newest, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  return { ...world, kubectl, readLog, jobDone: () => readLog('driver.log').includes('JOB-DONE') };
}

/** Apart from what others run in the same cluster. */
function ensureNamespace(kubectl: (...words: readonly string[]) => string): void {
  try {
    kubectl('get', 'serviceaccount', 'spark', '--output=name');
  } catch {
    const main = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
    execFileSync(process.execPath, [main, 'namespace', 'create', namespace, '--yes'], { stdio: 'ignore' });
  }
}
