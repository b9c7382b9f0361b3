import { access } from 'node:fs/promises';
import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isOpen } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import { findTool } from '../toolchain/find-tool.js';
import { getRecordArgv } from './kubectl.js';
import { readDockerEnv } from './minikube/provider.js';
import {
  clusterEnv,
  clusterPlaces,
  joinToolsPath,
  jobNamespace,
  jobServiceAccount,
  namespaceAnnotation,
  profileName,
} from './names.js';
import type { HostPrograms } from './programs.js';

/** All that a run needs to know of the cluster that init prepared. */
export interface PreparedCluster {
  readonly context: string;
  readonly kubeconfig: string;
  /** Where runs go: the one that was asked for, else the one in use. */
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly sparkImage: string;
  readonly sparkVersion: string;
  /** With the managed tools first on PATH: Skaffold calls `minikube` by name. */
  readonly childEnv: Readonly<Record<string, string>>;
  readonly kubectl: string;
  readonly skaffold: string;
  readonly programs: HostPrograms;
  /** The variables that reach the cluster's own Docker daemon. */
  dockerEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>>;
}

export type PreparedAnswer = { readonly found: PreparedCluster } | { readonly absent: string };

const preparedSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).default({ annotations: {} }),
  data: z.object({ sparkImage: z.string().min(1), sparkVersion: z.string().min(1) }),
});

interface Recorded {
  readonly sparkImage: string;
  readonly sparkVersion: string;
  readonly namespaceInUse: string | undefined;
}

/** Asked at each run, so it must answer soon: one kubectl call with the pinned kubeconfig, and none where there is no such file. */
export async function findPreparedCluster(
  host: Host,
  options: { readonly signal?: AbortSignal; readonly timeoutMs?: number; readonly namespace?: string | undefined } = {},
): Promise<PreparedAnswer> {
  const timeoutMs = options.timeoutMs ?? 2000;
  const places = clusterPlaces(host.directories);
  if (await isOpen(host, 'recreate-cluster'))
    return { absent: 'it is being made anew: `spark-dev init --yes` ends that' };
  if (!(await isThere(places.kubeconfig))) return { absent: 'no cluster was made yet' };
  const [minikube, skaffold, kubectl] = (
    await Promise.all(
      (['minikube', 'skaffold', 'kubectl'] as const).map((name) => findTool(host, name, options.signal)),
    )
  ).map((answer) => answer.found?.path);
  if (minikube === undefined || skaffold === undefined || kubectl === undefined) {
    return { absent: 'its tools (minikube, skaffold, kubectl) are not all there' };
  }
  const toolsPath = joinToolsPath(host, [minikube, skaffold, kubectl]);
  const childEnv = clusterEnv(host, toolsPath);
  const written = await readPrepared(host, kubectl, childEnv, timeoutMs, options.signal);
  if ('absent' in written) return written;
  const { namespaceInUse, ...recorded } = written;
  return {
    found: {
      context: profileName,
      kubeconfig: places.kubeconfig,
      namespace: options.namespace ?? namespaceInUse ?? jobNamespace,
      serviceAccount: jobServiceAccount,
      ...recorded,
      childEnv,
      kubectl,
      skaffold,
      programs: { paths: { minikube, skaffold, kubectl }, missing: [] },
      dockerEnv: (world, signal) => readDockerEnv(world, { minikube, profile: profileName, env: childEnv }, { signal }),
    },
  };
}

async function readPrepared(
  host: Host,
  kubectl: string,
  env: Record<string, string>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Recorded | { readonly absent: string }> {
  try {
    const tool = { kubectl, kubeconfig: env['KUBECONFIG'] ?? '', context: profileName };
    const argv = getRecordArgv(tool, timeoutMs);
    const answer = await host.runner.run(argv, { env, timeoutMs, signal });
    const read = preparedSchema.safeParse(JSON.parse(answer.stdout));
    if (!read.success) return { absent: 'the cluster is not fully prepared' };
    return { ...read.data.data, namespaceInUse: read.data.metadata.annotations[namespaceAnnotation] };
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof SparkDevError)) throw error;
    return {
      absent: /NotFound|not found/.test(error.why ?? '')
        ? 'the cluster is not fully prepared'
        : 'the cluster does not answer',
    };
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
