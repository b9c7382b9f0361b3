import type { PreparedCluster } from '../clusters/prepared.js';
import type { ShownStep } from '../steps/step.js';
import type { Host } from '../ports/host.js';
import { listContents } from './contents.js';
import { explainStuck } from './explain-stuck.js';
import { observeNamespace } from './observe-namespace.js';
import { describeFolder, planCreation, runAll, useArgv, writeFolder } from './plan-namespace.js';
import { foreign } from './require-namespace.js';

/** Makes the namespace where it is not there, and sends runs into it from now on; answers what was done. */
export async function enterNamespace(
  host: Host,
  cluster: PreparedCluster,
  name: string,
  signal: AbortSignal,
): Promise<readonly ShownStep[]> {
  if (cluster.namespace === name) return [];
  const session = { host, cluster, signal };
  const seen = await observeNamespace(session, name);
  if (seen?.ours === false) throw foreign(name);
  if (seen?.isTerminating === true) throw explainStuck(cluster, seen, await listContents(session, name));
  const folder = describeFolder(host.directories, name, cluster.storage);
  const use = {
    title: `Runs go into ${name}`,
    why: `they went into ${cluster.namespace}`,
    commands: [useArgv(cluster, name)],
  };
  const steps = seen === undefined ? [planCreation(cluster, folder, false), use] : [use];
  if (seen === undefined) await writeFolder(folder);
  await runAll(host, cluster, steps, signal);
  return steps;
}
