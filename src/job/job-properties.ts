import { basename, isAbsolute, join as joinPath, relative, sep } from 'node:path';
import { roleNames, type JobFile, type JobRole, type JobVolume, type RoleName, type SparkJob } from './job.js';

type Properties = Readonly<Record<string, string>>;

/** Where in the image the application and its files lie; see src/spark/image-layer.ts. */
export const appFolder = '/opt/spark/app';

/** The application's file name in the image: Spark reads it as a URI, and not every file name is one. */
export function nameInImage(path: string): string {
  return basename(path).replaceAll(/[^\p{L}\p{N}._+=@-]/gu, '-');
}

/** Below `appFolder`: the data, each at its place below the working folder. */
export const dataFolder = 'project';

/** The working folder of driver and executors, and the name of its volume, if they share one. */
export const sharedMount = '/opt/spark/project';
export const sharedFolder = `${sharedMount}/work`;
export const sharedVolume = 'project';

/** Of the pod in src/run/results.ts. */
export function sharedClaim(runId: string): string {
  return `${runId}-files-${sharedVolume}`;
}

export function sharedFolderProperties(runId: string): Properties {
  const of = roleNames.map((role) => `spark.kubernetes.${role}.volumes.persistentVolumeClaim.${sharedVolume}`);
  return join(
    of.map((key) => ({ [`${key}.mount.path`]: sharedMount, [`${key}.options.claimName`]: sharedClaim(runId) })),
  );
}

/** The place of a file below the working folder; outside of it, its name. */
export function placeInProject(working: string, path: string): string {
  const place = relative(working, path);
  return place === '' || isAbsolute(place) || place.split(sep)[0] === '..' ? basename(path) : place;
}

/** The application below `appFolder`. A script with data keeps its place among them, so that it finds them from `__file__`. */
export function appInImage({ data, working }: Pick<SparkJob, 'data' | 'working'>, path: string): string {
  if (data.length === 0 || path.endsWith('.jar')) return nameInImage(path);
  return joinPath(dataFolder, ...placeInProject(working, path).split(sep).map(nameInImage));
}

/**
 * The properties that stand for the model, beside sizes and what is the same in every run (src/spark/conf.ts).
 * https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties
 */
export function jobProperties(job: SparkJob): Properties {
  return {
    ...join(roleNames.map((role) => roleProperties(role, job[role], job))),
    ...(job.jars.length === 0 ? {} : { 'spark.jars': job.jars.map(jarUri).join(',') }),
    ...allocation(job),
  };
}

function roleProperties(role: RoleName, pod: JobRole, job: SparkJob): Properties {
  const prefix = `spark.kubernetes.${role}`;
  const below = (start: string, pairs: Properties): Properties =>
    Object.fromEntries(Object.entries(pairs).map(([key, value]) => [`${start}.${key}`, value]));
  const secrets = job.secrets
    .filter(({ on }) => on.includes(role))
    .map((secret): readonly [key: string, value: string] =>
      secret.kind === 'env'
        ? [`secretKeyRef.${secret.variable}`, `${secret.secret}:${secret.key}`]
        : [`secrets.${secret.secret}`, secret.path],
    );
  return {
    ...below(role === 'driver' ? `${prefix}Env` : 'spark.executorEnv', pod.env),
    ...below(`${prefix}.label`, pod.labels),
    ...below(`${prefix}.annotation`, pod.annotations),
    ...below(`${prefix}.node.selector`, pod.nodeSelector),
    ...below(prefix, Object.fromEntries(secrets)),
    ...join(job.volumes.filter(({ on }) => on.includes(role)).map((volume) => volumeProperties(prefix, volume))),
  };
}

function join(parts: readonly Properties[]): Properties {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

/** Claims on demand are part of the pod templates. */
function volumeProperties(prefix: string, volume: JobVolume): Properties {
  if (volume.kind === 'on-demand') return {};
  const kind = volume.kind === 'claim' ? 'persistentVolumeClaim' : 'emptyDir';
  const of = `${prefix}.volumes.${kind}.${volume.name}`;
  const mount = { [`${of}.mount.path`]: volume.path, [`${of}.mount.readOnly`]: String(volume.readOnly) };
  if (volume.kind === 'claim') return { ...mount, [`${of}.options.claimName`]: volume.claim };
  return {
    ...mount,
    ...(volume.medium === 'memory' ? { [`${of}.options.medium`]: 'Memory' } : {}),
    ...(volume.sizeLimit === undefined ? {} : { [`${of}.options.sizeLimit`]: volume.sizeLimit }),
  };
}

/** Driver and executors load a local:// jar from their own image. */
function jarUri({ at }: JobFile): string {
  if (at.where === 'remote') return at.url;
  return `local://${at.where === 'image' ? at.path : `${appFolder}/jars/${basename(at.path)}`}`;
}

const shuffleTracking = 'spark.dynamicAllocation.shuffleTracking.enabled';

function allocation({ dynamicAllocation, executors, conf }: SparkJob): Properties {
  if (dynamicAllocation === undefined) return {};
  return {
    'spark.dynamicAllocation.enabled': 'true',
    [shuffleTracking]: conf[shuffleTracking] ?? 'true',
    'spark.dynamicAllocation.minExecutors': String(dynamicAllocation.min),
    'spark.dynamicAllocation.maxExecutors': String(dynamicAllocation.max),
    'spark.dynamicAllocation.initialExecutors': String(executors),
  };
}
