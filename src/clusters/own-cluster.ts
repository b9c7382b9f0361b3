import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { createVolumeArgv, type ObservedDockerThing, type ThingKind } from './minikube/docker-things.js';
import { profileName } from '../kube/names.js';
import { type Ownership, findOriginal, proveOwnership, isCopy } from './ownership.js';
import { markerName } from '../config/own-forms.js';
import { readHomeId, requireHomeIdAt, sayMovedCommand } from '../config/home-marker.js';
import type { Argv } from '../ports/runner.js';
import { findRealPath, isSameFolder } from '../files/paths.js';

const answerWithinMs = 30_000;

/** Throws IN_USE if another home made the cluster of this name in Docker. */
export async function requireOwnership(host: Host, signal?: AbortSignal): Promise<Ownership> {
  const ownership = await proveOwnership(host, signal);
  if (ownership.verdict === 'foreign') throw await notOurs(host, ownership);
  return ownership;
}

/** Creates this home's volume before minikube creates a container, so that the cluster has an owner from the start. */
export async function claimVolume(
  host: Host,
  requests: { readonly signal: AbortSignal; readonly logFile: string },
): Promise<void> {
  const home = await readHomeId(host.directories);
  if (home === undefined) {
    throw new SparkDevError('DISK_WRITE_FAILED', `Cannot mark ${host.directories.data} as spark-dev's folder`, {
      why: 'spark-dev creates a cluster only if it can prove later that it owns it.',
      fix: [`Make ${host.directories.data} writable`, 'SPARK_DEV_HOME=/another/folder spark-dev init'],
    });
  }
  if ((await requireOwnership(host, requests.signal)).verdict === 'ours') return;
  await host.runner.run(createVolumeArgv(home, host.directories.data), { ...requests, timeoutMs: answerWithinMs });
  // another home may have been faster: Docker creates a volume once, and its label names the home
  await requireOwnership(host, requests.signal);
}

/** For a dry run: the command of claimVolume. */
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
  const isCopied = original !== undefined || (isSame && (await isCopy(host, things)));
  // made by an earlier data folder at this path
  const wasHere = maker !== undefined && (await isSameFolder(maker, data));
  const isGone = isCopied && maker !== undefined && (await requireHomeIdAt(maker).catch(() => home)) !== home;
  const hasAnotherHome = !isGone && maker !== undefined && there !== undefined && !wasHere && (isCopied || !isSame);
  const itself = isGone
    ? 'another folder: the home was moved, or this is a copy of it'
    : isCopied
      ? 'a copy of that home'
      : isSame
        ? 'another home with the same id: the cluster has another certificate authority'
        : 'another home';
  return new SparkDevError('IN_USE', `Docker has ${listThings(things)}, which this spark-dev did not make`, {
    why:
      maker === undefined
        ? `Nothing in ${data} proves that this home made it: another SPARK_DEV_HOME made it, or the folder was removed.`
        : wasHere && !isSame
          ? `An earlier data folder at ${maker} made it. That folder was removed or moved, lost its ${markerName}, or is in another container or machine at the same path.`
          : `The home with the data folder ${maker} made it; ${data} is ${itself}.`,
    fix: hasAnotherHome
      ? [
          `${describeHome(host, maker, there.uid)} spark-dev status   # uses the home that made it; run your command like this`,
          'spark-dev run sparkpi --target local   # needs no cluster',
          `${describeHome(host, maker, there.uid)} spark-dev down --delete   # deletes that cluster with all its data`,
        ]
      : [
          ...(isGone ? [`${sayMovedCommand(host.directories, maker)}   # if it was moved`] : []),
          ...(wasHere ? [] : ['Set SPARK_DEV_HOME to the value with which the cluster was made']),
          'spark-dev run sparkpi --target local   # needs no cluster',
          `Only if that home no longer exists (deletes all data in the cluster): ${removeByHand(things)}`,
        ],
  });
}

/** The start of a command line that uses the home with this data folder: `data` in SPARK_DEV_HOME, another name in a default home. */
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
