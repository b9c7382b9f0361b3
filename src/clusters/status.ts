import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { observeEngine } from '../toolchain/engine/observe.js';
import { readOwnEntry } from '../kube/kubeconfig/entry.js';
import { observeUserEntry, type UserEntryState } from '../kube/kubeconfig/file.js';
import {
  getNodesArgv,
  getObjectsArgv,
  parseNodes,
  parseObjects,
  type InsideObjects,
  type NodeFigures,
} from '../kube/kubectl.js';
import type { ProfileConfig, ProfileState } from './minikube/parse.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { lookAtProfile } from './prepare/observe.js';
import { describeKubectl, describeMinikube, locatePrograms, type HostPrograms } from './programs.js';
import { observeSizes, type ObservedSize } from './observed-size.js';

export interface ClusterStatus {
  readonly engine: { readonly state: string; readonly version?: string };
  readonly missingTools: readonly string[];
  readonly profile: { readonly state: ProfileState; readonly facts: ProfileConfig | undefined };
  /** Undefined where no cluster answers. */
  readonly inside: { readonly nodes: readonly NodeFigures[]; readonly objects: InsideObjects } | undefined;
  readonly size: ObservedSize;
  readonly userEntry: UserEntryState;
}

const answerWithinMs = 5000;

/** Looks and never throws for what it finds: a broken cluster is an answer too. */
export async function observeStatus(host: Host, signal: AbortSignal): Promise<ClusterStatus> {
  const [engine, programs, own] = await Promise.all([
    observeEngine(host, signal),
    locatePrograms(host, signal),
    readOwnEntry(clusterPaths(host.directories).kubeconfig),
  ]);
  const { daemon } = engine;
  const [profile, userEntry, size] = await Promise.all([
    lookAtProfile(host, programs, daemon.kind === 'answers', signal),
    observeUserEntry(host, own, profileName),
    observeSizes(host, programs, signal),
  ]);
  return {
    engine: { state: daemon.kind, ...(daemon.kind === 'answers' ? { version: daemon.facts.serverVersion } : {}) },
    missingTools: programs.missing,
    profile,
    inside: profile.state === 'running' ? await lookInside(host, programs, signal) : undefined,
    size,
    userEntry,
  };
}

async function lookInside(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<ClusterStatus['inside']> {
  const tool = describeKubectl(host, programs);
  const options = { env: describeMinikube(host, programs).env, signal, timeoutMs: 2 * answerWithinMs };
  try {
    const [nodes, objects] = await Promise.all([
      host.runner.run(getNodesArgv(tool, answerWithinMs), options),
      host.runner.run(getObjectsArgv(tool, answerWithinMs), options),
    ]);
    return { nodes: parseNodes(nodes.stdout), objects: parseObjects(objects.stdout) };
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return undefined;
  }
}
