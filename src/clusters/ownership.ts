import { readFile } from 'node:fs/promises';
import { readAuthorityPath } from '../kube/kubeconfig/entry.js';
import { readAuthorities } from '../kube/kubeconfig/own-entry.js';
import { readNote } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import {
  copyAuthorityArgv,
  listThingsArgvs,
  parseThings,
  readAuthorityArgv,
  type ObservedDockerThing,
  type ObservedDockerThings,
} from './minikube/docker-things.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { profileFile } from './minikube/profile-file.js';
import { readHomeId, requireHomeIdAt, wasMovedFrom } from '../config/home-marker.js';
import { isSameFolder } from '../files/same-folder.js';

/** What this home knows of itself; a thing in Docker that matches none of it is not this home's. */
export interface HomeIdentity {
  readonly home: string | undefined;
  /** Volumes in which this home's own certificate authority lies: for clusters without our label on the volume. */
  readonly authorityIn: readonly string[];
  /** Volumes with another authority, whatever their label: a copy of a home has its id. */
  readonly foreignAuthorityIn: readonly string[];
  /** A network that a deletion which was cut short had proven. */
  readonly network: string | undefined;
}

export interface Ownership {
  /** `foreign`: minikube would take the container or the volume of something else for this home's. */
  readonly verdict: 'absent' | 'ours' | 'foreign';
  /** In the order in which they can be removed, the proof last. */
  readonly ours: readonly ObservedDockerThing[];
  readonly others: readonly (ObservedDockerThing & { readonly home?: string; readonly madeBy?: string })[];
}

const answerWithinMs = 30_000;

/** The one proof. Everything that stops, changes or removes the cluster asks it right before; names and journals prove nothing. */
export async function proveOwnership(host: Host, signal?: AbortSignal): Promise<Ownership> {
  const kinds = ['container', 'volume', 'network'] as const;
  const [container, volume, network] = await Promise.all(
    kinds.map(
      async (kind) => (await host.runner.run(listThingsArgvs[kind], { signal, timeoutMs: answerWithinMs })).stdout,
    ),
  );
  const seen = parseThings({ container: container ?? '', volume: volume ?? '', network: network ?? '' });
  return classifyOwnership(seen, await readIdentity(host, seen, signal));
}

/** Pure: what Docker holds, and what this home knows of itself → whose each thing is. */
export function classifyOwnership(
  { containers, volumes, networks }: ObservedDockerThings,
  identity: HomeIdentity,
): Ownership {
  const ourVolumes = volumes.filter(({ name, home }) =>
    home === ''
      ? identity.authorityIn.includes(name)
      : home === identity.home && !identity.foreignAuthorityIn.includes(name),
  );
  const ourContainers = containers.filter(
    (one) => one.isLabelled && ourVolumes.some(({ name }) => one.volumes.includes(name)),
  );
  const mayUse = (id: string): boolean => ourContainers.some((one) => one.id === id);
  const ourNetworks = networks.filter(
    ({ id, isLabelled, attached }) =>
      isLabelled && attached.every(mayUse) && (ourVolumes.length > 0 || id === identity.network),
  );
  const ours: readonly ObservedDockerThing[] = [...ourContainers, ...ourNetworks, ...ourVolumes];
  const others = [...containers, ...volumes, ...networks].filter((one) => !ours.includes(one));
  const taken = others.some(({ kind, name }) => kind !== 'network' && name === profileName);
  return { verdict: taken ? 'foreign' : ourVolumes.length > 0 ? 'ours' : 'absent', ours, others };
}

