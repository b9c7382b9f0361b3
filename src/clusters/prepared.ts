import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { askKubectl, getClusterStateArgv, kubectl, type KubectlTool } from '../kube/kubectl.js';
import {
  defaultStorageMark,
  jobNamespace,
  jobServiceAccount,
  type StorageKind,
  preparedConfigMap,
} from '../kube/names.js';
import { locatePrograms, type HostPrograms } from './programs.js';
import type { Capabilities, ClusterAccess } from './capabilities.js';
import { namespaceAnnotation } from '../kube/labels.js';
import { readHomeId } from '../config/home-marker.js';
import type { Argv } from '../ports/runner.js';
import { findSparkVersion } from '../toolchain/spark/versions.js';

/** What a run needs to know about the prepared cluster. */
export interface PreparedCluster extends ClusterAccess {
  /** The namespace for jobs: the requested one, else the one in use. */
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly sparkImage: string;
  readonly sparkVersion: string;
  /** Images of the other Spark versions, by version. */
  readonly otherSparks?: Readonly<Record<string, string>>;
  readonly skaffold: string;
  readonly storage: StorageKind;
  readonly programs: HostPrograms;
  /** This home's id, for the labels of the objects that it creates. */
  readonly home?: string | undefined;
  /** The registry for images of a shared cluster; our own cluster builds in its own daemon. */
  readonly registry?: string;
}

/** A stopped cluster does not answer: then a local run waits this long. On two busy cores kubectl alone takes two seconds. */
const answerWithinMs = 5000;

export interface ClusterAbsence {
  readonly absent: string;
  /** There is a cluster, but it does not answer now, or not this user. */
  readonly isSilent?: boolean;
  /** The requested provider, if it is not the default one. */
  readonly provider?: string;
}

export type PreparedAnswer = { readonly found: PreparedCluster } | ClusterAbsence;

const preparedSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).default({ annotations: {} }),
  data: z.object({ sparkImage: z.string().min(1), sparkVersion: z.string().min(1), rights: z.string().default('') }),
});

/** How to ask one provider for its prepared cluster. */
export interface PreparedRequest {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly namespace?: string | undefined;
}

/** The paths of the provider's tools; all must exist. */
export async function findPrograms(
  host: Host,
  { tools }: Pick<Capabilities, 'tools'>,
  signal: AbortSignal | undefined,
): Promise<HostPrograms | { readonly absent: string }> {
  const programs = await locatePrograms(host, signal, 'registries', tools);
  return tools.some((name) => programs.missing.includes(name))
    ? { absent: `one of its tools is missing (${tools.join(', ')})` }
    : programs;
}

/** One kubectl call with the pinned kubeconfig; every run makes it, so its timeout is short. */
export async function readPrepared(
  host: Host,
  access: ClusterAccess,
  programs: HostPrograms,
  { timeoutMs = answerWithinMs, signal, namespace }: PreparedRequest,
): Promise<PreparedAnswer> {
  try {
    const argv = getClusterStateArgv(access, timeoutMs);
    const stdout = await askKubectl({ host, cluster: access, signal }, argv, { timeoutMs });
    const read = preparedSchema.safeParse(JSON.parse(stdout));
    if (!read.success) return { absent: 'the cluster is not fully prepared' };
    const { sparkImage, sparkVersion, rights } = read.data.data;
    const { annotations } = read.data.metadata;
    const inUse = annotations[namespaceAnnotation];
    return {
      found: {
        ...access,
        sparkImage,
        sparkVersion,
        otherSparks: readSparkImages(annotations),
        storage: rights.endsWith(defaultStorageMark) ? 'default' : 'standard',
        namespace: namespace ?? inUse ?? jobNamespace,
        serviceAccount: jobServiceAccount,
        skaffold: programs.paths.skaffold,
        programs,
        home: await readHomeId(host.directories),
      },
    };
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof SparkDevError)) throw error;
    return describeSilence(error.why ?? '');
  }
}

/** Quotes kubectl if the server refused the request: a restart would not help. */
function describeSilence(why: string): ClusterAbsence {
  if (/NotFound|not found/.test(why)) return { absent: 'the cluster is not fully prepared' };
  const refusal = /^.*(Unauthorized|logged in|Forbidden|forbidden).*$/m.exec(why)?.[0];
  if (refusal === undefined) return { absent: 'the cluster does not answer', isSilent: true };
  return { absent: `the cluster refuses this user: ${refusal.trim()}`, isSilent: true };
}

/** Annotations on init's ConfigMap: the image of each other Spark version that `images build` loaded. */
const annotation = 'spark-dev/spark-';

export function noteSparkArgv(tool: KubectlTool, version: string, image: string): Argv {
  const note = `${annotation}${version}=${image}`;
  return kubectl(tool, jobNamespace).argv('annotate', 'configmap', preparedConfigMap, note, '--overwrite');
}

/** Images by Spark version. */
export function readSparkImages(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = Object.entries(annotations).filter(([key]) => key.startsWith(annotation));
  return Object.fromEntries(ours.map(([key, image]) => [key.slice(annotation.length), image]));
}

/** The cluster with the image of another Spark version; throws IMAGE_MISSING for a version that it does not have. */
export function withSpark(cluster: PreparedCluster, version: string | undefined): PreparedCluster {
  if (version === undefined || version === cluster.sparkVersion) return cluster;
  const spark = findSparkVersion(version);
  const sparkImage = cluster.otherSparks?.[spark.version];
  if (sparkImage !== undefined) return { ...cluster, sparkImage, sparkVersion: spark.version };
  const others = Object.keys(cluster.otherSparks ?? {});
  throw new SparkDevError('IMAGE_MISSING', `The cluster has no image of Spark ${version}`, {
    why: `It has ${[cluster.sparkVersion, ...others].join(', ')}; another version is downloaded and built only on request.`,
    fix: [`spark-dev images build spark-${version}`],
    facts: { version },
  });
}
