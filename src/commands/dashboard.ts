import { resolveSource } from '../clusters/prepare/source.js';
import { findPreparedCluster } from '../clusters/providers.js';
import { command, type CommandResult, type OptionSpec } from '../command.js';
import { loadSettings } from '../config/load-settings.js';
import { readPortFlag } from '../config/resolve.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { chooseLocalPort } from '../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../namespaces/session.js';
import { headlampPort, headlampService, tokenArgv } from '../services/headlamp/service.js';
import { k9sPage } from '../services/k9s/service.js';
import {
  applyDown,
  applyUp,
  planDown,
  planUp,
  removeObjectsArgvs,
  type UpPlan,
  type UpRequest,
} from '../services/manage.js';
import { isClusterWide, isWorkload } from '../services/objects.js';
import { openPage, openTerminal, planPage } from '../services/open.js';
import { flagsOf } from '../services/services.js';
import { observeObject } from '../services/standing.js';

const withs = ['headlamp', 'k9s'] as const;

const options = [
  { flags: '--with <what>', description: 'in the browser (headlamp) or in the terminal (k9s)', choices: withs },
  ...flagsOf(k9sPage),
  ...flagsOf(headlampService),
  { flags: '--port <port>', description: 'headlamp: local port; fails if it is taken' },
  { flags: '--no-browser', description: 'headlamp: print the URL only' },
] as const satisfies readonly OptionSpec[];

export const dashboard = command({
  name: 'dashboard',
  options,
  examples: [
    'spark-dev dashboard',
    'spark-dev dashboard --with k9s --write',
    'spark-dev dashboard --with headlamp --admin',
    'spark-dev dashboard --dry-run',
  ],
  async run(host, { options, global, signal }) {
    const settings = await loadSettings(host, global);
    const { provider } = settings;
    const answered = await findPreparedCluster(host, { provider, signal, timeoutMs: 10_000 });
    if (!('found' in answered))
      throw new SparkDevError('CLUSTER_UNREACHABLE', 'The dashboard needs a running cluster', {
        why: answered.absent,
        fix: ['spark-dev status', 'spark-dev init --yes'],
      });
    const session = { host, cluster: answered.found, signal };
    const { ownDashboard } = session.cluster.provider;
    if (ownDashboard !== undefined) host.ui.say(ownDashboard);
    const usual = (await resolveSource(host)) === 'upstream' ? 'headlamp' : 'k9s';
    if ((options.with ?? usual) === 'headlamp') {
      const port = readPortFlag(options.port, '--port');
      const request: UpRequest = { values: options, settings };
      if (global.dryRun) return describeVisit(session, request);
      // before anything is created
      if (port !== undefined) await chooseLocalPort(headlampPort, port);
      await visitHeadlamp(session, request, { browser: options.browser !== false, port });
      return { data: { opened: headlampService.name, admin: request.values['admin'] === true }, text: [] };
    }
    if (!global.dryRun) return { data: await openTerminal(session, k9sPage, options, global.output), text: [] };
    const steps = await k9sPage.plan(session, options);
    const builds = steps.length > 1;
    const commands = steps.flatMap((step) => step.commands);
    const why = builds && options.with === undefined ? [`# ${steps[0]?.why ?? ''}`] : [];
    return { data: { builds, commands }, text: [...why, ...commands.map(quoteArgv)] };
  },
});

/** Removes Headlamp afterwards unless it already ran: then it is opened as it is. `port`: set by flag, fails if it is taken. */
async function visitHeadlamp(
  session: NamespaceSession,
  request: UpRequest,
  { browser, port }: { readonly browser: boolean; readonly port: number | undefined },
): Promise<void> {
  const plan = await planVisit(session, request);
  const farewell = plan.stays ? 'Press Ctrl-C to close; Headlamp stays up' : 'Press Ctrl-C to close and remove it';
  try {
    const standing = await applyUp(session, plan);
    await openPage(session, await planPage(session, headlampService, port, standing), { browser, farewell });
  } finally {
    // also after Ctrl-C
    const after = { ...session, signal: new AbortController().signal };
    if (!plan.stays) await applyDown(after, await planDown(after, headlampService));
  }
}

async function describeVisit(session: NamespaceSession, request: UpRequest): Promise<CommandResult> {
  const { cluster } = session;
  const { objects, steps, stays } = await planVisit(session, request);
  const commands = [...steps.flatMap((step) => step.commands), tokenArgv(cluster)];
  const removes = stays ? [] : removeObjectsArgvs(cluster, objects.map(observeObject));
  return {
    data: { commands, objects, removes },
    text: [...commands.map(quoteArgv), '# when you leave:', ...removes.map(quoteArgv)],
  };
}

async function planVisit(session: NamespaceSession, request: UpRequest): Promise<UpPlan & { readonly stays: boolean }> {
  const plan = await planUp(session, headlampService, request);
  const { objects } = plan.standing;
  if (!objects.some(isWorkload)) return { ...plan, stays: false };
  if (request.values['admin'] !== true || objects.some(({ kind }) => isClusterWide(kind)))
    return { ...plan, steps: [], stays: true };
  throw new SparkDevError('IN_USE', 'Headlamp already runs without --admin', {
    why: 'It was started by `services up`, and more rights would outlast this visit.',
    fix: ['spark-dev services up headlamp --admin', 'spark-dev dashboard --with headlamp'],
  });
}