async function readIdentity(
  host: Host,
  { containers, volumes }: ObservedDockerThings,
  signal: AbortSignal | undefined,
): Promise<HomeIdentity> {
  const nobody: HomeIdentity = { home: undefined, authorityIn: [], foreignAuthorityIn: [], network: undefined };
  if (await isCopy(host, volumes)) return nobody;
  const home = await readHomeId(host.directories);
  const isOriginal = (await findOriginal(host)) === undefined;
  // a folder that lost its marker has another id
  const isHere = await Promise.all(volumes.map(({ madeBy }) => isSameFolder(madeBy, host.directories.data)));
  const candidates = volumes.filter(
    (one, index) =>
      one.home === home || (one.name === profileName && (one.home === '' ? isOriginal : isHere[index] === true)),
  );
  const [noted, ...authorities] = await Promise.all([
    readNote(host, 'delete-cluster', 'network'),
    ...candidates.map(({ name }) => {
      const container = containers.find((one) => one.volumes.includes(name));
      return compareAuthority(host, container?.id, name, signal);
    }),
  ]);
  const withAuthority = (which: 'same' | 'another'): typeof volumes =>
    candidates.filter((_, index) => authorities[index] === which);
  const same = withAuthority('same');
  return {
    home: same.find((one) => one.home !== '')?.home ?? home,
    authorityIn: same.map(({ name }) => name),
    foreignAuthorityIn: withAuthority('another').map(({ name }) => name),
    network: noted,
  };
}

/** The id of the home that made something, and where that home had its data. */
export interface MakerMark {
  readonly home: string;
  readonly madeBy: string;
}

/**
 * `cp -a` copies the id and the authority too. The original is the home at the place that a thing names. Where none is there,
 * this home was moved, or the disk of the original is not mounted: a person has to say which.
 */
export async function isCopy({ directories }: Host, things: readonly MakerMark[]): Promise<boolean> {
  const id = await readHomeId(directories);
  const places = new Set(things.filter(({ home }) => home !== '' && home === id).map(({ madeBy }) => madeBy));
  places.delete('');
  const proofs = await Promise.all([...places].map((place) => wasMadeHere(directories, place, id)));
  return proofs.includes(false);
}

async function wasMadeHere(directories: Host['directories'], place: string, id: string | undefined): Promise<boolean> {
  // by another path, it may be this one
  if (await isSameFolder(place, directories.data)) return true;
  const there = await requireHomeIdAt(place).catch(() => id);
  return there !== id && (await wasMovedFrom(directories, place));
}

/**
 * For things that name no place: where this home was when minikube wrote its kubeconfig. Undefined where it still is, or was
 * moved from, or where nothing says so.
 */
export async function findOriginal({ directories }: Host): Promise<string | undefined> {
  const authority = await readAuthorityPath(clusterPaths(directories).kubeconfig);
  const place = /^(.+)\/minikube\/\.minikube\//.exec(authority)?.[1];
  if (place === undefined) return undefined;
  return (await wasMadeHere(directories, place, await readHomeId(directories))) ? undefined : place;
}

/**
 * Each home has an authority of its own, which minikube copies into its clusters. `unknown`: none is there yet, or nothing can
 * be asked.
 */
async function compareAuthority(
  host: Host,
  container: string | undefined,
  volume: string,
  signal: AbortSignal | undefined,
): Promise<'same' | 'another' | 'unknown'> {
  const own = await readAuthorities(host.directories);
  const image = container === undefined && own.length > 0 ? await readNodeImage(host) : undefined;
  if (container === undefined && image === undefined) return 'unknown';
  const argv = container === undefined ? readAuthorityArgv(volume, image ?? '') : copyAuthorityArgv(container);
  const options = { accept: [1, 125, 126, 127], signal, timeoutMs: answerWithinMs };
  const { exitCode, stdout } = await host.runner.run(argv, options);
  if (exitCode !== 0) return 'unknown';
  return own.some((text) => stdout.includes(text)) ? 'same' : 'another';
}

async function readNodeImage(host: Host): Promise<string | undefined> {
  const text = await readFile(profileFile(host), 'utf8').catch(() => '');
  return /"KicBaseImage": *"([^"]+)"/.exec(text)?.[1];
}
