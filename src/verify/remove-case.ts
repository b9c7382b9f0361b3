import { pinnedKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { fillNames, type CaseNames } from './case-names.js';
import type { VerifyCase } from './case.js';

const podsGoneS = 45;
const namespaceGoneS = 90;

/**
 * Pods first and with a short grace: an executor that was told to take all its time would keep the namespace for ever. Objects
 * of the whole cluster go last, once no claim holds them.
 */
export function removeCaseArgvs(
  cluster: PreparedCluster,
  one: VerifyCase,
  names: CaseNames,
): {
  readonly pods: Argv;
  readonly rest: readonly Argv[];
} {
  const kubectl = pinnedKubectl(cluster);
  const quiet = '--ignore-not-found';
  const objects = fillNames(one.clusterObjects ?? [], names).map(
    ({ kind, metadata }) => `${kind.toLowerCase()}/${(metadata as { name: string }).name}`,
  );
  return {
    pods: [
      ...kubectl,
      `--namespace=${names.namespace}`,
      'delete',
      'jobs,statefulsets,pods',
      '--all',
      '--grace-period=1',
      quiet,
      `--timeout=${String(podsGoneS)}s`,
    ],
    rest: [
      [...kubectl, 'delete', 'namespace', names.namespace, quiet, `--timeout=${String(namespaceGoneS)}s`],
      ...(objects.length === 0 ? [] : [[...kubectl, 'delete', ...objects, quiet, `--timeout=${String(podsGoneS)}s`]]),
    ],
  };
}

/** Never ended by Ctrl-C: it is what Ctrl-C waits for. Answers what could not be removed. */
export async function removeCase(
  one: VerifyCase,
  names: CaseNames,
  run: { readonly host: Host; readonly cluster: PreparedCluster; readonly onRoomFree: () => void },
): Promise<readonly string[]> {
  const { host, cluster, onRoomFree } = run;
  const failures: string[] = [];
  const attempt = async (argv: Argv): Promise<string> => {
    const options = { env: cluster.childEnv, timeoutMs: (namespaceGoneS + 10) * 1000 };
    try {
      return (await host.runner.run(argv, options)).stdout;
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
  const left = await attempt([...pinnedKubectl(cluster), ...look]);
  return left.trim() === '' ? failures : [...failures, `${left.trim()} is left behind`];
}
