import { deleteCluster, finishDeletion } from '../cluster/delete-cluster.js';
import { removalOf } from '../cluster/describe-removal.js';
import { deleteArgv, stopArgv } from '../cluster/minikube/argv.js';
import type { ProfileState } from '../cluster/minikube/parse.js';
import { stopProfile } from '../cluster/minikube/provider.js';
import { profileName } from '../cluster/names.js';
import { lookAtProfile } from '../cluster/observe.js';
import { forgetRecreation } from '../cluster/recreate/run-recreation.js';
import { describeMinikube, locatePrograms, type HostPrograms } from '../cluster/programs.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isOpen } from '../journal/journal.js';
import { parseLockTimeout, withLock } from '../journal/lock.js';
import type { CommandInput, CommandResult, CommandSpec } from '../ports/command.js';
import type { Host } from '../ports/host.js';
import { observeEngine } from '../toolchain/engine/observe.js';

export const down: CommandSpec = {
  name: 'down',
  options: [
    { flags: '--delete', description: 'remove the cluster and all data in it' },
    { flags: '--lock-timeout <seconds>', description: 'how long to wait for another init or down', default: '1800' },
  ],
  examples: ['spark-dev down', 'spark-dev down --delete --yes', 'spark-dev down --delete --dry-run'],
  async run(host, input) {
    if (input.global.dryRun) return stopOrDelete(host, input);
    const lock = {
      command: 'spark-dev down',
      timeoutMs: parseLockTimeout(input.options['lockTimeout']),
      signal: input.signal,
    };
    return withLock(host, lock, () => stopOrDelete(host, input));
  },
};

async function stopOrDelete(host: Host, input: CommandInput): Promise<CommandResult> {
  const { signal } = input;
  const [engine, programs] = await Promise.all([observeEngine(host, signal), locatePrograms(host, signal)]);
  const engineAnswers = engine.daemon.kind === 'answers';
  if (engineAnswers && !input.global.dryRun && (await finishDeletion(host, { signal })))
    return tell('absent', 'deleted', 'The deletion that was cut short is done');
  const mustForget = input.options['delete'] === true && (await isOpen(host, 'recreate-cluster'));
  const { state } = await lookAtProfile(host, programs, engineAnswers, signal);
  if (state === 'absent' && !mustForget)
    return tell(state, 'nothing', 'There is no cluster, so there is nothing to stop');
  if (input.options['delete'] === true) return remove(host, input, programs, state, engineAnswers);
  if (!engineAnswers) return tell(state, 'nothing', 'Docker does not run, and so the cluster does not either');
  if (state === 'stopped' || state === 'orphaned')
    return tell(state, 'nothing', 'The cluster is stopped already; its data is kept');
  return stop(host, input, programs, state);
}

async function stop(
  host: Host,
  { global, signal }: CommandInput,
  programs: HostPrograms,
  state: ProfileState,
): Promise<CommandResult> {
  requireMinikube(programs);
  const cluster = describeMinikube(host, programs);
  if (global.dryRun) return tell(state, 'would stop', quoteArgv(stopArgv(cluster)));
  const step = host.ui.step('Stop the cluster');
  try {
    await stopProfile(host, cluster, { signal });
    step.done();
  } catch (error) {
    step.fail();
    throw error;
  }
  return tell('stopped', 'stopped', 'The cluster is stopped and its data kept. Back again: spark-dev init --yes');
}

async function remove(
  host: Host,
  { global, signal }: CommandInput,
  programs: HostPrograms,
  state: ProfileState,
  engineAnswers: boolean,
): Promise<CommandResult> {
  const cluster = describeMinikube(host, programs);
  const removal = removalOf(host, await isOpen(host, 'recreate-cluster'));
  if (global.dryRun)
    return {
      data: { state, action: 'would delete', ...removal },
      text: [...removal.goes, ...removal.stays, quoteArgv(deleteArgv(cluster))],
    };
  requireMinikube(programs);
  if (!engineAnswers) {
    throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, and it holds what is to be deleted', {
      fix: ['spark-dev doctor', 'Start Docker and run it again'],
    });
  }
  for (const line of [...removal.goes, ...removal.stays]) host.ui.say(line);
  if (!(await host.ui.confirm('Delete the cluster?'))) throw new SparkDevError('CANCELLED', 'Nothing was deleted');
  await forgetRecreation(host);
  const step = host.ui.step('Delete the cluster');
  try {
    const edited = await deleteCluster(host, cluster, { signal });
    step.done();
    return {
      data: { state: 'absent', action: 'deleted', kubeconfigs: edited },
      text: ['The cluster and its data are deleted'],
    };
  } catch (error) {
    step.fail();
    throw error;
  }
}

function requireMinikube({ missing }: HostPrograms): void {
  if (!missing.includes('minikube')) return;
  throw new SparkDevError('TOOL_MISSING', 'minikube, which made the cluster, is gone', {
    why: 'It is neither on the PATH nor where spark-dev builds it.',
    fix: ['spark-dev init --yes', `docker rm --force ${profileName} && docker volume rm ${profileName}`],
  });
}

function tell(state: ProfileState, action: string, line: string): CommandResult {
  return { data: { state, action }, text: [line] };
}
