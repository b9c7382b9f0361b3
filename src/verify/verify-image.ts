import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { buildFromRecipe } from '../images/build.js';
import { pruneStagesArgv } from '../images/docker-argv.js';
import { findImageId } from '../images/observed-image.js';
import { planImage, type ContextFile, type PlannedImage, digestFolder } from '../images/recipe.js';
import type { Directories, Host } from '../ports/host.js';
import { fetchFromPypi, type PinnedFile } from '../toolchain/pypi/pypi.js';
import { unpackZip } from '../toolchain/unpack.js';
import { inStep, type RunningStep } from '../steps/apply.js';

/** The names contain a hash of the inputs, so an existing image is up to date. */
export interface VerifyImages {
  /** The Spark image with the test applications on top. */
  readonly applications: PlannedImage;
  /** The same image with the Python packages of Spark Connect. */
  readonly withConnect: PlannedImage;
}

/** Pure, except that it reads the sources. */
export async function planVerifyImages(
  host: Pick<Host, 'directories' | 'platform'>,
  { sparkImage, sparkVersion: version }: Pick<PreparedCluster, 'sparkImage' | 'sparkVersion'>,
): Promise<VerifyImages> {
  const { directories } = host;
  const plan = async (name: string, base: string, files: readonly ContextFile[]): Promise<PlannedImage> => {
    const digest = await digestFolder(join(directories.package, 'images', name));
    return planImage({ name, folder: name, version, args: { BASE: base }, files }, digest, directories.data);
  };
  const sources = join(directories.package, 'examples', 'verify');
  const applications = await plan('verify', sparkImage, [
    { from: sources, to: 'sources', fingerprint: await digestFolder(sources) },
  ]);
  const wheels = (await connectPackages(host)).map(({ name, sha256 }) => ({
    from: join(wheelsFolder(directories), name),
    to: 'python-packages',
    fingerprint: sha256,
  }));
  return { applications, withConnect: await plan('verify-connect', applications.reference, wheels) };
}

/**
 * Dependencies of Spark Connect's Python client that the Spark image lacks, for Debian 12's Python 3.11: `pip download` of the
 * extra `pyspark[connect]` of 4.3.0. https://spark.apache.org/docs/latest/api/python/getting_started/install.html#dependencies
 */
export async function connectPackages({
  directories,
  platform,
}: Pick<Host, 'directories' | 'platform'>): Promise<readonly PinnedFile[]> {
  const text = await readFile(join(directories.package, 'images', 'verify-connect', 'packages.json'), 'utf8');
  const files = JSON.parse(text) as readonly (PinnedFile & { readonly arch?: 'amd64' | 'arm64' })[];
  const ours = platform.arch === 'arm64' ? 'arm64' : 'amd64';
  return files.filter(({ arch = ours }) => arch === ours);
}

/** Builds the image in the cluster's Docker, which has the Spark image, unless it exists. */
export async function ensureVerifyImage(
  host: Host,
  cluster: PreparedCluster,
  image: PlannedImage,
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<void> {
  const { name } = image.recipe;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)) };
  if ((await findImageId(host, image.reference, { env, signal })) !== undefined) return;
  const context = contextFolder(host.directories, image);
  try {
    await inStep(host, `Image ${image.reference}`, async (step) => {
      if (name === 'verify-connect') await unpackPackages(host, step, signal);
      await buildFromRecipe(host, image, context, step, { env, logFile, signal });
      await host.runner.run(pruneStagesArgv(name), { env, signal, logFile });
    });
  } catch (error) {
    throw explain(error, image, logFile);
  } finally {
    for (const folder of [context, wheelsFolder(host.directories)]) await rm(folder, { recursive: true, force: true });
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
  const packages = await connectPackages(host);
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
