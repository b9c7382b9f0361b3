import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isSameFolder } from '../files/same-folder.js';
import { findRealPath } from '../files/real-path.js';
import type { Host } from '../ports/host.js';
import { type ObservedDockerThing, type ThingKind } from './minikube/docker-things.js';
import { profileName } from '../kube/names.js';
import { type Ownership, findOriginal, proveOwnership, isCopy, type MakerMark } from './ownership.js';
import { markerName } from '../config/own-forms.js';
import { readHomeId, requireHomeIdAt, sayMovedCommand } from '../config/home-marker.js';
import type { Argv } from '../ports/runner.js';
import { createVolumeArgv } from './minikube/docker-things.js';

const answerWithinMs = 30_000;

/** Throws IN_USE where Docker holds a cluster of this name that another home made. */
export async function requireOwnCluster(host: Host, signal?: AbortSignal): Promise<Ownership> {
  const ownership = await proveOwnership(host, signal);
  if (ownership.verdict === 'foreign') throw await notOurs(host, ownership);
  return ownership;
}

/** Before minikube makes a container: this home's volume, so that an identity is there from the first moment on. */
export async function claimVolume(
  host: Host,
  requests: { readonly signal: AbortSignal; readonly logFile: string },
): Promise<void> {
  const home = await readHomeId(host.directories);
  if (home === undefined) {
    throw new SparkDevError('DISK_WRITE_FAILED', `${host.directories.data} cannot be marked as spark-dev's folder`, {
      why: 'A cluster is made only where this home can prove later that it is its own.',
      fix: [`Make ${host.directories.data} writable`, 'SPARK_DEV_HOME=/another/folder spark-dev init'],
    });
  }
  if ((await requireOwnCluster(host, requests.signal)).verdict === 'ours') return;
  await host.runner.run(createVolumeArgv(home, host.directories.data), { ...requests, timeoutMs: answerWithinMs });
  // another home may have been faster: Docker makes a volume once, and the label says for whom
  await requireOwnCluster(host, requests.signal);
}

/** For a dry run: what claimVolume would do. */
export async function planVolume(
  { directories }: Host,
  { verdict }: Pick<Ownership, 'verdict'>,
): Promise<readonly Argv[]> {
  return verdict === 'ours'
    ? []
    : [createVolumeArgv((await readHomeId(directories)) ?? 'A-RANDOM-ID', directories.data)];
}

async function notOurs(host: Host, { others }: Ownership): Promise<SparkDevError> {
  const things = others.filter(({ kind, name }) => kind !== 'network' && name === profileName);
  const id = await readHomeId(host.directories);
  const original = things.some(({ madeBy = '' }) => madeBy !== '') ? undefined : await findOriginal(host);
  const { madeBy: maker = original, home = id } = things.find(({ madeBy = '' }) => madeBy !== '') ?? {};
  const there = maker === undefined ? undefined : await stat(maker).catch(() => undefined);
  const { data } = host.directories;
  const isSame = home !== undefined && home === id;
  const isCopied = original !== undefined || (isSame && (await isCopy(host, things.map(markOf))));
  // made here, by a data folder that is gone
  const wasHere = maker !== undefined && (await isSameFolder(maker, data));
  const isGone = isCopied && maker !== undefined && (await requireHomeIdAt(maker).catch(() => home)) !== home;
  const hasAnotherHome = !isGone && maker !== undefined && there !== undefined && !wasHere && (isCopied || !isSame);
  const itself = isGone
    ? 'not that folder: the home was moved, or this is a copy of it'
    : isCopied
      ? 'a copy of that one'
      : isSame
        ? 'not that one though it has the id: the cluster has another certificate authority'
        : 'another one';
  return new SparkDevError('IN_USE', `Docker holds ${listThings(things)} that this spark-dev did not make`, {
    why:
      maker === undefined
        ? `Nothing below ${data} proves that it is this home's: another SPARK_DEV_HOME made it, or the folder was removed.`
        : wasHere && !isSame
          ? `The data folder that was at ${maker} made it. It was removed or moved, lost its ${markerName}, or is in another container or machine at the same path.`
          : `The home with the data folder ${maker} made it; ${data} is ${itself}.`,
    fix: hasAnotherHome
      ? [
          `${describeHome(host, maker, there.uid)} spark-dev status   # with the home that made it; run your command like this`,
          'spark-dev run sparkpi --target local   # needs no cluster',
          `${describeHome(host, maker, there.uid)} spark-dev down --delete   # only if all data in that cluster may go`,
        ]
      : [
          ...(isGone ? [`${sayMovedCommand(host.directories, maker)}   # if it was moved`] : []),
          ...(wasHere ? [] : ['Set SPARK_DEV_HOME as it was when the cluster was made']),
          'spark-dev run sparkpi --target local   # needs no cluster',
          `Only if that home is gone for good, with all data in the cluster: ${removeByHand(things)}`,
        ],
  });
}

/** What runs a spark-dev with the home that has this data folder. SPARK_DEV_HOME has its data in a folder `data`; a default home has not. */
function describeHome({ directories, env, platform }: Host, data: string, owner: number): string {
  if (basename(data) === 'data') return `SPARK_DEV_HOME=${joinWords([dirname(data)])}`;
  const unset = 'env -u SPARK_DEV_HOME';
  if (owner !== platform.uid) return `As the user who owns ${data}: ${unset}`;
  const library = join(directories.userHome, 'Library', 'Application Support');
  const share = (env['XDG_DATA_HOME'] ?? '') || join(directories.userHome, '.local', 'share');
  const isDefault = findRealPath(dirname(data)) === findRealPath(platform.os === 'darwin' ? library : share);
  return isDefault ? unset : `${unset} XDG_DATA_HOME=${joinWords([dirname(data)])}`;
}

export function listThings(things: readonly Pick<ObservedDockerThing, 'kind' | 'name'>[]): string {
  return things.map(({ kind, name }) => `the ${kind} ${name}`).join(' and ');
}

function removeByHand(things: readonly ObservedDockerThing[]): string {
  const has = (kind: ThingKind): boolean => things.some((one) => one.kind === kind);
  return [
    ...(has('container') ? [`docker rm --force ${profileName}`] : []),
    ...(has('volume') ? [`docker volume rm ${profileName}`] : []),
  ].join(' && ');
}

function markOf({ home = '', madeBy = '' }: Ownership['others'][number]): MakerMark {
  return { home, madeBy };
}
