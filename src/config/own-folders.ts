import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import {
  archiveForm,
  isOwnName,
  journalForm,
  litter,
  logForm,
  markerName,
  runIdForm,
  sortOwn,
  type Folders,
  type OwnFolder,
} from './own-forms.js';
import { mark, readHomeId, readMarker } from './home-marker.js';

/** The marker in `data` holds the home's id; the markers in the other two refer to it. */
export const ownFolders = ['data', 'cache', 'state'] as const;

/**
 * `dated`: marked by a version that gave each folder its own id, or for an earlier data folder. `another`: marked by a home with
 * another data folder. `unproven`: only has names that spark-dev uses, and no proof.
 */
type Standing = 'absent' | 'empty' | 'marked' | 'dated' | 'earlier' | 'unproven' | 'foreign' | 'another';

const proven: readonly Standing[] = ['marked', 'dated', 'earlier'];

/**
 * Every command that writes calls this first. Marks folders that are new, empty or made by an older version. Throws if one holds
 * foreign files: names like `tools` and `logs` are common.
 */
export async function claimFolders(directories: Folders, kinds: readonly OwnFolder[] = ownFolders): Promise<void> {
  const standings = await observeOwnFolders(directories);
  const foreign = ownFolders.find((kind) => standings[kind] === 'foreign');
  if (foreign !== undefined) throw foreignFolder(directories[foreign]);
  const unproven = ownFolders.filter((kind) => standings[kind] === 'unproven').map((kind) => directories[kind]);
  if (unproven[0] !== undefined) throw unprovenFolder(unproven[0], unproven);
  for (const kind of kinds) if (!['marked', 'another'].includes(standings[kind])) await mark(directories, kind);
}

/** Before a removal of several steps: after an interruption the next call must still recognize an unmarked folder. */
export async function markOwnFolders(directories: Folders): Promise<void> {
  for (const kind of await listStanding(directories, 'earlier')) await mark(directories, kind);
}

/** Files may only be removed in such a folder. */
export function listOwnFolders(directories: Folders): Promise<readonly OwnFolder[]> {
  return listStanding(directories, ...proven);
}

/** Marked by another home, or behind an unexplained link: this home may use them, but removes nothing there. */
export function listFoldersOfOthers(directories: Folders): Promise<readonly OwnFolder[]> {
  return listStanding(directories, 'another');
}

export async function isOwnFolder(directories: Folders, kind: OwnFolder): Promise<boolean> {
  return (await listOwnFolders(directories)).includes(kind);
}

async function listStanding(directories: Folders, ...wanted: readonly Standing[]): Promise<readonly OwnFolder[]> {
  const standings = await observeOwnFolders(directories);
  return ownFolders.filter((kind) => wanted.includes(standings[kind]));
}

/**
 * Each folder proves itself. A sibling folder that is ours counts as proof only if everything below has our layout, as in a cache from before
 * markers.
 */
async function observeOwnFolders(directories: Folders): Promise<Readonly<Record<OwnFolder, Standing>>> {
  const home = await readHomeId(directories);
  const alone = await Promise.all(ownFolders.map((kind) => observeOwnFolder(directories, kind, home)));
  const isProven = alone.some((standing) => proven.includes(standing));
  const standings = ownFolders.map(async (kind, index) => {
    const standing = alone[index] ?? 'foreign';
    if (standing !== 'unproven' || !isProven) return standing;
    return (await isAllFormed(directories, kind)) ? 'earlier' : 'unproven';
  });
  const [data, cache, state] = (await Promise.all(standings)) as [Standing, Standing, Standing];
  return { data, cache, state };
}

async function isAllFormed(directories: Folders, kind: OwnFolder): Promise<boolean> {
  if (await isLink(directories[kind])) return false;
  const names = (await listNames(directories[kind])) ?? [];
  const sorted = await Promise.all(
    names.filter((name) => !litter.test(name)).map((name) => sortOwn(directories, kind, name)),
  );
  return sorted.every(({ foreign }) => foreign.length === 0);
}

