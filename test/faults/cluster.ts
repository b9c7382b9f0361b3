import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { dataOf, runProgram } from '../program/program.js';
import type { ClusterObject } from './invariants.js';
import { createWorld, type Place, type World } from './world.js';

/** The real cluster of the default home. Runs go into a namespace of this suite's own. */
export interface Cluster extends World {
  readonly namespace: string;
  /** The words of a run there, with more words. */
  words(...more: readonly string[]): readonly string[];
  /** kubectl of the suite itself, past all shims and proxies. */
  kubectl(words: readonly string[], input?: string): string;
  /** The names of what the namespace holds beside what it is prepared with. */
  left(): readonly string[];
  /** Removes with the product what killed runs left in this namespace. */
  clean(): Promise<void>;
}

const xdg = (name: string, usual: string): string => process.env[`XDG_${name}_HOME`] ?? join(homedir(), usual);
export const defaultPlace = {
  data: join(xdg('DATA', '.local/share'), 'spark-dev'),
  state: join(xdg('STATE', '.local/state'), 'spark-dev'),
};

/** The default home, though HOME is the case's own. */
export const defaultEnv: Readonly<Record<string, string>> = {
  SPARK_DEV_HOME: '',
  XDG_DATA_HOME: xdg('DATA', '.local/share'),
  XDG_CACHE_HOME: xdg('CACHE', '.cache'),
  XDG_STATE_HOME: xdg('STATE', '.local/state'),
  XDG_CONFIG_HOME: xdg('CONFIG', '.config'),
};

const watched = 'job,pod,configmap,service,networkpolicy,secret,persistentvolumeclaim,serviceaccount,role,rolebinding';
/** Deletions are not waited for by a run that ended well. */
const goneWithinS = 90;

/** One namespace for all cases of a file; `close` removes it. */
export async function openNamespace(): Promise<{ readonly name: string; close(): void }> {
  const name = `faults-${process.pid.toString(36)}-${Date.now().toString(36)}`;
  dataOf(await runProgram(['namespace', 'create', name, '--json'], defaultEnv));
  return {
    name,
    close: () => void realKubectl(['delete', 'namespace', name, '--wait=false'], '/'),
  };
}

/** kubectl with the kubeconfig that init made, never through a shim. */
export function realKubectl(words: readonly string[], namespace: string, input?: string): string {
  const pinned = [`--kubeconfig=${join(defaultPlace.data, 'kubeconfig')}`, '--context=spark-dev', '-n', namespace];
  return execFileSync(findReal('kubectl'), [...pinned, ...words], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
}

export const createCluster = (namespace: () => string) => async (): Promise<Cluster> =>
  onCluster(namespace(), {
    home: defaultPlace.state,
    env: defaultEnv,
    journal: join(defaultPlace.data, 'journal'),
    folders: [defaultPlace.state],
  });

export async function onCluster(namespace: string, place: Place): Promise<Cluster> {
  const world = await createWorld(place);
  world.shims.install(
    ['kubectl', 'minikube', 'skaffold', 'docker'].map((program) => ({
      program,
      answer: { through: findReal(program) },
    })),
  );
  const kubectl = (words: readonly string[], input?: string): string => realKubectl(words, namespace, input);
  const list = (): readonly ClusterObject[] => listObjects(kubectl(['get', watched, '-o', 'json']));
  const atFirst = list();
  const residents = new Set(atFirst.map(({ name }) => name));
  const others = (): readonly ClusterObject[] => list().filter(({ name }) => !residents.has(name));
  const settle = (): readonly ClusterObject[] => {
    for (let second = 0; others().length > 0 && second < goneWithinS; second++) execFileSync('sleep', ['1']);
    return list();
  };
  // a case may prepare its fault before the first call
  let isAskedFor = false;
  const cluster: Cluster = Object.assign(world, {
    namespace,
    listObjects() {
      const first = isAskedFor ? undefined : atFirst;
      isAskedFor = true;
      return first ?? settle();
    },
    kubectl,
    words: (...more: readonly string[]) => ['run', 'sparkpi', '--target', 'cluster', '--namespace', namespace, ...more],
    left: () => others().map(({ name }) => name),
    async clean() {
      // from the default home, to which the cases' homes are others
      const request = { env: defaultEnv, withinMs: 300_000 };
      // a run of somebody else's whose home is another one ends in its own time
      for (let tries = 0; ; tries++) {
        const { stdout } = await world.run(['clean', '--all', '--dry-run', '--json'], request);
        const { removes } = (JSON.parse(stdout) as { data: { removes: readonly string[] } }).data;
        const foreign = removes.filter((item) => !item.includes(` ${namespace}/`) && !item.startsWith('process '));
        if (foreign.length === 0) break;
        if (tries > 20) throw new Error(`clean would take what is not this case's: ${foreign.join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 5000));
      }
      const { exitCode, stderr } = await world.run(['clean', '--all', '--yes'], request);
      if (exitCode !== 0) throw new Error(`clean ended with ${String(exitCode)}: ${stderr}`);
    },
  });
  return cluster;
}

interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly unknown[];
  };
}

function listObjects(json: string): readonly ClusterObject[] {
  const { items } = JSON.parse(json) as { readonly items: readonly KubeObject[] };
  return items.map(({ kind, metadata: { name, labels = {}, ownerReferences = [] } }) => ({
    name: `${kind.toLowerCase()}/${name}`,
    labels,
    hasOwner: ownerReferences.length > 0,
  }));
}

/** What init built, else what this machine has. */
function findReal(program: string): string {
  const builder = program === 'kubectl' ? 'kubernetes' : program;
  const folder = join(defaultPlace.data, 'tools', builder);
  const built = existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, program)) : [];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((one) => join(one, program));
  const found = [...built, ...onPath].find((path) => existsSync(path));
  if (found === undefined) throw new Error(`there is no ${program}: spark-dev init --yes makes the cluster`);
  return found;
}
