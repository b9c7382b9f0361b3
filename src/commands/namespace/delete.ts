import { jobNamespace } from '../../kube/names.js';
import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { describeContents, listContents } from '../../namespaces/contents.js';
import { deleteNamespace } from '../../namespaces/apply-namespace.js';
import { observeNamespace } from '../../namespaces/observe-namespace.js';
import { requireOwnNamespace } from '../../namespaces/require-namespace.js';
import { planDeletion } from '../../namespaces/plan-namespace.js';
import { command } from '../../command.js';

export const namespaceDelete = command({
  name: 'namespace delete',
  arguments: [{ name: '<name>', description: 'a namespace that spark-dev created' }],
  options: [{ flags: '--timeout <seconds>', description: 'how long to wait for the deletion', default: '60' }],
  examples: ['spark-dev namespace delete team-a', 'spark-dev namespace delete team-a --yes'],
  async run(host, { args, options, global, signal }) {
    const name = args[0] ?? '';
    const timeoutS = readTimeout(options.timeout);
    if (name === jobNamespace) throw isOwnNamespace();
    const { provider } = await loadSettings(host, global);
    const cluster = await requirePreparedCluster(host, { provider, signal });
    const session = { host, cluster, signal };
    const seen = await observeNamespace(session, name);
    if (seen === undefined) return { data: { action: 'nothing', name }, text: [`There is no namespace ${name}`] };
    await requireOwnNamespace(session, seen);
    const contents = await listContents(session, name);
    const inUse = cluster.namespace === name;
    if (global.dryRun)
      return {
        data: { action: 'would delete', name, contents },
        text: [...showRemoved(describeContents(contents)), ...showSteps(planDeletion(cluster, name, inUse, timeoutS))],
      };
    for (const line of showRemoved(describeContents(contents))) host.ui.say(line);
    if (!(await host.ui.confirm(`Delete the namespace ${name} with everything in it?`)))
      throw new SparkDevError('CANCELLED', 'Nothing was deleted');
    await deleteNamespace(session, name, inUse, timeoutS);
    return {
      data: { action: 'deleted', name, contents, ...(inUse ? { inUse: jobNamespace } : {}) },
      text: [
        `Deleted ${name} and ${String(contents.length)} objects${inUse ? `; runs now use namespace ${jobNamespace}` : ''}`,
      ],
    };
  },
});

function showRemoved(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['Remove: only the namespace itself'] : lines.map((line) => `Remove: ${line}`);
}

function readTimeout(timeout = ''): number {
  if (/^[1-9]\d{0,3}$/.test(timeout)) return Number(timeout);
  throw new SparkDevError('USAGE', `--timeout ${timeout} is not a number of seconds`, {
    fix: ['--timeout 60'],
  });
}

function isOwnNamespace(): SparkDevError {
  return new SparkDevError('NAMESPACE_FOREIGN', `The namespace ${jobNamespace} belongs to spark-dev itself`, {
    why: 'It holds the cluster state that init wrote and the event logs of most runs.',
    fix: ['spark-dev down --delete   # removes the whole cluster'],
  });
}