async function observeOwnFolder(directories: Folders, kind: OwnFolder, home: string | undefined): Promise<Standing> {
  const folder = directories[kind];
  const marker = await readMarker(folder);
  if (marker === 'strange') return 'foreign';
  if (marker === 'blank') return 'earlier';
  // a line that is gone, and with it the name of the home
  if (marker !== undefined && kind === 'data') return home === undefined ? 'dated' : 'marked';
  if (marker?.of !== undefined && marker.of === home) return 'marked';
  // the home is still in its place, but its data folder is new
  if (marker?.of !== undefined) return marker.data === directories.data ? 'dated' : 'another';
  if (marker !== undefined) return (await isLink(folder)) ? 'another' : 'dated';
  const names = await listContent(folder);
  if (names === undefined) return 'absent';
  // an unfinished marker
  if (names.every((name) => name.startsWith(`${markerName}.`))) return 'empty';
  if ((await holdsEvidence(kind, folder)) && !(await isLink(folder))) return 'earlier';
  return names.every((name) => isOwnName(kind, name)) ? 'unproven' : 'foreign';
}

/** The link's target may belong to another home. */
async function isLink(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => undefined))?.isSymbolicLink() === true;
}

/** A folder, the pattern of a name in it, and what must be below that name. */
type Evidence = readonly [folder: string, name: RegExp, below?: string];

/** Left by versions without markers, and never found in a project by accident. */
const evidenceOf: Readonly<Record<OwnFolder, readonly Evidence[]>> = {
  data: [
    // data sets are numbered like train-000000000012.tar, so only our images' names count
    [
      'images',
      /^(coredns|kube-(apiserver|controller-manager|proxy|scheduler)|spark|storage-provisioner)-[0-9a-f]{12}\.(tar|json)$/,
    ],
    ...['kubernetes', 'minikube', 'skaffold', 'oci-runtime', 'cri-dockerd', 'pause'].map(
      (tool) => [join('tools', tool), /^v?\d+\.\d+\.\d+-[0-9a-f]{12}$/] as const,
    ),
    [join('minikube', '.minikube', 'profiles'), /^spark-dev$/],
  ],
  cache: [
    ['spark', /^\d+\.\d+\.\d+$/, join('deps', 'jars')],
    ['class-archives', archiveForm],
  ],
  state: [
    ['journal', journalForm],
    ['logs', logForm],
    // experiments are numbered by time too
    ['runs', runIdForm, 'driver.log'],
  ],
};

async function holdsEvidence(kind: OwnFolder, folder: string): Promise<boolean> {
  const found = await Promise.all(
    evidenceOf[kind].map(async ([inner, form, inside = '']) => {
      const formed = ((await listNames(join(folder, inner))) ?? []).filter((name) => form.test(name));
      const below = formed.map((name) => lstat(join(folder, inner, name, inside)).catch(() => undefined));
      return (await Promise.all(below)).some((found) => found !== undefined);
    }),
  );
  return found.includes(true);
}

/** Without litter and empty folders. */
async function listContent(folder: string): Promise<readonly string[] | undefined> {
  const names = (await listNames(folder))?.filter((name) => !litter.test(name));
  const inside = await Promise.all((names ?? []).map((name) => listNames(join(folder, name))));
  return names?.filter((_, index) => inside[index]?.length !== 0);
}

/** Undefined if the folder is missing or cannot be read. */
async function listNames(folder: string): Promise<readonly string[] | undefined> {
  return readdir(folder).catch(() => undefined);
}

function foreignFolder(folder: string): SparkDevError {
  return new SparkDevError('USAGE', `${folder} holds files that spark-dev did not make`, {
    why: `spark-dev removes its files there by name, so it only uses folders that are new, empty, or marked with ${markerName}.`,
    fix: ['SPARK_DEV_HOME=/a/new/folder spark-dev …', `Move the files out of ${folder}`],
  });
}

function unprovenFolder(folder: string, all: readonly string[]): SparkDevError {
  return new SparkDevError('USAGE', `${folder} is not marked as a spark-dev folder`, {
    why: `Its names are names that spark-dev uses, but a project may have them too. spark-dev only removes files in folders marked with ${markerName}.`,
    fix: [
      `${joinWords(['touch', ...all.map((one) => join(one, markerName))])}   # if spark-dev made the contents`,
      'SPARK_DEV_HOME=/a/new/folder spark-dev …',
    ],
  });
}
