import { basename } from 'node:path';
import type { JobFile, JobRole, JobVolume, RoleName, SparkJob } from './job.js';
import { roleNames } from './job.js';

type Properties = Readonly<Record<string, string>>;

/** Where in the image the application and its files lie; see src/spark/image-layer.ts. */
export const appFolder = '/opt/spark/app';

/** The application's file name in the image: Spark reads it as a URI, and not every file name is one. */
export function nameInImage(path: string): string {
  return basename(path).replaceAll(/[^\p{L}\p{N}._+=@-]/gu, '-');
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
  const variables = role === 'driver' ? 'spark.kubernetes.driverEnv' : 'spark.executorEnv';
  const secrets = job.secrets.filter(({ on }) => on.includes(role));
  const volumes = job.volumes.filter(({ on }) => on.includes(role));
  return {
    ...below(variables, pod.env),
    ...below(`${prefix}.label`, pod.labels),
    ...below(`${prefix}.annotation`, pod.annotations),
    ...below(`${prefix}.node.selector`, pod.nodeSelector),
    ...Object.fromEntries(
      secrets.map((secret) =>
        secret.kind === 'env'
          ? [`${prefix}.secretKeyRef.${secret.variable}`, `${secret.secret}:${secret.key}`]
          : [`${prefix}.secrets.${secret.secret}`, secret.path],
      ),
    ),
    ...join(volumes.map((volume) => volumeProperties(`${prefix}.volumes`, volume))),
  };
}

function join(parts: readonly Properties[]): Properties {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

function below(prefix: string, pairs: Properties): Properties {
  return Object.fromEntries(Object.entries(pairs).map(([key, value]) => [`${prefix}.${key}`, value]));
}

/** Claims on demand are part of the pod templates. */
function volumeProperties(prefix: string, volume: JobVolume): Properties {
  if (volume.kind === 'on-demand') return {};
  const of = `${prefix}.${volume.kind === 'claim' ? 'persistentVolumeClaim' : 'emptyDir'}.${volume.name}`;
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
  return `local://${at.where === 'image' ? at.path : `${appFolder}/jars/${at.path.split('/').at(-1) ?? ''}`}`;
}

function allocation({ dynamicAllocation, executors }: SparkJob): Properties {
  if (dynamicAllocation === undefined) return {};
  return {
    'spark.dynamicAllocation.enabled': 'true',
    'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
    'spark.dynamicAllocation.minExecutors': String(dynamicAllocation.min),
    'spark.dynamicAllocation.maxExecutors': String(dynamicAllocation.max),
    'spark.dynamicAllocation.initialExecutors': String(executors),
  };
}
