import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { RunOptions } from '../ports/runner.js';
import { observeRootAccess, runAsRoot } from '../toolchain/engine/root-access.js';
import { inStep, type RunningStep } from '../steps/apply.js';
import { assembleContext } from './build-context.js';
import { mmdebstrapArgv, proxyEnv, type DebianRoot } from './debian-root.js';
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
import type { PlannedImage } from './recipe.js';
import { isFile } from '../files/paths.js';

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
    env: { ...env, ...buildEnv(image) },
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
