import type { NamespaceSession } from '../../namespaces/session.js';
import type { Argv, RunResult } from '../../ports/runner.js';
import type { JobProblem } from '../../job/conf-rules.js';
import { listJobFiles, type SparkJob } from '../../job/job.js';
import { inspectImagesArgv } from '../../images/docker-argv.js';
import { parseSparkCore } from '../../toolchain/spark/versions.js';

const answerWithinMs = 60_000;
const sparkJars = '/opt/spark/jars';
const entrypoint = '/opt/entrypoint.sh';

export interface ImageFacts {
  readonly image: string;
  /** Undefined if the image is not in the cluster. */
  readonly arch: string | undefined;
  /** The architecture of the cluster's daemon. */
  readonly nodeArch: string;
  readonly inside: ImageInside | { readonly closed: string };
}

interface ImageInside {
  /** Undefined where there is none. */
  readonly sparkVersion: string | undefined;
  readonly hasEntrypoint: boolean;
  /** Requested paths that exist. */
  readonly present: ReadonlySet<string>;
}

/** Lists files of an image in the cluster's daemon with the image's own `ls`; contacts no registry. */
export async function probeImage(
  { host, cluster, signal }: NamespaceSession,
  image: string,
  paths: readonly string[],
): Promise<ImageFacts> {
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)) };
  const options = { env, signal, timeoutMs: answerWithinMs };
  const [inspected, version] = await Promise.all([
    host.runner.run(inspectImagesArgv('{{.Architecture}}', image), { ...options, accept: [1] }),
    host.runner.run(['docker', 'version', '--format={{.Server.Arch}}'], options),
  ]);
  const nodeArch = version.stdout.trim();
  const arch = inspected.exitCode === 0 ? inspected.stdout.trim() : undefined;
  if (arch === undefined || arch !== nodeArch) return { image, arch, nodeArch, inside: { closed: '' } };
  // contacts no registry
  const look = ['docker', 'run', '--rm', '--pull=never', '--network=none', '--entrypoint=ls', image];
  const list = (...words: Argv): Promise<RunResult> =>
    host.runner.run([...look, ...words], { ...options, accept: [...lsFailed, ...lsCannotStart] });
  // a dangling link counts as missing
  const listed = await list('-dL', entrypoint, ...paths);
  if (lsCannotStart.includes(listed.exitCode) || listed.stderr.includes('exec format error'))
    return { image, arch, nodeArch, inside: { closed: /exec:? .*/.exec(listed.stderr)?.[0] ?? listed.stderr.trim() } };
  const jars = await list('-L', sparkJars);
  const present = new Set(listed.stdout.split('\n'));
  const sparkVersion = parseSparkCore(jars.stdout)?.version;
  return { image, arch, nodeArch, inside: { sparkVersion, hasEntrypoint: present.has(entrypoint), present } };
}

/** A requested path is missing: BusyBox's ls exits with 1, GNU's with 2. */
const lsFailed = [1, 2, 255];
/** https://docs.docker.com/engine/containers/run/#exit-status; 125 is Docker's own failure, not an answer. */
const lsCannotStart = [126, 127];

/** The job's files in the image, by path. */
export function filesInImage(job: SparkJob): readonly { readonly path: readonly string[]; readonly at: string }[] {
  return listJobFiles(job).flatMap(({ path, at }) => (at.where === 'image' ? [{ path, at: at.path }] : []));
}

/** Pure. */
export function validateImage(job: SparkJob, facts: ImageFacts): readonly JobProblem[] {
  const { image, arch, nodeArch, inside } = facts;
  const ofImage = (message: string): readonly JobProblem[] => [{ path: ['image'], message }];
  if (arch === undefined) {
    const isTheirs = job.image !== undefined;
    const how = isTheirs ? `spark-dev images load ${image}, or spark-dev images pull ${image}` : 'spark-dev init --yes';
    return ofImage(`the image ${image} is not in the cluster: ${how}`);
  }
  if (arch !== nodeArch) return ofImage(`the image ${image} is built for ${arch}, but the cluster is ${nodeArch}`);
  if ('closed' in inside)
    return ofImage(`the image ${image} has no working ls, so no shell for ${entrypoint} either: ${inside.closed}`);
  const { sparkVersion, hasEntrypoint, present } = inside;
  if (sparkVersion === undefined)
    return ofImage(`there is no Spark in the image ${image} (no ${sparkJars}/spark-core_*.jar)`);
  if (!hasEntrypoint) return ofImage(`the image ${image} has no ${entrypoint}, which Spark on Kubernetes starts`);
  const message = `the image ${image} has Spark ${sparkVersion}, not ${job.sparkVersion ?? ''}`;
  return [
    ...((job.sparkVersion ?? sparkVersion) === sparkVersion ? [] : [{ path: ['spark'], message }]),
    ...filesInImage(job)
      .filter(({ at }) => !present.has(at))
      .map(({ path, at }) => ({ path, message: `there is no ${at} in the image ${image}` })),
  ];
}
