import { readdir, rm, stat } from 'node:fs/promises';
import { join, basename } from 'node:path';
import { isOwnFolder } from '../config/own-folders.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { removeArgv } from './docker-argv.js';
import {
  inspectImages,
  listLabelled,
  listUsedIds,
  daemonTitles,
  type Daemon,
  type ObservedImage,
  type DaemonLocation,
} from './observed-image.js';
import { showBytes } from '../text/sizes.js';
import type { NeededImage } from './image-rows.js';
import { overBaseName } from './custom-base.js';

export async function observeLabelled(host: Host, daemon: Daemon, signal: AbortSignal): Promise<LabelledImages> {
  const [images, usedIds] = await Promise.all([listLabelled(host, daemon, signal), listUsedIds(host, daemon, signal)]);
  return { place: daemon.place, images, usedIds };
}

export async function listStored({ directories }: Host): Promise<readonly StoredFile[]> {
  if (!(await isOwnFolder(directories, 'data'))) return [];
  const folder = join(directories.data, 'images');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  return Promise.all(files.map(async (path) => ({ path, bytes: (await stat(path)).size })));
}

export async function listStoredRecipes(host: Host): Promise<ReadonlySet<string>> {
  return recipesOf(await listStored(host));
}

export function showPrune(plan: PrunePlan): readonly string[] {
  return [
    ...plan.images.map(
      ({ place, references, bytes, why }) =>
        `Remove: ${references.join(', ')} from ${daemonTitles[place]} (${showBytes(bytes)}; ${why})`,
    ),
    ...plan.files.map(({ path, bytes }) => `Remove: ${path} (${showBytes(bytes)})`),
    ...plan.kept.map(
      ({ place, references }) =>
        `Keep: ${references.join(', ')} in ${daemonTitles[place]}: a container uses it, or another home may`,
    ),
  ];
}

export interface Pruned {
  readonly images: readonly ImageRemoval[];
  readonly stayed: readonly ImageRemoval[];
  readonly files: readonly StoredFile[];
}

/** Removes names, never ids: an image that a user tagged as well survives under that name. */
export async function prune(
  host: Host,
  plan: PrunePlan,
  daemons: readonly Daemon[],
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<Pruned> {
  const stayed: ImageRemoval[] = [];
  for (const daemon of daemons) {
    const removals = plan.images.filter(({ place }) => place === daemon.place);
    const options = { logFile, signal, env: daemon.dockerEnv, accept: [1] };
    for (const argv of removalCommands(removals)) await host.runner.run(argv, options);
    const names = removals.flatMap(({ references }) => references);
    const left = await inspectImages(host, daemon, names, signal);
    const leftNames = new Set(left.flatMap(({ references }) => references));
    stayed.push(...removals.filter(({ references }) => references.some((one) => leftNames.has(one))));
  }
  for (const { path } of plan.files) await rm(path, { force: true });
  return { images: plan.images.filter((removal) => !stayed.includes(removal)), stayed, files: plan.files };
}

/** One call per image, so that one failure does not stop the others. */
export function removalCommands(removals: readonly ImageRemoval[]): readonly Argv[] {
  return removals.map(({ references }) => removeArgv(references));
}

export interface LabelledImages {
  readonly place: DaemonLocation;
  readonly images: readonly ObservedImage[];
  /** Ids that a container has, or another home may need. */
  readonly usedIds: ReadonlySet<string>;
}

export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
}

export interface ImageRemoval {
  readonly place: DaemonLocation;
  /** All names of one image; Skaffold gives it two. */
  readonly references: readonly string[];
  /** Without the base image's bytes, if known. Other layers may be shared too. */
  readonly bytes: number;
  readonly why: string;
}

export interface PrunePlan {
  readonly images: readonly ImageRemoval[];
  readonly files: readonly StoredFile[];
  readonly kept: readonly Pick<ImageRemoval, 'place' | 'references'>[];
}

/** Repository names that Skaffold gives to the applications of runs. */
const applicationName = /^spark-dev-app:/;
/** The Spark images, and what is built on them. */
export const neededByRuns = /^spark-dev(-app|\/spark(-over-base)?):/;
/** Built on the Spark image; needed only while verify runs. */
const verifyName = /^spark-dev\/verify(-connect)?:/;
const ownName = /^spark-dev\/[a-z0-9.-]+:/;
/** Only the names that build.ts writes. */
const storedName = /^[a-z][a-z0-9.-]*-[0-9a-f]{12}\.(tar|json)(\.partial)?$/;

