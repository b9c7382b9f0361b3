import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { assembleContext } from '../images/build-context.js';
import { dockerBuildArgv, buildEnv, parseBuildStep, pruneStagesArgv } from '../images/docker-argv.js';
import { digestFolder } from '../images/folder-digest.js';
import { planImage, type PlannedImage } from '../images/recipe.js';
import type { Directories, Host } from '../ports/host.js';
import { fetchFromPypi } from '../toolchain/pypi/pypi.js';
import { unpackZip } from '../toolchain/unpack.js';
import { inStep, type RunningStep } from '../steps/apply.js';
import { connectPackages } from './connect-packages.js';
import { findImageId } from '../images/observed-image.js';

/** The names contain a hash of the inputs, so an existing image is up to date. */
export interface VerifyImages {
  /** The Spark image with the test applications on top. */
  readonly applications: PlannedImage;
  /** The same image with the Python packages of Spark Connect. */
  readonly withConnect: PlannedImage;
}

/** Pure, except that it reads the sources. */
export async function planVerifyImages(
  { directories, platform }: Pick<Host, 'directories' | 'platform'>,
  { sparkImage, sparkVersion }: Pick<PreparedCluster, 'sparkImage' | 'sparkVersion'>,
): Promise<VerifyImages> {
  const sources = join(directories.package, 'examples', 'verify');
  const folder = (name: string): Promise<string> => digestFolder(join(directories.package, 'images', name));
  const [fingerprint, own, connect] = await Promise.all([
    digestFolder(sources),
    folder('verify'),
    folder('verify-connect'),
  ]);
  const recipe = {
    name: 'verify',
    folder: 'verify',
    version: sparkVersion,
    args: { BASE: sparkImage },
    files: [{ from: sources, to: 'sources', fingerprint }],
  };
  const applications = planImage(recipe, own, directories.data);
  const packages = connectPackages(platform.arch === 'arm64' ? 'arm64' : 'amd64');
  const connectRecipe = {
    name: 'verify-connect',
    folder: 'verify-connect',
    version: sparkVersion,
    args: { BASE: applications.reference },
    files: packages.map(({ name, sha256 }) => ({
      from: join(wheelsFolder(directories), name),
      to: 'python-packages',
      fingerprint: sha256,
    })),
  };
  return { applications, withConnect: planImage(connectRecipe, connect, directories.data) };
}

/** Builds the image in the cluster's Docker, which has the Spark image, unless it exists. */
export async function ensureVerifyImage(
  host: Host,
  cluster: PreparedCluster,
  image: PlannedImage,
  options: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<void> {
  const { signal, logFile } = options;
  const { name } = image.recipe;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)), ...buildEnv(image) };
  if ((await findImageId(host, image.reference, { env, signal })) !== undefined) return;
  const context = contextFolder(host.directories, image);
  try {
    await inStep(host, `Image ${image.reference}`, async (step) => {
      if (name === 'verify-connect') await unpackPackages(host, step, signal);
      await assembleContext(image.recipe, host.directories.package, context);
      await host.runner.run(dockerBuildArgv(image, context), {
        env,
        signal,
        logFile,
        onLine: (line) => {
          const at = parseBuildStep(line);
          if (at !== undefined) step.progress(at.does, at.step, at.total);
        },
      });
      await host.runner.run(pruneStagesArgv(name), { env, signal, logFile });
    });
  } catch (error) {
    throw explain(error, image, logFile);
  } finally {
    await rm(context, { recursive: true, force: true });
    await rm(wheelsFolder(host.directories), { recursive: true, force: true });
  }
}

export function contextFolder({ cache }: Directories, { recipe, hash }: PlannedImage): string {
  return join(cache, 'build', `${recipe.name}-${hash}`);
}

/** Temporary, during a build; the download cache keeps the wheels. */
function wheelsFolder({ cache }: Directories): string {
  return join(cache, 'build', 'verify-wheels');
}

async function unpackPackages(host: Host, step: RunningStep, signal: AbortSignal): Promise<void> {
  const packages = connectPackages(host.platform.arch === 'arm64' ? 'arm64' : 'amd64');
  for (const [index, file] of packages.entries()) {
    step.progress(`fetch ${file.name}`, index + 1, packages.length);
    await unpackZip(await fetchFromPypi(host, file, { signal }), join(wheelsFolder(host.directories), file.name));
  }
}

function explain(error: unknown, { reference }: PlannedImage, log: string): unknown {
  if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') return error;
  return new SparkDevError('BUILD_FAILED', `The image ${reference} could not be built in the cluster`, {
    ...(error.why === undefined ? {} : { why: error.why }),
    fix: ['spark-dev images list', 'spark-dev init --yes'],
    log,
    cause: error,
  });
}
