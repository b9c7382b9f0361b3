import { jobNamespace } from '../../kube/names.js';
import { showSteps } from '../../steps/show.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { deleteNamespace } from '../../namespaces/apply-namespace.js';
import { observeNamespace, describeContents, listContents } from '../../namespaces/observe-namespace.js';
import { requireOwnNamespace } from '../../namespaces/require-namespace.js';
import { planDeletion } from '../../namespaces/plan-namespace.js';
import { openNamespace } from '../../namespaces/session.js';
import { command } from '../../command.js';

export const namespaceDelete = command({
  name: 'namespace delete',
  arguments: [{ name: '<name>', description: 'a namespace that spark-dev created' }],
  options: [{ flags: '--timeout <seconds>', description: 'how long to wait for the deletion', default: '60' }],
  examples: ['spark-dev namespace delete team-a', 'spark-dev namespace delete team-a --yes'],
  async run(host, input) {
    const { args, options, global } = input;
    const name = args[0] ?? '';
    const timeoutS = readTimeout(options.timeout);
    if (name === jobNamespace) throw isOwnNamespace();
    const session = await openNamespace(host, input);
    const { cluster } = session;
    const seen = await observeNamespace(session, name);
    if (seen === undefined) return { data: { action: 'nothing', name }, text: [`There is no namespace ${name}`] };
    await requireOwnNamespace(session, seen);
    const contents = await listContents(session, name);
    const inUse = cluster.namespace === name;
    const steps = planDeletion(cluster, name, inUse, timeoutS);
    const lines = contents.length === 0 ? ['only the namespace itself'] : describeContents(contents);
    const removed = lines.map((line) => `Remove: ${line}`);
    if (global.dryRun)
      return { data: { action: 'would delete', name, contents }, text: [...removed, ...showSteps(steps)] };
    for (const line of removed) host.ui.say(line);
    if (!(await host.ui.confirm(`Delete the namespace ${name} with everything in it?`)))
      throw new SparkDevError('CANCELLED', 'Nothing was deleted');
    await deleteNamespace(session, name, steps);
    return {
      data: { action: 'deleted', name, contents, ...(inUse ? { inUse: jobNamespace } : {}) },
      text: [
        `Deleted ${name} and ${String(contents.length)} objects${inUse ? `; runs now use namespace ${jobNamespace}` : ''}`,
      ],
    };
  },
});

function readTimeout(timeout = ''): number {
  if (/^[1-9]\d{0,3}$/.test(timeout)) return Number(timeout);
  throw new SparkDevError('USAGE', `--timeout ${timeout} is not a number of seconds`, { fix: ['--timeout 60'] });
}

function isOwnNamespace(): SparkDevError {
  return new SparkDevError('NAMESPACE_FOREIGN', `The namespace ${jobNamespace} belongs to spark-dev itself`, {
    why: 'It holds the cluster state that init wrote and the event logs of most runs.',
    fix: ['spark-dev down --delete   # removes the whole cluster'],
  });
}
