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
  type ThingKind,
} from './minikube/docker-things.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { readHomeId, requireHomeIdAt, wasMovedFrom } from '../config/home-marker.js';
import { isSameFolder } from '../files/paths.js';
import { profileFile } from './minikube/profile-config.js';

/** What identifies this home; a Docker object that matches none of it belongs to something else. */
export interface HomeIdentity {
  readonly home: string | undefined;
  /** Volumes that contain this home's certificate authority: for clusters without our label on the volume. */
  readonly authorityIn: readonly string[];
  /** Volumes with another authority, despite their label: a copy of a home has the same id. */
  readonly foreignAuthorityIn: readonly string[];
  /** A network that an interrupted deletion had proven to be ours. */
  readonly network: string | undefined;
}

export interface Ownership {
  /** `foreign`: minikube would use a container or volume that this home does not own. */
  readonly verdict: 'absent' | 'ours' | 'foreign';
  /** In the order of removal; the proof comes last. */
  readonly ours: readonly ObservedDockerThing[];
  readonly others: readonly (ObservedDockerThing & { readonly home?: string; readonly madeBy?: string })[];
}

const answerWithinMs = 30_000;

/** The only proof of ownership: every stop, change or removal asks for it first; names and journals prove nothing. */
export async function proveOwnership(host: Host, signal?: AbortSignal): Promise<Ownership> {
  const seen = await listThings(host, ['container', 'volume', 'network'], signal);
  return classifyOwnership(seen, await readIdentity(host, seen, signal));
}

/**
 * For an observation: networks decide no verdict. A cluster that answered to this home's kubeconfig, which trusts no other
 * authority, needs no comparison of certificates.
 */
export async function observeVerdict(
  host: Host,
  signal?: AbortSignal,
  isUp?: () => Promise<boolean>,
): Promise<Ownership['verdict']> {
  const seen = await listThings(host, ['container', 'volume'], signal);
  return classifyOwnership(seen, await readIdentity(host, seen, signal, isUp)).verdict;
}

async function listThings(
  host: Host,
  kinds: readonly ThingKind[],
  signal: AbortSignal | undefined,
): Promise<ObservedDockerThings> {
  const list = async (kind: ThingKind) =>
    [kind, (await host.runner.run(listThingsArgvs[kind], { signal, timeoutMs: answerWithinMs })).stdout] as const;
  return parseThings(Object.fromEntries(await Promise.all(kinds.map(list))));
}

/** Pure: Docker's objects and this home's identity → the owner of each object. */
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
  isUp?: () => Promise<boolean>,
): Promise<HomeIdentity> {
  const nobody: HomeIdentity = { home: undefined, authorityIn: [], foreignAuthorityIn: [], network: undefined };
  if (await isCopy(host, volumes)) return nobody;
  const home = await readHomeId(host.directories);
  const isOriginal = (await findOriginal(host)) === undefined;
  // a folder without its marker gets another id
  const isHere = await Promise.all(volumes.map(({ madeBy }) => isSameFolder(madeBy, host.directories.data)));
  const candidates = volumes.filter(
    (one, index) =>
      one.home === home || (one.name === profileName && (one.home === '' ? isOriginal : isHere[index] === true)),
  );
  const [noted, ...authorities] = await Promise.all([
    readNote(host, 'delete-cluster', 'network'),
    ...candidates.map(async ({ name }) => {
      if (name === profileName && (await isUp?.()) === true) return 'same';
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

/** The id and the data folder of the home that made something. */
export interface MakerMark {
  readonly home: string;
  readonly madeBy: string;
}

/**
 * `cp -a` copies the id and the authority too. The original is the home in the folder that an object names. If that is
 * missing, this home was moved or the disk of the original is not mounted: the user must say which.
 */
export async function isCopy({ directories }: Host, things: readonly Partial<MakerMark>[]): Promise<boolean> {
  const id = await readHomeId(directories);
  const ofThisId = things.filter(({ home = '' }) => home !== '' && home === id);
  const places = new Set(ofThisId.flatMap(({ madeBy = '' }) => (madeBy === '' ? [] : [madeBy])));
  const proofs = await Promise.all([...places].map((place) => wasMadeHere(directories, place, id)));
  return proofs.includes(false);
}

async function wasMadeHere(directories: Host['directories'], place: string, id: string | undefined): Promise<boolean> {
  // it may be this folder under another path
  if (await isSameFolder(place, directories.data)) return true;
  const there = await requireHomeIdAt(place).catch(() => id);
  return there !== id && (await wasMovedFrom(directories, place));
}

/**
 * For objects that name no folder: this home's folder when minikube wrote its kubeconfig. Undefined if it is unchanged, no
 * longer exists, or is unknown.
 */
export async function findOriginal({ directories }: Host): Promise<string | undefined> {
  const authority = await readAuthorityPath(clusterPaths(directories).kubeconfig);
  const place = /^(.+)\/minikube\/\.minikube\//.exec(authority)?.[1];
  if (place === undefined) return undefined;
  return (await wasMadeHere(directories, place, await readHomeId(directories))) ? undefined : place;
}

/**
 * Each home has its own authority, which minikube copies into its clusters. `unknown`: there is none yet, or it cannot be
 * read.
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
