import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { linkTree } from '../../images/build.js';
import { layerArgv } from '../../images/docker-argv.js';
import { findImageId } from '../../images/observed-image.js';
import type { PythonRequirements, SparkJob } from '../../job/job.js';
import { describePython, ensurePythonPackages, readPythonTarget } from '../../job/packages/python-packages.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { inStep } from '../../steps/apply.js';
import { halfMadePrefix } from '../../toolchain/half-made.js';
import { findPython } from '../../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../../toolchain/spark/versions.js';
import { addMavenPackages } from '../../job/packages/maven-packages.js';
import { needsPackages } from '../../job/packages/find-requirements.js';
import { findImagePython } from './image-python.js';
import type { ClusterRun, JobRun } from './launcher.js';

const inImage = '/opt/spark-dev/packages';
const answerWithinMs = 60_000;
const builtWithinMs = 600_000;

/** The job with what it asks for laid in: jars from Maven, and Python packages in an image of their own. */
export async function layInPackages(run: ClusterRun): Promise<SparkJob> {
  const { host, cluster, spark = sparkVersion, signal } = run;
  const job = await addMavenPackages(host, run.job, spark, signal);
  if (!needsPackages(job.requirements)) return job;
  return { ...job, image: await ensurePackagesImage(run, job.image ?? cluster.sparkImage, job.requirements, spark) };
}

/** The same on this machine: the folder of the Python packages, for the Python that runs the program. */
export async function embedPackages(
  { host, job, spark = sparkVersion, signal }: JobRun,
  python: string | undefined,
): Promise<{ readonly job: SparkJob; readonly packages: string | undefined }> {
  const resolved = await addMavenPackages(host, job, spark, signal);
  if (python === undefined || !needsPackages(job.requirements)) return { job: resolved, packages: undefined };
  // an environment that the user names has the project's packages already
  const property = 'spark.pyspark.python';
  const own = job.conf[property] ?? host.env['PYSPARK_PYTHON'] ?? '';
  if (own !== '' && job.requirements.named.length === 0) {
    const source = property in job.conf ? property : 'PYSPARK_PYTHON';
    host.ui.say(`Packages of ${own} (${source}); the requirements file is not used`);
    return { job: resolved, packages: undefined };
  }
  const { stdout } = await host.runner.run([python, '-c', describePython], { signal, timeoutMs: answerWithinMs });
  const forThis = { target: readPythonTarget(stdout), spark, python, signal };
  return { job: resolved, packages: await ensurePythonPackages(host, job.requirements, forThis) };
}

/**
 * The base image with Python packages as one more layer, built once for the same packages. The image's own Python says what
 * they must fit.
 */
async function ensurePackagesImage(
  session: NamespaceSession,
  base: string,
  requirements: PythonRequirements,
  spark: SparkVersion,
): Promise<string> {
  const { host, cluster, signal } = session;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)), DOCKER_BUILDKIT: '0' };
  const target = await findImagePython(session, base);
  // only to run pip, which a user's own environment may lack
  const python = await findPython({ ...host, env: { ...host.env, PYSPARK_PYTHON: undefined } }, spark, signal);
  const forImage = { target, spark, python, signal };
  const folder = await ensurePythonPackages(host, requirements, forImage);
  const hash = createHash('sha256')
    .update(`${base}\n${basename(folder)}`)
    .digest('hex')
    .slice(0, 12);
  const image = `spark-dev-app:packages-${hash}`;
  if ((await findImageId(host, image, { env, signal, timeoutMs: answerWithinMs })) !== undefined) return image;
  return inStep(host, 'Lay the Python packages into an image', async (step) => {
    const build = join(host.directories.cache, 'build');
    await mkdir(build, { recursive: true });
    const context = await mkdtemp(join(build, halfMadePrefix('packages-')));
    try {
      await linkTree(folder, join(context, 'packages'));
      await writeFile(join(context, 'Dockerfile'), dockerfile(base));
      await host.runner.run(layerArgv(image, context), { env, signal, timeoutMs: builtWithinMs });
      step.note(image);
      return image;
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  });
}

/** Compiled by the image's own Python, because nobody may write there later. */
function dockerfile(base: string): string {
  return [
    `FROM ${base}`,
    'USER 0',
    `COPY packages/ ${inImage}/`,
    `RUN python3 -m compileall -q -j 0 ${inImage} || true`,
    'USER 185',
    `ENV PYTHONPATH=$PYTHONPATH:${inImage}`,
    '',
  ].join('\n');
}
