import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isOpen } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import { findTool } from '../toolchain/find-tool.js';
import { hasClusterState } from './cluster-state.js';
import { accessDesktop } from './docker-desktop/access.js';
import { findDesktopContext } from './docker-desktop/find-context.js';
import { askKubectl, getClusterStateArgv } from '../kube/kubectl.js';
import { accessMinikube } from './minikube/access.js';
import { clusterPaths, defaultStorageMark, jobNamespace, jobServiceAccount, type StorageKind } from '../kube/names.js';
import type { HostPrograms } from './programs.js';
import { capabilities, type ClusterAccess, type ProviderName } from './provider.js';
import { readSparkImages } from './spark-images.js';
import { isThere } from '../files/paths.js';
import { namespaceAnnotation } from '../kube/labels.js';
import { readHomeId } from '../config/home-marker.js';

/** All that a run needs to know of the cluster that init prepared. */
export interface PreparedCluster extends ClusterAccess {
  /** Where runs go: the one that was asked for, else the one in use. */
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly sparkImage: string;
  readonly sparkVersion: string;
  /** Version → image, beside that one. */
  readonly otherSparks?: Readonly<Record<string, string>>;
  readonly skaffold: string;
  readonly storage: StorageKind;
  readonly programs: HostPrograms;
  /** The id of this home, for the labels of what it makes there. */
  readonly home?: string | undefined;
  /** Of a cluster that is shared with others: where its images come from. Ours builds in its own daemon. */
  readonly registry?: string;
}

/** A cluster that stands still is silent: then this is what a run on this machine waits for. On two busy cores kubectl alone takes two seconds. */
const answerWithinMs = 5000;

export interface ClusterAbsence {
  readonly absent: string;
  /** There is one, and it does not answer now. */
  readonly isSilent?: boolean;
  /** Docker Desktop's was asked for. */
  readonly onDesktop?: boolean;
}

export type PreparedAnswer = { readonly found: PreparedCluster } | ClusterAbsence;

const preparedSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).default({ annotations: {} }),
  data: z.object({ sparkImage: z.string().min(1), sparkVersion: z.string().min(1), rights: z.string().default('') }),
});

export interface PreparedRequest {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly namespace?: string | undefined;
  /** As the settings have it; undefined: the one that there is, minikube where there are both. */
  readonly provider: ProviderName | undefined;
}

/** Asked at each run, so it must answer soon: one kubectl call with the pinned kubeconfig, and none where there is no such file. */
export async function findPreparedCluster(host: Host, request: PreparedRequest): Promise<PreparedAnswer> {
  const said = request.provider;
  if (said === 'docker-desktop') {
    const answer = await findOnDesktop(host, request);
    return 'found' in answer ? answer : { ...answer, onDesktop: true };
  }
  if (said === 'minikube' || (await isMinikubeMade(host))) return findOnMinikube(host, request);
  const onDesktop = await findOnDesktop(host, request);
  if ('found' in onDesktop) return onDesktop;
  const silent = onDesktop.isSilent === true ? ", and Docker Desktop's Kubernetes does not answer" : '';
  return { absent: `no cluster was made yet${silent}` };
}

/** Also one that does not run now. */
export async function isMinikubeMade(host: Host): Promise<boolean> {
  return (await isThere(clusterPaths(host.directories).kubeconfig)) || (await hasClusterState(host));
}

async function findOnMinikube(host: Host, request: PreparedRequest): Promise<PreparedAnswer> {
  if (await isOpen(host, 'recreate-cluster'))
    return { absent: 'it is being made anew: `spark-dev init --yes` ends that' };
  if (!(await isThere(clusterPaths(host.directories).kubeconfig))) return { absent: 'no cluster was made yet' };
  const programs = await findPrograms(host, 'minikube', request.signal);
  return 'absent' in programs ? programs : readPrepared(host, accessMinikube(host, programs), programs, request);
}

async function findOnDesktop(host: Host, request: PreparedRequest): Promise<PreparedAnswer> {
  const signal = request.signal ?? new AbortController().signal;
  const context = await findDesktopContext(host, signal);
  if (!('found' in context)) return { absent: 'absent' in context ? context.absent : context.foreign };
  const programs = await findPrograms(host, 'docker-desktop', signal);
  if ('absent' in programs) return programs;
  return readPrepared(host, await accessDesktop(host, programs, context.found, signal), programs, request);
}

/** Those that the provider takes; all must be there. */
async function findPrograms(
  host: Host,
  provider: ProviderName,
  signal: AbortSignal | undefined,
): Promise<HostPrograms | { readonly absent: string }> {
  const { tools } = capabilities[provider];
  const found = await Promise.all(tools.map(async (name) => [name, await findTool(host, name, signal)] as const));
  if (found.some(([, answer]) => answer.found === undefined))
    return { absent: `its tools (${tools.join(', ')}) are not all there` };
  const paths = Object.fromEntries(found.map(([name, answer]) => [name, answer.found?.path ?? name]));
  const unasked = (['minikube', 'skaffold', 'kubectl'] as const).filter((name) => !tools.includes(name));
  return {
    paths: { minikube: 'minikube', skaffold: 'skaffold', kubectl: 'kubectl', ...paths },
    missing: unasked,
  };
}

async function readPrepared(
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

/** kubectl's words where the server did answer: no restart helps against a refusal. */
function describeSilence(why: string): ClusterAbsence {
  if (/NotFound|not found/.test(why)) return { absent: 'the cluster is not fully prepared' };
  const refusal = /^.*(Unauthorized|logged in|Forbidden|forbidden).*$/m.exec(why)?.[0];
  if (refusal === undefined) return { absent: 'the cluster does not answer', isSilent: true };
  return { absent: `the cluster does not answer this user: ${refusal.trim()}` };
}
