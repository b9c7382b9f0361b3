import type { Reach } from '../../namespaces/reach.js';
import { parseSparkCore } from '../../toolchain/spark/spark-core.js';
import type { JobProblem } from '../conf-laws.js';
import type { Place, SparkJob } from '../job.js';

const answerWithinMs = 60_000;
const sparkJars = '/opt/spark/jars';
const entrypoint = '/opt/entrypoint.sh';

export interface ImageFacts {
  readonly image: string;
  /** Undefined where the image is not in the cluster. */
  readonly arch: string | undefined;
  /** Of the cluster's daemon. */
  readonly nodeArch: string;
  /** Undefined where there is none. */
  readonly sparkVersion: string | undefined;
  readonly hasEntrypoint: boolean;
  /** Those of the asked paths that are there. */
  readonly present: ReadonlySet<string>;
}

/** Looks into an image of the cluster's daemon with its own `ls`, which nearly every image has. */
export async function probeImage(
  { host, cluster, signal }: Reach,
  image: string,
  paths: readonly string[],
): Promise<ImageFacts> {
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)) };
  const options = { env, signal, timeoutMs: answerWithinMs };
  const inspect = ['docker', 'image', 'inspect', '--format={{.Architecture}}', image];
  const [inspected, version] = await Promise.all([
    host.runner.run(inspect, { ...options, accept: [1] }),
    host.runner.run(['docker', 'version', '--format={{.Server.Arch}}'], options),
  ]);
  const nodeArch = version.stdout.trim();
  const arch = inspected.exitCode === 0 ? inspected.stdout.trim() : undefined;
  const none = { image, arch, nodeArch, sparkVersion: undefined, hasEntrypoint: false, present: new Set<string>() };
  if (arch === undefined || arch !== nodeArch) return none;
  const everyExitCode = Array.from({ length: 127 }, (_, index) => index + 1);
  const listed = await host.runner.run(
    ['docker', 'run', '--rm', '--network=none', '--entrypoint=ls', image, '-d', ...lookedAt(paths)],
    { ...options, accept: everyExitCode },
  );
  const jars = await host.runner.run(['docker', 'run', '--rm', '--network=none', '--entrypoint=ls', image, sparkJars], {
    ...options,
    accept: everyExitCode,
  });
  const present = new Set(listed.stdout.split('\n'));
  return {
    ...none,
    sparkVersion: parseSparkCore(jars.stdout)?.version,
    hasEntrypoint: present.has(entrypoint),
    present,
  };
}

function lookedAt(paths: readonly string[]): readonly string[] {
  return [sparkJars, entrypoint, ...paths];
}

interface Wanted {
  readonly path: readonly string[];
  readonly at: string;
}

/** What of the job lies in the image. */
export function placesInImage(job: SparkJob): readonly Wanted[] {
  const lists = (['files', 'jars', 'pyFiles', 'archives'] as const).flatMap((list) =>
    job[list].map(({ at }, index) => ({ path: [list, String(index)], at })),
  );
  const main = 'at' in job.main ? [{ path: ['path'], at: job.main.at }] : [];
  return [...lists, ...main].flatMap(({ path, at }: { readonly path: readonly string[]; readonly at: Place }) =>
    at.where === 'image' ? [{ path, at: at.path }] : [],
  );
}

/** Pure. */
export function judgeImage(job: SparkJob, facts: ImageFacts): readonly JobProblem[] {
  const { image, arch, nodeArch, sparkVersion, hasEntrypoint, present } = facts;
  const ofImage = (message: string): readonly JobProblem[] => [{ path: ['image'], message }];
  if (arch === undefined)
    return ofImage(
      `the image ${image} is not in the cluster: spark-dev images load ${image}, or spark-dev images pull`,
    );
  if (arch !== nodeArch) return ofImage(`the image ${image} is made for ${arch}, and the cluster is ${nodeArch}`);
  if (sparkVersion === undefined)
    return ofImage(`there is no Spark in the image ${image} (no ${sparkJars}/spark-core_*.jar)`);
  if (!hasEntrypoint) return ofImage(`the image ${image} has no ${entrypoint}, which Spark on Kubernetes starts`);
  const version =
    job.sparkVersion === undefined || job.sparkVersion === sparkVersion
      ? []
      : [{ path: ['spark'], message: `the image ${image} has Spark ${sparkVersion}, not ${job.sparkVersion}` }];
  return [
    ...version,
    ...placesInImage(job)
      .filter(({ at }) => !present.has(at))
      .map(({ path, at }) => ({ path, message: `there is no ${at} in the image ${image}` })),
  ];
}
