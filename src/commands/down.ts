import { deleteCluster, finishDeletion } from '../clusters/delete-cluster.js';
import { removalOf } from '../clusters/describe-removal.js';
import { deleteArgv, stopArgv, stopNodeArgv } from '../clusters/minikube/argv.js';
import type { ProfileState } from '../clusters/minikube/parse.js';
import { stopProfile } from '../clusters/minikube/provider.js';
import { observeNodeContainer } from '../clusters/node-container.js';
import { lookAtProfile } from '../clusters/prepare/observe.js';
import { forgetRecreation } from '../clusters/recreate/apply.js';
import { describeMinikube, locatePrograms, type HostPrograms } from '../clusters/programs.js';
import { requireAbility } from '../clusters/provider.js';
import { planProfileRemoval } from '../clusters/remove-profile.js';
import { resolveProvider } from '../clusters/resolve-provider.js';
import { loadSettings } from '../config/load-settings.js';
import { claimFolders } from '../config/own-folders.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isOpen } from '../journal/journal.js';
import { lockFor, withLock } from '../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import { observeEngine } from '../toolchain/engine/observe.js';
import { inStep } from '../steps/apply.js';
import { requireOwnCluster } from '../clusters/own-cluster.js';

const stoppedWithinMs = 120_000;

const options = [
  { flags: '--delete', description: 'remove the cluster and all data in it' },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another init or down', default: '1800' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const down = command({
  name: 'down',
  makesNoFolders: true,
  options,
  examples: ['spark-dev down', 'spark-dev down --delete --yes', 'spark-dev down --delete --dry-run'],
  async run(host, input) {
    const settings = await loadSettings(host, input.global);
    const provider = await resolveProvider(host, settings.provider, input.signal);
    requireAbility(provider, input.options.delete === true ? 'delete' : 'stop');
    if (input.global.dryRun) return stopOrDelete(host, input);
    return withLock(host, lockFor('spark-dev down', input), () => stopOrDelete(host, input));
  },
});

async function stopOrDelete(host: Host, input: Input): Promise<CommandResult> {
  const { signal } = input;
  const [engine, programs] = await Promise.all([observeEngine(host, signal), locatePrograms(host, signal)]);
  const engineAnswers = engine.daemon.kind === 'answers';
  const ours = engineAnswers ? (await requireOwnCluster(host, signal)).ours : [];
  if (engineAnswers && !input.global.dryRun && (await finishDeletion(host, { signal })))
    return tell('absent', 'deleted', 'The deletion that was cut short is done');
  // of an init that was cut short before minikube knew of the profile
  const hasRest = ours.length > 0 || (await isOpen(host, 'recreate-cluster'));
  const { state } = await lookAtProfile(host, programs, engineAnswers, signal);
  if (state === 'absent' && !(input.options.delete === true && hasRest))
    return tell(state, 'nothing', 'There is no cluster, so there is nothing to stop');
  if (input.options.delete === true) return remove(host, input, programs, state, engineAnswers);
  if (!engineAnswers) return tell(state, 'nothing', 'Docker does not run, and so the cluster does not either');
  if (state === 'stopped' || state === 'orphaned' || (state === 'damaged' && !(await nodeRuns(host, signal))))
    return tell(state, 'nothing', 'The cluster is stopped already; its data is kept');
  return stop(host, input, programs, state);
}

async function stop(
  host: Host,
  { global, signal }: Input,
  programs: HostPrograms,
  state: ProfileState,
): Promise<CommandResult> {
  const cluster = describeMinikube(host, programs);
  // a cluster is stopped all the same when minikube is gone or cannot read its record of it
  const byDocker = state === 'damaged' || programs.missing.includes('minikube');
  if (global.dryRun) return tell(state, 'would stop', quoteArgv(byDocker ? stopNodeArgv(cluster) : stopArgv(cluster)));
  await requireOwnCluster(host, signal);
  await inStep(host, 'Stop the cluster', async () => {
    await (byDocker
      ? host.runner.run(stopNodeArgv(cluster), { signal, timeoutMs: stoppedWithinMs })
      : stopProfile(host, cluster, { signal }));
  });
  return tell('stopped', 'stopped', 'The cluster is stopped and its data kept. Back again: spark-dev init --yes');
}

async function remove(
  host: Host,
  { global, signal }: Input,
  programs: HostPrograms,
  state: ProfileState,
  engineAnswers: boolean,
): Promise<CommandResult> {
  const removal = removalOf(host, await isOpen(host, 'recreate-cluster'));
  if (global.dryRun) {
    const { commands } = engineAnswers
      ? await planProfileRemoval(host, programs, { signal })
      : { commands: [deleteArgv(describeMinikube(host, programs))] };
    return {
      data: { state, action: 'would delete', ...removal, commands },
      text: [...removal.goes, ...removal.stays, ...commands.map(quoteArgv)],
    };
  }
  if (!engineAnswers) {
    throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, and it holds what is to be deleted', {
      fix: ['spark-dev doctor', 'Start Docker and run it again'],
    });
  }
  for (const line of [...removal.goes, ...removal.stays]) host.ui.say(line);
  if (!(await host.ui.confirm('Delete the cluster?'))) throw new SparkDevError('CANCELLED', 'Nothing was deleted');
  // the answer to the question may have taken long
  await requireOwnCluster(host, signal);
  await claimFolders(host.directories, ['state']);
  await forgetRecreation(host);
  return inStep(host, 'Delete the cluster', async () => {
    const edited = await deleteCluster(host, programs, { signal });
    return {
      data: { state: 'absent', action: 'deleted', kubeconfigs: edited },
      text: ['The cluster and its data are deleted'],
    };
  });
}

async function nodeRuns(host: Host, signal: AbortSignal): Promise<boolean> {
  const container = await observeNodeContainer(host, signal);
  return container !== undefined && container.state !== 'stopped';
}

function tell(state: ProfileState, action: string, line: string): CommandResult {
  return { data: { state, action }, text: [line] };
}
