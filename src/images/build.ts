import { mkdir, rm, writeFile, copyFile, cp, link, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError, codeOf } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { RunOptions } from '../ports/runner.js';
import { observeRootAccess, runAsRoot } from '../toolchain/engine/root-access.js';
import { inStep, type RunningStep } from '../steps/apply.js';
import {
  dockerBuildArgv,
  buildEnv,
  importArgv,
  listPackagesArgv,
  parseBuildStep,
  pruneStagesArgv,
  removeArgv,
} from './docker-argv.js';
import { ensureLoaded, ensurePulled, saveImage } from './image-store.js';
import { type PlannedImage, mmdebstrapArgv, proxyEnv, type DebianRoot, type ImageRecipe } from './recipe.js';
import { isFile } from '../files/paths.js';
import { constants } from 'node:fs';

export interface ImageBuildOptions {
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
}

/** Makes the root file system once; does nothing if its file exists. */
export async function ensureDebianRoot(host: Host, root: DebianRoot, options: ImageBuildOptions): Promise<void> {
  const folder = `debian-${root.hash}`;
  if (root.isPulled === true) {
    const title = `Image of Debian ${root.suite}`;
    return buildIn(host, folder, title, options, () => ensurePulled(host, root.reference, options));
  }
  if (await isFile(root.tar)) return;
  await buildIn(host, folder, `Root file system of Debian ${root.suite}`, options, async (work, step) => {
    const rootTar = join(work, 'root.tar');
    // mmdebstrap changes owners and mounts.
    await runAsRoot(host, mmdebstrapArgv(root, rootTar), await observeRootAccess(host, options.signal), {
      ...options,
      env: proxyEnv(root),
      onLine: (line) => {
        if (line.startsWith('I: ')) step.progress(line.slice(3));
      },
    });
    await host.runner.run(importArgv(root, rootTar), options);
    await saveImage(host, root, undefined, options);
  });
}

/** Builds on the machine's own daemon and saves the image as a file; does nothing if the file exists. Needs the root first. */
export async function ensureImage(host: Host, image: PlannedImage, options: ImageBuildOptions): Promise<void> {
  if (await isFile(image.tar)) return;
  const { name, folder, version, base, officialName } = image.recipe;
  await buildIn(host, `${name}-${image.hash}`, `Image ${name} ${version}`, options, async (work, step) => {
    if (base?.isPulled === true) await ensurePulled(host, base.reference, options);
    else if (base !== undefined) await ensureLoaded(host, base, options);
    await buildFromRecipe(host, image, work, step, options);
    await writeManifest(host, image, options);
    await saveImage(host, image, officialName, options);
    // Only nodes need it, and they load the file.
    if (officialName !== undefined) await host.runner.run(removeArgv([image.reference]), { logFile: options.logFile });
    await host.runner.run(pruneStagesArgv(folder), { logFile: options.logFile });
  });
}

/** Builds what the recipe describes from a context in `work`; `env` may name another daemon than the machine's own. */
export async function buildFromRecipe(
  host: Host,
  image: PlannedImage,
  work: string,
  step: RunningStep,
  { env, ...options }: ImageBuildOptions & Pick<RunOptions, 'env'>,
): Promise<void> {
  await assembleContext(image.recipe, host.directories.package, work);
  await host.runner.run(dockerBuildArgv(image, work), {
    ...options,
    // for the machine that it is built on, whatever the user builds otherwise
    env: { ...env, ...buildEnv(image), DOCKER_DEFAULT_PLATFORM: undefined },
    onLine: (line) => {
      const at = parseBuildStep(line);
      if (at !== undefined) step.progress(at.does, at.step, at.total);
    },
  });
}

async function writeManifest(host: Host, image: PlannedImage, options: ImageBuildOptions): Promise<void> {
  const { name, officialName, version, args, base, files } = image.recipe;
  const hasPackages = base !== undefined && 'sources' in base && officialName === undefined;
  const packages = hasPackages
    ? { packages: (await host.runner.run(listPackagesArgv(image.reference), options)).stdout.split('\n').sort() }
    : {};
  const manifest = {
    name,
    reference: officialName ?? image.reference,
    recipe: image.hash,
    version,
    args,
    ...(base === undefined ? {} : { base: base.reference }),
    contents: Object.fromEntries(files.map(({ to, fingerprint }) => [to, fingerprint])),
    ...packages,
  };
  await mkdir(dirname(image.manifest), { recursive: true });
  await writeFile(image.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

async function buildIn(
  host: Host,
  folder: string,
  title: string,
  options: ImageBuildOptions,
  act: (work: string, step: RunningStep) => Promise<void>,
): Promise<void> {
  const work = join(host.directories.cache, 'build', folder);
  try {
    await inStep(host, title, async (step) => {
      await mkdir(work, { recursive: true });
      await act(work, step);
    });
  } catch (error) {
    throw explainFailure(error, title, options.logFile);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A tool that fails here means a failed build, with the build's exit code. Other errors pass through. */
function explainFailure(error: unknown, title: string, log: string): unknown {
  if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') return error;
  return new SparkDevError('BUILD_FAILED', `${title}: the build failed`, {
    ...(error.why === undefined ? {} : { why: error.why }),
    fix: ['Run it again: finished parts are kept', 'spark-dev doctor'],
    log,
    cause: error,
  });
}

/** Puts the recipe's folder and the files from elsewhere next to each other, so that the daemon sees nothing else. */
export async function assembleContext(recipe: ImageRecipe, packageDirectory: string, context: string): Promise<void> {
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await cp(join(packageDirectory, 'images', recipe.folder), context, { recursive: true });
  for (const folder of recipe.emptyFolders ?? []) await mkdir(join(context, folder), { recursive: true });
  for (const file of recipe.files) await linkTree(file.from, join(context, file.to));
}

/** Hard links cost nothing when both sides are on one file system. */
export async function linkTree(from: string, to: string): Promise<void> {
  if (!(await stat(from)).isDirectory()) {
    await mkdir(dirname(to), { recursive: true });
    await linkOrCopy(from, to);
    return;
  }
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await linkTree(join(from, name), join(to, name));
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // Another file system, or one without hard links.
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(codeOf(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
