import { pullImages } from '../images/sets/pull-images.js';
import { type PreparedCluster } from '../clusters/prepared.js';
import { resolveSource } from '../clusters/prepare/source.js';
import { loadSettings } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';
import { readPortFlag } from '../config/resolve.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { inspectImages } from '../images/observed-image.js';
import { planPull, pullCommands } from '../images/plan-pull.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import { buildK9s, findK9s, planK9s } from '../services/k9s/find-k9s.js';
import { headlampArgvs, headlampImage, headlampName, headlampObjects } from '../services/headlamp/headlamp.js';
import { k9sArgv, kubectlEquivalents, type DashboardRequest } from '../services/k9s/k9s.js';
import { openDashboard } from '../services/headlamp/open.js';
import { serveHeadlamp, type HeadlampVisit } from '../services/headlamp/serve-headlamp.js';
import type { Source } from '../toolchain/source.js';
import { findPreparedCluster } from '../clusters/providers.js';

const withs = ['headlamp', 'k9s'] as const;

const options = [
  { flags: '--with <what>', description: 'a page in the browser, or in the terminal', choices: withs },
  { flags: '--write', description: 'k9s: let it change things too; without it one only looks' },
  { flags: '-A, --all-namespaces', description: 'k9s: not only where the jobs run' },
  {
    flags: '--admin',
    description: 'Headlamp: may do everything in the cluster; without it look at where the jobs run',
  },
  { flags: '--port <port>', description: 'Headlamp: the local port, and no other' },
  { flags: '--no-browser', description: 'Headlamp: only name the page' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const dashboard = command({
  name: 'dashboard',
  options,
  examples: [
    'spark-dev dashboard',
    'spark-dev dashboard --with k9s --write',
    'spark-dev dashboard --with headlamp --admin',
    'spark-dev dashboard --dry-run',
  ],
  async run(host, input) {
    const settings = await loadSettings(host, input.global);
    const cluster = await requireCluster(host, settings.provider, input.signal);
    if (cluster.provider.ownDashboard !== undefined) host.ui.say(cluster.provider.ownDashboard);
    const source = await resolveSource(host);
    const asked = input.options.with;
    return (asked ?? (source === 'upstream' ? 'headlamp' : 'k9s')) === 'headlamp'
      ? visitHeadlamp(host, cluster, input, { source, settings })
      : openK9s(host, cluster, input, asked === undefined);
  },
});

async function visitHeadlamp(
  host: Host,
  cluster: PreparedCluster,
  { options, global, signal }: Input,
  { source, settings }: { readonly source: Source; readonly settings: Settings },
): Promise<CommandResult> {
  const visit: HeadlampVisit = {
    admin: options.admin === true,
    browser: options.browser !== false,
    port: readPortFlag(options.port, '--port'),
    signal,
  };
  const dockerEnv = await cluster.dockerEnv(host, signal);
  const [there] = await inspectImages(host, { place: 'cluster', dockerEnv }, [headlampName], signal);
  if (there === undefined && source === 'registries') throw noHeadlampImage();
  const plans = there === undefined ? await planPull(host, [headlampImage.reference], settings.images, signal) : [];
  const argvs = headlampArgvs(cluster, visit);
  const commands = [...plans.flatMap(pullCommands), argvs.apply, argvs.await, argvs.token];
  if (global.dryRun)
    return {
      data: { commands, objects: headlampObjects(cluster, visit), removes: argvs.remove },
      text: [...commands.map(quoteArgv), '# and when you leave:', ...argvs.remove.map(quoteArgv)],
    };
  if (plans.length > 0) await pullImages(host, plans, { provider: settings.provider, hostOnly: false, signal });
  await serveHeadlamp(host, cluster, visit);
  return { data: { opened: 'headlamp', admin: visit.admin }, text: [] };
}

/** Headlamp is a page, and its image is in no package registry; nor is the Kubernetes Dashboard's. */
const noPage = 'Headlamp and the Kubernetes Dashboard are in no package registry.';
const whyK9s = `${noPage} k9s shows the same in the terminal; it is built from its Go module, once, which takes minutes.`;

function noHeadlampImage(): SparkDevError {
  return new SparkDevError('IMAGE_MISSING', 'Headlamp is not available here', {
    why: `${noPage} This cluster was made from package registries.`,
    fix: ['spark-dev dashboard --with k9s', `spark-dev images load FILE   # a saved ${headlampName}`],
  });
}

async function openK9s(host: Host, cluster: PreparedCluster, input: Input, saysWhy: boolean): Promise<CommandResult> {
  const request = { write: input.options.write === true, allNamespaces: input.options.allNamespaces === true };
  if (input.global.dryRun) return look(host, cluster, request, saysWhy, input.signal);
  if (!host.ui.interactive || input.global.output === 'json') {
    throw new SparkDevError('NON_INTERACTIVE', 'The dashboard draws on a terminal, and there is none', {
      fix: kubectlEquivalents(cluster),
    });
  }
  const k9s = (await findK9s(host, input.signal)) ?? (await makeK9s(host, input));
  await openDashboard(host, k9s, cluster, request);
  return { data: { opened: 'k9s', path: k9s, ...request }, text: [] };
}

async function makeK9s(host: Host, { signal }: Input): Promise<string> {
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
  request: DashboardRequest,
  saysWhy: boolean,
  signal: AbortSignal,
): Promise<CommandResult> {
  const found = await findK9s(host, signal);
  const planned = found === undefined ? await planK9s(host) : { path: found, commands: [] };
  const commands = [...planned.commands, k9sArgv(planned.path, cluster, request)];
  return {
    data: { builds: found === undefined, commands },
    text: [...(found === undefined && saysWhy ? [`# ${whyK9s}`] : []), ...commands.map(quoteArgv)],
  };
}

async function requireCluster(
  host: Host,
  provider: Settings['provider'],
  signal: AbortSignal,
): Promise<PreparedCluster> {
  const answered = await findPreparedCluster(host, { provider, signal, timeoutMs: 10_000 });
  if ('found' in answered) return answered.found;
  throw new SparkDevError('CLUSTER_UNREACHABLE', 'There is no cluster to look at', {
    why: answered.absent,
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}
