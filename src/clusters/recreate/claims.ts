import { basename } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Argv, RunOptions } from '../../ports/runner.js';
import type { Host } from '../../ports/host.js';
import { listLines } from '../../text/words.js';
import { waitFor } from '../../time/wait-for.js';
import { isContainer } from '../minikube/argv.js';
import {
  getAllArgv,
  isManaged,
  listKeptNamespaces,
  nameOf,
  objectKey,
  readObjects,
  type RawObject,
} from './objects.js';
import { digestFile, requireIntact, type NodeAccess, type RecreationContext, type SavedClaim } from './record.js';

export type UnsavedClaim = Omit<SavedClaim, 'path'> & { readonly why: string };

/** The folder of minikube's provisioner. */
const provisioned = '/tmp/hostpath-provisioner/';

/** Saved: claims with our label, and claims in our namespaces that outlive their pods. */
export function sortClaims(
  objects: readonly RawObject[],
  namespaces: readonly string[],
): { readonly saved: readonly SavedClaim[]; readonly unsaved: readonly UnsavedClaim[] } {
  const saved: SavedClaim[] = [];
  const unsaved: UnsavedClaim[] = [];
  for (const claim of objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')) {
    const { name, namespace = '' } = claim.metadata;
    const path = findPath(objectKey(claim), objects);
    const why = whyUnsaved(claim, namespaces, path);
    if (why !== undefined) unsaved.push({ namespace, name, why });
    else if (path !== undefined) saved.push({ namespace, name, path });
  }
  return { saved, unsaved };
}

/** The directory of the claim with this key; undefined if it is not bound yet. */
function findPath(claim: string, objects: readonly RawObject[]): string | undefined {
  const find = (key: string): RawObject | undefined => objects.find((one) => objectKey(one) === key);
  const volume = find(`persistentvolume/${String(find(claim)?.spec?.['volumeName'])}`);
  const place = volume?.spec?.['hostPath'];
  if (typeof place !== 'object' || place === null || !('path' in place)) return undefined;
  return typeof place.path === 'string' ? place.path : undefined;
}

function whyUnsaved(claim: RawObject, namespaces: readonly string[], path: string | undefined): string | undefined {
  const { metadata, spec } = claim;
  if (!isManaged(claim) && !namespaces.includes(metadata.namespace ?? '')) return 'spark-dev did not create it';
  if (metadata.ownerReferences?.some(({ kind }) => kind === 'Pod' || kind === 'Job') === true)
    return 'it is deleted with its pod';
  if (spec?.['volumeName'] === undefined) return undefined;
  return path?.startsWith(provisioned) === true ? undefined : "its volume is not from minikube's provisioner";
}

/** Runs programs inside the node, as root. */
function insideArgv(node: NodeAccess): Argv {
  if (isContainer(node)) return [node.driver, 'exec', '--interactive', node.profile];
  return [node.minikube, 'ssh', '--profile', node.profile, '--native-ssh=false', '--', 'sudo'];
}

function tarArgv(node: NodeAccess, path: string, does: string, ...how: readonly string[]): Argv {
  return [...insideArgv(node), 'tar', does, '--file=-', ...how, `--directory=${path}`];
}

/** posix format: keeps fractions of a second and long names; sparse files stay sparse. */
export function packArgv(node: NodeAccess, path: string): Argv {
  const how = ['--format=posix', '--numeric-owner', '--sparse', '--sort=name'];
  return [...tarArgv(node, path, '--create', ...how), '.'];
}

export function unpackArgv(node: NodeAccess, path: string): Argv {
  return tarArgv(node, path, '--extract', '--numeric-owner', '--same-owner', '--preserve-permissions');
}

/** Compares contents, owners, modes, times and links of each file; with exit code 1 it lists the differences. */
export function compareArgv(node: NodeAccess, path: string): Argv {
  return tarArgv(node, path, '--compare', '--numeric-owner');
}

/** Disk usage in bytes, by `NAMESPACE/NAME`. */
export async function measureClaims(
  host: Host,
  node: NodeAccess,
  objects: readonly RawObject[],
  options: RunOptions,
): Promise<Readonly<Record<string, number>>> {
  const { saved } = sortClaims(objects, listKeptNamespaces(objects));
  if (saved.length === 0) return {};
  const paths = saved.map(({ path }) => path);
  const argv = [...insideArgv(node), 'du', '--summarize', '--block-size=1', ...paths];
  const { stdout } = await host.runner.run(argv, options);
  const sizes = new Map(listLines(stdout).map((line) => line.trim().split('\t').reverse() as [string, string]));
  return Object.fromEntries(saved.map((claim) => [nameOf(claim), Number(sizes.get(claim.path))]));
}

/** One archive each, compared while the files still exist. */
export async function saveClaims(context: RecreationContext, progress: (note: string) => void): Promise<void> {
  const { plan, folder, archives, cluster, run } = context;
  for (const claim of plan.claims) {
    const file = folder.claim(claim);
    progress(nameOf(claim));
    await run(packArgv(cluster, claim.path), { stdoutFile: file });
    archives[basename(file)] = await digestFile(file);
    await run(compareArgv(cluster, claim.path), { stdinFile: file });
  }
}

export async function restoreClaims(context: RecreationContext, progress: (note: string) => void): Promise<void> {
  for (const claim of await awaitClaims(context)) {
    progress(nameOf(claim));
    const file = context.folder.claim(claim);
    await requireIntact(context, file);
    await context.run(unpackArgv(context.cluster, claim.path), { stdinFile: file });
  }
}

export async function compareClaims(context: RecreationContext): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const claim of await awaitClaims(context)) {
    const options = { stdinFile: context.folder.claim(claim), accept: [1] };
    const { exitCode, stdout } = await context.run(compareArgv(context.cluster, claim.path), options);
    if (exitCode !== 0) differences.push(`files of ${nameOf(claim)}: ${stdout.slice(0, 500)}`);
  }
  return differences;
}

const boundWithinMs = 60_000;

/** Waits until all claims are bound; returns them with their directories in the new cluster. */
async function awaitClaims({ host, plan, kubectl, options }: RecreationContext): Promise<readonly SavedClaim[]> {
  const what = 'persistentvolumeclaims,persistentvolumes';
  const listBound = async (): Promise<readonly SavedClaim[]> => {
    const objects = await readObjects(host, getAllArgv(kubectl, what), options);
    return plan.claims.flatMap((claim) => {
      const path = findPath(`persistentvolumeclaim/${nameOf(claim)}`, objects);
      return path === undefined ? [] : [{ ...claim, path }];
    });
  };
  const bound = await waitFor(host.clock, listBound, {
    until: ({ length }) => length === plan.claims.length,
    ...{ everyMs: 500, timeoutMs: boundWithinMs, signal: options.signal },
  });
  const names = bound.map(nameOf);
  const open = plan.claims.map(nameOf).filter((name) => !names.includes(name));
  if (open.length === 0) return bound;
  throw new SparkDevError('TIMED_OUT', `Claims were not bound within ${String(boundWithinMs / 1000)} s`, {
    why: open.join(', '),
    fix: ['kubectl --context spark-dev get pvc --all-namespaces', 'spark-dev init --yes   # continues from here'],
  });
}
