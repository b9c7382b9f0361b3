import { resolveSource } from '../clusters/prepare/source.js';
import { findPreparedCluster } from '../clusters/providers.js';
import { command, type OptionSpec } from '../command.js';
import { loadSettings } from '../config/load-settings.js';
import { readPortFlag } from '../config/resolve.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { headlampService } from '../services/headlamp/service.js';
import { describeVisit, visitHeadlamp } from '../services/headlamp/visit.js';
import { k9sPage } from '../services/k9s/service.js';
import { openTerminal } from '../services/open.js';
import { flagsOf } from '../services/services.js';

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
      const visit = { values: options, settings, browser: options.browser !== false, port };
      if (global.dryRun) return describeVisit(session, visit);
      return { data: await visitHeadlamp(session, visit), text: [] };
    }
    if (!global.dryRun) return { data: await openTerminal(session, k9sPage, options, global.output), text: [] };
    const steps = await k9sPage.plan(session, options);
    const builds = steps.length > 1;
    const commands = steps.flatMap((step) => step.commands);
    const why = builds && options.with === undefined ? [`# ${steps[0]?.why ?? ''}`] : [];
    return { data: { builds, commands }, text: [...why, ...commands.map(quoteArgv)] };
  },
});
