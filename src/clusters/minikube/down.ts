import type { CommandResult } from '../../command.js';
import { claimFolders } from '../../config/own-folders.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isOpen } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { observeDaemon } from '../../toolchain/engine/observe.js';
import { deleteCluster, finishDeletion } from '../delete-cluster.js';
import { observeNodeContainer } from '../node-container.js';
import { requireOwnership } from '../own-cluster.js';
import { planProfileRemoval } from './remove-profile.js';
import { describeMinikube, locatePrograms, type HostPrograms } from '../programs.js';
import type { DownCall } from '../provider.js';
import { forgetRecreation } from '../recreate/apply.js';
import { deleteArgv, stopArgv, stopNodeArgv } from './argv.js';
import type { ProfileState } from './parse.js';
import { changeProfile, lookAtProfile } from './profile.js';
import { join } from 'node:path';
import { recreationFolder } from '../recreate/record.js';
import { clusterPaths, profileName } from '../../kube/names.js';

const stoppedWithinMs = 120_000;

/** Stops or deletes the cluster in any state. */
export async function takeMinikubeDown(host: Host, call: DownCall): Promise<CommandResult> {
  const { signal } = call;
  const [daemon, programs] = await Promise.all([observeDaemon(host, signal), locatePrograms(host, signal)]);
  const engineAnswers = daemon.kind === 'answers';
  const ours = engineAnswers ? (await requireOwnership(host, signal)).ours : [];
  if (engineAnswers && !call.dryRun && (await finishDeletion(host, { signal })))
    return tell('absent', 'deleted', 'The interrupted deletion is finished');
  // leftovers of an init that was interrupted before minikube created the profile
  const hasRest = ours.length > 0 || (await isOpen(host, 'recreate-cluster'));
  const { state } = await lookAtProfile(host, programs, engineAnswers, signal);
  if (state === 'absent' && !(call.delete && hasRest))
    return tell(state, 'nothing', 'There is no cluster, nothing to stop');
  if (call.delete) return remove(host, call, programs, state, engineAnswers);
  if (!engineAnswers) return tell(state, 'nothing', 'Docker is not running, so the cluster is stopped');
  if (state === 'stopped' || state === 'orphaned' || (state === 'damaged' && !(await nodeRuns(host, signal))))
    return tell(state, 'nothing', 'The cluster is already stopped; its data is kept');
  return stop(host, call, programs, state);
}

async function stop(
  host: Host,
  { dryRun, signal }: DownCall,
  programs: HostPrograms,
  state: ProfileState,
): Promise<CommandResult> {
  const cluster = describeMinikube(host, programs);
  // Docker stops it when minikube is missing or cannot read the profile
  const byDocker = state === 'damaged' || programs.missing.includes('minikube');
  if (dryRun) return tell(state, 'would stop', quoteArgv(byDocker ? stopNodeArgv : stopArgv(cluster)));
  await requireOwnership(host, signal);
  await inStep(host, 'Stop the cluster', async () => {
    await (byDocker
      ? host.runner.run(stopNodeArgv, { signal, timeoutMs: stoppedWithinMs })
      : changeProfile(host, cluster, stopArgv(cluster), { signal }));
  });
  return tell('stopped', 'stopped', 'The cluster is stopped; its data is kept. Start again: spark-dev init --yes');
}

async function remove(
  host: Host,
  { dryRun, signal }: DownCall,
  programs: HostPrograms,
  state: ProfileState,
  engineAnswers: boolean,
): Promise<CommandResult> {
  const removal = removalOf(host, await isOpen(host, 'recreate-cluster'));
  if (dryRun) {
    const { commands } = engineAnswers
      ? await planProfileRemoval(host, programs, { signal })
      : { commands: [deleteArgv(describeMinikube(host, programs))] };
    return {
      data: { state, action: 'would delete', ...removal, commands },
      text: [...removal.goes, ...removal.stays, ...commands.map(quoteArgv)],
    };
  }
  if (!engineAnswers) {
    throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, so the cluster cannot be deleted', {
      fix: ['spark-dev doctor', 'Start Docker and run it again'],
    });
  }
  for (const line of [...removal.goes, ...removal.stays]) host.ui.say(line);
  if (!(await host.ui.confirm('Delete the cluster?'))) throw new SparkDevError('CANCELLED', 'Nothing was deleted');
  // the state may have changed while the user thought about it
  await requireOwnership(host, signal);
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

/** Printed before anything is deleted. */
function removalOf({ directories }: Host, hasSaved: boolean) {
  const { minikubeHome, kubeconfig } = clusterPaths(directories);
  return {
    goes: [
      `Remove: the container, network and volume ${profileName} of Docker, with every pod, claim, event log and image in the cluster`,
      `Remove: the profile below ${join(minikubeHome, '.minikube', 'profiles', profileName)}, and ${kubeconfig}`,
      `Remove: the entries ${profileName} in your kubeconfig; everything else in it is kept`,
      ...(hasSaved ? [`Remove: data that an interrupted resize saved in ${recreationFolder(directories).root}`] : []),
    ],
    stays: [
      `Keep:  built tools and images in ${directories.data}, caches in ${directories.cache}, logs in ${directories.state}, Docker itself`,
    ],
  };
}
