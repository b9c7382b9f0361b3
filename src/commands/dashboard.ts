import { findPreparedCluster, type PreparedCluster } from '../cluster/prepared.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { CommandInput, CommandResult, CommandSpec } from '../ports/command.js';
import type { Host } from '../ports/host.js';
import { buildK9s, findK9s, planK9s } from '../services/dashboard/find-k9s.js';
import { k9sArgv, kubectlEquivalents, type DashboardWish } from '../services/dashboard/k9s.js';
import { openDashboard } from '../services/dashboard/open.js';

export const dashboard: CommandSpec = {
  name: 'dashboard',
  options: [
    { flags: '--write', description: 'let it change things too; without it one only looks' },
    { flags: '-A, --all-namespaces', description: 'not only where the jobs run' },
  ],
  examples: ['spark-dev dashboard', 'spark-dev dashboard --write', 'spark-dev dashboard --dry-run'],
  async run(host, input) {
    const cluster = await requireCluster(host, input.signal);
    const wish = { write: input.options['write'] === true, allNamespaces: input.options['allNamespaces'] === true };
    if (input.global.dryRun) return look(host, cluster, wish, input.signal);
    if (!host.ui.interactive || input.global.output === 'json') {
      throw new SparkDevError('NON_INTERACTIVE', 'The dashboard draws on a terminal, and there is none', {
        fix: kubectlEquivalents(cluster),
      });
    }
    const k9s = (await findK9s(host, input.signal)) ?? (await makeK9s(host, input));
    await openDashboard(host, k9s, cluster, wish);
    return { data: { opened: 'k9s', path: k9s, ...wish }, text: [] };
  },
};

/** Headlamp is a page, and its image is in no package registry; nor is the Kubernetes Dashboard's. */
const whyK9s =
  'Headlamp and the Kubernetes Dashboard are in no package registry. k9s shows the same in the terminal; it is built from its Go module, once, which takes minutes.';

async function makeK9s(host: Host, { signal }: CommandInput): Promise<string> {
  host.ui.say(whyK9s);
  if (!(await host.ui.confirm('Build k9s?')))
    throw new SparkDevError('CANCELLED', 'Nothing was built', {
      fix: ['Install k9s: https://k9scli.io/topics/install/'],
    });
  return buildK9s(host, signal);
}

async function look(
  host: Host,
  cluster: PreparedCluster,
  wish: DashboardWish,
  signal: AbortSignal,
): Promise<CommandResult> {
  const found = await findK9s(host, signal);
  const planned = found === undefined ? await planK9s(host) : { path: found, commands: [] };
  const commands = [...planned.commands, k9sArgv(planned.path, cluster, wish)];
  return {
    data: { builds: found === undefined, commands },
    text: [...(found === undefined ? [`# ${whyK9s}`] : []), ...commands.map(quoteArgv)],
  };
}

async function requireCluster(host: Host, signal: AbortSignal): Promise<PreparedCluster> {
  const answered = await findPreparedCluster(host, { signal, timeoutMs: 10_000 });
  if ('found' in answered) return answered.found;
  throw new SparkDevError('CLUSTER_UNREACHABLE', 'There is no cluster to look at', {
    why: answered.absent,
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}