/**
 * Old images that spark-dev made. Neither label nor name alone proves that: images that a user builds on ours inherit the label.
 */
export function planPrune(
  needed: readonly NeededImage[],
  daemons: readonly LabelledImages[],
  files: readonly StoredFile[],
): PrunePlan {
  // images of the machine's Docker may also be another home's
  const proven = recipesOf(files);
  const isManaged = ({ place, recipe }: OldImage): boolean => place !== 'host' || proven.has(recipe);
  const old = daemons.flatMap((daemon) => listOld(needed, daemon)).filter(isManaged);
  const held = new Set(old.filter(({ isUsed }) => isUsed).map(({ recipe }) => recipe));
  return {
    images: old.filter(({ isUsed }) => !isUsed).map(({ isUsed: _, recipe: __, ...removal }) => removal),
    kept: old.filter(({ isUsed }) => isUsed).map(({ place, references }) => ({ place, references })),
    // The file proves whose image it is for as long as it stays.
    files: files.filter(({ path }) => isOldFile(needed, basename(path)) && !held.has(recipeOf(basename(path)) ?? '')),
  };
}

interface OldImage extends ImageRemoval {
  readonly isUsed: boolean;
  readonly recipe: string;
}

function listOld(needed: readonly NeededImage[], { place, images, usedIds }: LabelledImages): readonly OldImage[] {
  const current = new Set(needed.map(({ recipe }) => recipe));
  const official = new Set(needed.map(({ reference }) => repositoryOf(reference)));
  const isNamedByUs = (reference: string): boolean => ownName.test(reference) || official.has(repositoryOf(reference));
  const latest = findLatestApplication(needed, images);
  // An application's container keeps the user's custom base; our own image can be rebuilt at any time.
  const usedRecipes = new Set(images.flatMap(({ id, recipe }) => (usedIds.has(id) ? [recipe] : [])));
  return images.flatMap((image) => {
    if (image.recipe === undefined) return [];
    const applications = image.id === latest ? [] : image.references.filter((one) => applicationName.test(one));
    const others = current.has(image.recipe) ? [] : image.references.filter(isNamedByUs);
    const references = [...applications, ...others];
    if (references.length === 0) return [];
    const isUsed = usedIds.has(image.id) || (others.some(isOverBase) && usedRecipes.has(image.recipe));
    const { recipe } = image;
    return [{ place, references, bytes: ownBytes(image, images), why: explain(others), isUsed, recipe }];
  });
}

function isOverBase(reference: string): boolean {
  return reference.startsWith(`spark-dev/${overBaseName}:`);
}

function explain(others: readonly string[]): string {
  if (others.some((one) => verifyName.test(one))) return 'spark-dev verify rebuilds it in seconds';
  if (others.some(isOverBase)) return 'built on a custom base';
  return others.length === 0 ? 'application of an earlier run' : 'made by an earlier recipe';
}

/** Images inherit the label of their base, so the smallest image with that label is the base. */
function ownBytes(image: ObservedImage, images: readonly ObservedImage[]): number {
  const base = Math.min(...images.filter(({ recipe }) => recipe === image.recipe).map(({ bytes }) => bytes));
  return image.references.some((one) => applicationName.test(one)) ? image.bytes - base : image.bytes;
}

/** The next run of the same application finds it built. */
function findLatestApplication(needed: readonly NeededImage[], images: readonly ObservedImage[]): string | undefined {
  const spark = needed.find(({ name }) => name === 'spark')?.recipe;
  return images
    .filter(({ recipe, references }) => recipe === spark && references.some((one) => applicationName.test(one)))
    .sort((left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt))[0]?.id;
}

function isOldFile(needed: readonly NeededImage[], name: string): boolean {
  if (!storedName.test(name)) return false;
  if (name.endsWith('.partial')) return true;
  return !needed.some(({ tar }) => basename(tar).replace(/\.tar$/, '') === name.replace(/\.(tar|json)$/, ''));
}

/**
 * Recipes of images that this home built or loaded: its store has a file of each. That distinguishes them from another home's
 * images in the same Docker.
 */
export function recipesOf(files: readonly StoredFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(({ path }) => recipeOf(basename(path)) ?? []));
}

/** `spark-0123456789ab.tar` → `0123456789ab` */
function recipeOf(name: string): string | undefined {
  return storedName.test(name) ? /-([0-9a-f]{12})\./.exec(name)?.[1] : undefined;
}

/** `registry.k8s.io/pause:3.10.1` → `registry.k8s.io/pause` */
function repositoryOf(reference: string): string {
  return reference.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^:/]+$/, '');
}
