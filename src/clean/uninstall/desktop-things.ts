import { findDesktopContext } from '../../clusters/docker-desktop/find-context.js';
import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import { jobNamespace } from '../../kube/names.js';
import { findPreparedCluster, type PreparedCluster } from '../../clusters/prepared.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { ownSelector } from '../../kube/labels.js';

const answerWithinMs = 15_000;

/** What init prepared in Docker Desktop's Kubernetes: namespaces that carry our label, with all that is in them. */
export interface DesktopThings {
  readonly cluster: PreparedCluster;
  readonly namespaces: readonly string[];
  /** Applications that runs built, in the daemon that is the cluster's too. */
  readonly applications: readonly string[];
}

/** `silent`: it may hold something, and does not answer. */
export type InstalledDesktop = DesktopThings | 'silent' | undefined;

/** The one with the record goes last, so that an interrupted call finds the rest again. */
export function deleteNamespacesArgvs(tool: KubectlTool, namespaces: readonly string[]): readonly Argv[] {
  const others = namespaces.filter((name) => name !== jobNamespace);
  const remove = (names: readonly string[]): readonly Argv[] =>
    names.length === 0 ? [] : [kubectl(tool).delete('namespace', ...names, '--ignore-not-found', '--timeout=120s')];
  return [...remove(others), ...remove(namespaces.filter((name) => name === jobNamespace))];
}

/** By what Skaffold calls them: the label of the image that they are built on alone would also be on a user's. */
export function listApplicationsArgv(): Argv {
  const filters = ['--filter=label=io.spark-dev.recipe', '--filter=reference=spark-dev-app'];
  return ['docker', 'image', 'ls', ...filters, '--format={{.Repository}}:{{.Tag}}'];
}

export async function observeDesktopThings(host: Host, signal: AbortSignal): Promise<InstalledDesktop> {
  const answer = await findPreparedCluster(host, { provider: 'docker-desktop', signal, timeoutMs: answerWithinMs });
  if (!('found' in answer)) {
    const isThere = 'found' in (await findDesktopContext(host, signal));
    return isThere && /does not answer/.test(answer.absent) ? 'silent' : undefined;
  }
  const cluster = answer.found;
  const options = { env: cluster.childEnv, signal, timeoutMs: answerWithinMs };
  const [listed, images] = await Promise.all([
    host.runner.run(kubectl(cluster).get('namespaces', `--selector=${ownSelector}`, '--output=name'), options),
    host.runner.run(listApplicationsArgv(), options),
  ]);
  const namespaces = lines(listed.stdout).map((line) => line.replace(/^namespace\//, ''));
  return { cluster, namespaces, applications: lines(images.stdout) };
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
