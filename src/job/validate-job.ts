import { basename } from 'node:path';
import { validateAddress } from './validate-address.js';
import { isOurLabel, type JobProblem } from './conf-rules.js';
import {
  fileLists,
  roleNames,
  type JobFile,
  type JobRole,
  type JobVolume,
  type RoleName,
  type SparkJob,
} from './job.js';
import { appFolder, jobProperties, sharedMount, sharedVolume } from './job-properties.js';
import { shapeOf } from './job-shape.js';
import { scratchVolume } from '../spark/pod-defaults.js';
import { ownPrefix } from '../kube/labels.js';
import { eventsClaim } from '../kube/names.js';
import { eventsPath } from '../spark/conf.js';

/** Spark puts all properties into one ConfigMap, which holds 1 MiB. */
const mostPropertyBytes = 1_000_000;

/** Mount points of Spark and spark-dev, which neither volumes nor pod templates may hide. */
const sparkPaths: readonly string[] = [
  '/opt/spark/conf',
  eventsPath,
  appFolder,
  sharedMount,
  '/opt/spark',
  '/opt',
  '/',
];

/** Spark mounts its own ConfigMap at the first, read-only: no container starts with a mount in it. */
export function isOfSpark(path: string): boolean {
  return sparkPaths.includes(path) || path.startsWith('/opt/spark/conf/');
}

const scratchPaths: readonly string[] = scratchVolume.map(({ path }) => path);
const takenVolumes = new RegExp(
  `^(tmp|work|templates|${eventsClaim}|${sharedVolume}|spark-conf-volume-.*|hadoop-properties|pod-template-volume)$`,
);

/** Pure: conflicts in a job whose parts are valid by themselves. */
export function validateJob(job: SparkJob): readonly JobProblem[] {
  const { dynamicAllocation, executors } = job;
  const { min = 0, max = Infinity } = dynamicAllocation ?? {};
  return [
    ...(dynamicAllocation === undefined && executors === 0
      ? [{ path: ['executors'], message: 'a job needs at least 1 executor, or dynamicAllocation' }]
      : []),
    ...(min > max ? [{ path: ['dynamicAllocation', 'min'], message: `above max, which is ${String(max)}` }] : []),
    ...(executors > max
      ? [{ path: ['executors'], message: `above dynamicAllocation.max, which is ${String(max)}` }]
      : []),
    ...(job.main.kind === 'r' && job.image === undefined
      ? [{ path: ['path'], message: "R needs a custom image with R and SparkR; PyPI's Spark has neither" }]
      : []),
    ...validateAddress(job),
    ...roleNames.flatMap((role) => validateCpu(job, role)),
    ...validateLabels(job),
    ...validateVariables(job),
    ...job.volumes.flatMap((volume, index) => validateVolume(volume, index, job.volumes)),
    ...fileLists.flatMap((list) => validateFiles(list, job[list])),
    ...validateSize(job),
  ];
}

/** Kubernetes refuses a pod whose limit is below its request. */
function validateCpu(job: SparkJob, role: RoleName): readonly JobProblem[] {
  const { requestMilli, cores, limitMilli = Infinity } = shapeOf(job)[role];
  const request = requestMilli === 'fitted' ? 0 : (requestMilli ?? cores * 1000);
  if (request <= limitMilli) return [];
  const message = `below the request, which is ${String(request)}m`;
  return [{ path: ['conf', `spark.kubernetes.${role}.limit.cores`], message }];
}

function validateLabels(job: SparkJob): readonly JobProblem[] {
  const refuse = (
    kind: 'label' | 'annotation',
    pairs: (role: JobRole) => object,
    isOurs: (key: string) => boolean,
  ): readonly JobProblem[] =>
    [...new Set(roleNames.flatMap((role) => Object.keys(pairs(job[role]))))]
      .filter(isOurs)
      .map((key) => ({ path: [`${kind}s`, key], message: `spark-dev uses this ${kind} to find the run` }));
  return [
    ...refuse('label', ({ labels }) => labels, isOurLabel),
    ...refuse(
      'annotation',
      ({ annotations }) => annotations,
      (key) => key.startsWith(ownPrefix),
    ),
  ];
}

/** Variables of Spark, which its entry point reads. */
export const sparkVariables =
  /^SPARK_(DRIVER_|EXECUTOR_|APPLICATION_ID|RESOURCE_PROFILE_ID|JAVA_OPT_|USER$|CONF_DIR$|LOCAL_DIRS$|HOME$)/;

function validateVariables(job: SparkJob): readonly JobProblem[] {
  const names = new Set(roleNames.flatMap((role) => Object.keys(job[role].env)));
  const message = 'Spark sets this variable itself';
  return [
    ...[...names].filter((name) => sparkVariables.test(name)).map((name) => ({ path: ['env', name], message })),
    ...job.secrets.flatMap((one, index) => {
      if (one.kind !== 'env' || !names.has(one.variable)) return [];
      const both = `${one.variable} is set both by a secret and by env; keep one`;
      return [{ path: ['secrets', String(index)], message: both }];
    }),
  ];
}

function validateVolume(volume: JobVolume, index: number, all: readonly JobVolume[]): readonly JobProblem[] {
  const at = (key: string, message: string): JobProblem => ({ path: ['volumes', String(index), key], message });
  const before = all.slice(0, index).filter(({ on }) => on.some((role) => volume.on.includes(role)));
  const path = volume.path.replace(/(.)\/+$/, '$1');
  return [
    ...(takenVolumes.test(volume.name) ? [at('name', 'this volume name is reserved')] : []),
    ...(before.some(({ name }) => name === volume.name) ? [at('name', `two volumes are named ${volume.name}`)] : []),
    ...(scratchPaths.includes(path) || isOfSpark(path) ? [at('path', `${volume.path} is reserved`)] : []),
    ...(before.some((other) => other.path === volume.path)
      ? [at('path', `two volumes are mounted at ${volume.path}`)]
      : []),
  ];
}

/** In the image and in the driver's working directory all files are in one folder. */
function validateFiles(list: string, files: readonly JobFile[]): readonly JobProblem[] {
  const seen = new Map<string, string>();
  return files.flatMap(({ at }, index) => {
    if (at.where !== 'here') return [];
    const name = basename(at.path);
    const other = seen.get(name);
    seen.set(name, at.path);
    const path = [list, String(index)];
    if (other !== undefined && other !== at.path)
      return [{ path, message: `${other} has the same name, and both go into one folder` }];
    if (!/[,\s'"$]/.test(name)) return [];
    return [{ path, message: 'Spark does not accept file names with blanks, commas, quotes or $; rename the file' }];
  });
}

function validateSize(job: SparkJob): readonly JobProblem[] {
  const bytes = Object.entries({ ...jobProperties(job), ...job.conf }).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value) + 2,
    0,
  );
  if (bytes <= mostPropertyBytes) return [];
  const message = `all properties together have ${String(bytes)} bytes, but one ConfigMap holds at most 1 MB`;
  return [{ path: ['conf'], message }];
}
