import { askKubectl, kubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { fillNames, type CaseNames } from './case-names.js';
import type { VerifyCase } from './case.js';

const podsGoneS = 45;
const namespaceGoneS = 90;

/**
 * Deletes pods first, with a short grace period: an executor with an endless one would keep the namespace forever.
 * Cluster-wide objects come last, once no claim uses them.
 */
export function removeCaseArgvs(
  cluster: PreparedCluster,
  one: VerifyCase,
  names: CaseNames,
): {
  readonly pods: Argv;
  readonly rest: readonly Argv[];
} {
  const gone = (seconds: number): readonly string[] => ['--ignore-not-found', `--timeout=${String(seconds)}s`];
  const objects = fillNames(one.clusterObjects ?? [], names).map(
    ({ kind, metadata }) => `${kind.toLowerCase()}/${(metadata as { name: string }).name}`,
  );
  return {
    pods: kubectl(cluster, names.namespace).delete(
      'jobs,statefulsets,pods',
      '--all',
      '--grace-period=1',
      ...gone(podsGoneS),
    ),
    rest: [
      kubectl(cluster).delete('namespace', names.namespace, ...gone(namespaceGoneS)),
      ...(objects.length === 0 ? [] : [kubectl(cluster).delete(...objects, ...gone(podsGoneS))]),
    ],
  };
}

/** Ctrl-C waits for it. Returns what could not be removed. */
export async function removeCase(
  one: VerifyCase,
  names: CaseNames,
  run: { readonly host: Host; readonly cluster: PreparedCluster; readonly onRoomFree: () => void },
): Promise<readonly string[]> {
  const { host, cluster, onRoomFree } = run;
  const failures: string[] = [];
  const attempt = async (argv: Argv): Promise<string> => {
    try {
      return await askKubectl({ host, cluster }, argv, { timeoutMs: (namespaceGoneS + 10) * 1000 });
    } catch (error) {
      failures.push(`${argv.slice(3).join(' ')}: ${error instanceof Error ? error.message : String(error)}`);
      return '';
    }
  };
  const { pods, rest } = removeCaseArgvs(cluster, one, names);
  await attempt(pods);
  onRoomFree();
  for (const argv of rest) await attempt(argv);
  const look = ['get', 'namespace', names.namespace, '--ignore-not-found', '--output=name'];
  const left = await attempt(kubectl(cluster).argv(...look));
  return left.trim() === '' ? failures : [...failures, `${left.trim()} is left behind`];
}
