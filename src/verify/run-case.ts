import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { askKubectl, kubectl, runKubectl } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import { podName } from './case-watch.js';
import { fillNames, injectCaseFault, nameCase, type CaseNames, type VerifyCase } from './case.js';
import { classifyCase } from './classify.js';
import { gatherEvidence, type CaseRun } from './gather-evidence.js';

const podsGoneS = 45;
const namespaceGoneS = 90;

export interface CaseEnd {
  readonly failures: readonly string[];
  /** What could not be removed. */
  readonly leftovers: readonly string[];
  readonly folder: string;
  readonly executors: readonly string[];
}

/** Creates the namespace, runs the case and deletes everything, or warns about leftovers. Throws when interrupted. */
export async function runCase(whole: VerifyCase, run: CaseRun): Promise<CaseEnd> {
  const one = run.isSabotaged ? injectCaseFault(whole) : whole;
  const names = nameCase(one.id, randomBytes(2).toString('hex'), run.cluster, run);
  const folder = join(run.folder, one.id);
  await mkdir(folder, { recursive: true });
  const watching = new AbortController();
  const leftovers: string[] = [];
  let end: CaseEnd | undefined;
  try {
    const evidence = await gatherEvidence(one, names, folder, run, AbortSignal.any([run.signal, watching.signal]));
    const failures = classifyCase(one, names, run.heapMb, evidence);
    if (failures.length > 0) await describePods(run, names.namespace, folder);
    end = { leftovers, folder, failures, executors: evidence.executors.map(podName) };
    return end;
  } finally {
    watching.abort();
    leftovers.push(...(await removeCase(one, names, run)));
    // otherwise they would go unreported
    if (end === undefined)
      for (const left of leftovers) run.host.ui.warn(`${one.id}: ${left} (spark-dev clean removes it)`);
  }
}

/** Saves what the cluster knows about these pods, for debugging. */
async function describePods({ host, cluster }: CaseRun, namespace: string, folder: string): Promise<void> {
  const asked = [
    ['describe.txt', ['describe', 'pods,jobs']],
    ['pods.json', ['get', 'pods', '--output=json']],
    ['events.txt', ['get', 'events', '--sort-by=.lastTimestamp']],
  ] as const;
  for (const [file, words] of asked) {
    const options = { timeoutMs: 30_000, stdoutFile: join(folder, file) };
    await runKubectl({ host, cluster }, kubectl(cluster, namespace).argv(...words), options).catch(() => undefined);
  }
}

/**
 * Deletes pods first, with a short grace period: an executor with an endless one would keep the namespace forever.
 * Cluster-wide objects come last, once no claim uses them.
 */
export function removeCaseArgvs(
  cluster: PreparedCluster,
  one: VerifyCase,
  names: CaseNames,
): readonly [pods: Argv, ...rest: Argv[]] {
  const gone = (seconds: number): readonly string[] => ['--ignore-not-found', `--timeout=${String(seconds)}s`];
  const objects = fillNames(one.clusterObjects ?? [], names).map(
    ({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`,
  );
  const inside = kubectl(cluster, names.namespace);
  const outside = kubectl(cluster);
  return [
    inside.delete('jobs,statefulsets,pods', '--all', '--grace-period=1', ...gone(podsGoneS)),
    outside.delete('namespace', names.namespace, ...gone(namespaceGoneS)),
    ...(objects.length === 0 ? [] : [outside.delete(...objects, ...gone(podsGoneS))]),
  ];
}

/** Ctrl-C waits for it. Returns what could not be removed. */
async function removeCase(
  one: VerifyCase,
  names: CaseNames,
  { host, cluster, onRoomFree }: CaseRun,
): Promise<readonly string[]> {
  const failures: string[] = [];
  const attempt = async (argv: Argv): Promise<string> => {
    try {
      return await askKubectl({ host, cluster }, argv, { timeoutMs: (namespaceGoneS + 10) * 1000 });
    } catch (error) {
      failures.push(`${argv.slice(3).join(' ')}: ${error instanceof Error ? error.message : String(error)}`);
      return '';
    }
  };
  const [pods, ...rest] = removeCaseArgvs(cluster, one, names);
  await attempt(pods);
  onRoomFree();
  for (const argv of rest) await attempt(argv);
  const look = kubectl(cluster).get('namespace', names.namespace, '--ignore-not-found', '--output=name');
  const left = (await attempt(look)).trim();
  return left === '' ? failures : [...failures, `${left} is left behind`];
}
