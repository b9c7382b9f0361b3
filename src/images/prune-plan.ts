import { basename } from 'node:path';
import type { DaemonLocation } from './daemon.js';
import type { ImageFacts } from './observed-image.js';
import type { NeededImage } from './image-rows.js';
import { overBaseName } from './custom-base.js';

/** What one daemon has with our label. */
export interface LabelledImages {
  readonly place: DaemonLocation;
  readonly images: readonly ImageFacts[];
  /** Ids that a container has, or another home may need. */
  readonly usedIds: ReadonlySet<string>;
}

export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
}

export interface ImageRemoval {
  readonly place: DaemonLocation;
  /** Of one image; Skaffold gives it two. */
  readonly references: readonly string[];
  /** Without those of the image it is built on, where that is known; other layers may be shared too. */
  readonly bytes: number;
  readonly why: string;
}

export interface PrunePlan {
  readonly images: readonly ImageRemoval[];
  readonly files: readonly StoredFile[];
  /** Old as well, and still in use. */
  readonly kept: readonly Pick<ImageRemoval, 'place' | 'references'>[];
}

/** What Skaffold calls the applications that a run builds. */
const applicationName = /^spark-dev-app:/;
/** The Spark images, and what is built on them. */
export const neededByRuns = /^spark-dev(-app|\/spark(-over-base)?):/;
/** On the Spark image, for as long as somebody verifies. */
const verifyName = /^spark-dev\/verify(-connect)?:/;
const ownName = /^spark-dev\/[a-z0-9.-]+:/;
/** The names under which build.ts writes, and nothing else. */
const storedName = /^[a-z][a-z0-9.-]*-[0-9a-f]{12}\.(tar|json)(\.partial)?$/;

/**
 * Old images that spark-dev made. The label alone does not make an image ours: one that a user builds on ours inherits it; and
 * the name alone neither.
 */
export function planPrune(
  needed: readonly NeededImage[],
  daemons: readonly LabelledImages[],
  files: readonly StoredFile[],
  /** Recipes of this home: images of the machine's Docker may also be another home's. */
  proven: ReadonlySet<string>,
): PrunePlan {
  const isManaged = ({ place, recipe }: OldImage): boolean => place !== 'host' || proven.has(recipe);
  const old = daemons.flatMap((daemon) => listOld(needed, daemon)).filter(isManaged);
  const held = new Set(old.filter(({ isUsed }) => isUsed).map(({ recipe }) => recipe));
  return {
    images: old.filter(({ isUsed }) => !isUsed).map(({ isUsed: _, recipe: __, ...removal }) => removal),
    kept: old.filter(({ isUsed }) => isUsed).map(({ place, references }) => ({ place, references })),
    // the file proves whose an image is for as long as that stays
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
  // an application's container keeps the base that its user had built; ours can be built again by anybody
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
  if (others.some((one) => verifyName.test(one))) return 'spark-dev verify builds it in seconds';
  if (others.some(isOverBase)) return 'built over a base that was named';
  return others.length === 0 ? 'an application of an earlier run' : 'made by an earlier recipe';
}

/** An image inherits the label of the one it is built on, so the smallest with that label is the base. */
function ownBytes(image: ImageFacts, images: readonly ImageFacts[]): number {
  const base = Math.min(...images.filter(({ recipe }) => recipe === image.recipe).map(({ bytes }) => bytes));
  return image.references.some((one) => applicationName.test(one)) ? image.bytes - base : image.bytes;
}

/** The next run of the same application finds it built. */
function findLatestApplication(needed: readonly NeededImage[], images: readonly ImageFacts[]): string | undefined {
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

/** `spark-0123456789ab.tar` → `0123456789ab` */
export function recipeOf(name: string): string | undefined {
  return storedName.test(name) ? /-([0-9a-f]{12})\./.exec(name)?.[1] : undefined;
}

/** `registry.k8s.io/pause:3.10.1` → `registry.k8s.io/pause` */
export function repositoryOf(reference: string): string {
  return reference.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^:/]+$/, '');
}
