import { loadSettings } from '../config/load-settings.js';
import { resolveSettings } from '../config/resolve.js';
import { planClusterRun, type ClusterRun } from '../devloop/plan-cluster-run.js';
import { runOnCluster } from '../devloop/run-on-cluster.js';
import { quoteArgv } from '../errors/quote-argv.js';
import type { CommandResult, CommandSpec } from '../ports/command.js';
import type { Host } from '../ports/host.js';
import { findApplication, languages, type Application } from '../spark/application.js';
import { buildApplication } from '../spark/build.js';
import { planBuild } from '../spark/build-plan.js';
import { planLocalRun } from '../spark/local-plan.js';
import { runLocally, type LocalRun } from '../spark/local-target.js';
import type { RunOutcome } from '../spark/run-result.js';
import { chooseTarget, targetNames, type Target } from '../spark/target.js';

export const run: CommandSpec = {
  name: 'run',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  options: [
    { flags: '--target <where>', description: 'where it runs', choices: targetNames },
    { flags: '--lang <language>', description: 'which form of the application', choices: languages },
    { flags: '--namespace <name>', description: 'where on the cluster; the one in use when absent' },
    { flags: '--ui-port <port>', description: 'the local port of the Spark UI, and no other' },
  ],
  examples: [
    'spark-dev run sparkpi',
    'spark-dev run sparkpi -- 100',
    'spark-dev run sparkpi --lang python --target local',
    'spark-dev run sparkpi --json',
  ],
  async run(host, input) {
    const settings = resolveSettings(input.options, await loadSettings(host));
    const asked = languages.find((language) => language === input.options['lang']);
    const app = await findApplication(host.directories, input.args[0] ?? '', asked, settings);
    const wish: LocalRun = {
      app,
      arguments: input.passthrough.length > 0 ? input.passthrough : (settings.apps[app.name]?.args ?? []),
      uiPort: settings.uiPort,
      signal: input.signal,
    };
    const target = await chooseTarget(host, {
      name: settings.target ?? 'auto',
      namespace: settings.namespace,
      signal: input.signal,
    });
    return input.global.dryRun ? showPlan(host, target, wish) : answer(app, await runOn(host, target, wish));
  },
};

async function runOn(host: Host, target: Target, wish: LocalRun): Promise<RunOutcome> {
  if (target.kind === 'local') return runLocally(host, wish);
  const built = await buildApplication(host, wish.app, wish.signal);
  const outcome = await runOnCluster(host, target.cluster, toClusterRun(wish, built));
  return { ...outcome, durationsMs: { ...built.durationsMs, ...outcome.durationsMs } };
}

async function showPlan(host: Host, target: Target, wish: LocalRun): Promise<CommandResult> {
  if (target.kind === 'local') {
    const plan = await planLocalRun(host, wish);
    return { data: plan, text: [...plan.fetches, ...plan.commands.map(quoteArgv)] };
  }
  const build = await planBuild(host, wish.app, wish.signal);
  const plan = await planClusterRun(host, target.cluster, toClusterRun(wish, build));
  return {
    data: { ...plan, fetches: build.fetches, compile: build.commands },
    text: [
      ...build.fetches,
      ...build.commands.map(quoteArgv),
      `files in ${plan.folder}: ${Object.keys(plan.files.generated).join(', ')}`,
      quoteArgv(plan.deploy),
      ...plan.clean.map(quoteArgv),
    ],
  };
}

function toClusterRun(
  wish: LocalRun,
  built: { readonly file: string; readonly mainClass: string | undefined },
): ClusterRun {
  const { app, arguments: words, uiPort, signal } = wish;
  return { app: app.name, appFile: built.file, mainClass: built.mainClass, arguments: words, uiPort, signal };
}

function answer(app: Application, outcome: RunOutcome): CommandResult {
  const line =
    outcome.pi === undefined ? `${app.name} ended well (${outcome.runId})` : `Pi is roughly ${String(outcome.pi)}`;
  return { data: outcome, text: [line] };
}
