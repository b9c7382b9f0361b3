import type { Host } from '../ports/host.js';
import { findTool, hostTools, type HostToolName } from '../toolchain/find-tool.js';
import { sourceTool, type Source } from '../toolchain/source-tools.js';
import { describeBuiltTool } from '../toolchain/tool-directory.js';
import { describeRelease } from '../toolchain/upstream/install.js';
import { releases } from '../toolchain/upstream/pins.js';
import type { KubectlTool } from '../kube/kubectl.js';
import { clusterEnv, clusterPaths, joinToolsPath, profileName } from '../kube/names.js';
import type { MinikubeCluster } from './minikube/argv.js';

/** Paths of the tools: from PATH if recent enough, else the built or downloaded one, even if it does not exist yet. */
export interface HostPrograms {
  readonly paths: Readonly<Record<HostToolName, string>>;
  readonly missing: readonly HostToolName[];
}

const toolNames = Object.keys(hostTools) as readonly HostToolName[];

/** Tools that are not `wanted` count as missing. */
export async function locatePrograms(
  host: Host,
  signal?: AbortSignal,
  source: Source = 'registries',
  wanted = toolNames,
): Promise<HostPrograms> {
  const located = await Promise.all(
    toolNames.map(async (name) => {
      if (!wanted.includes(name)) return { name, path: name, isMissing: true };
      const { found } = await findTool(host, name, signal);
      return { name, path: found?.path ?? (await placeOf(host, name, source)), isMissing: found === undefined };
    }),
  );
  return {
    paths: Object.fromEntries(located.map(({ name, path }) => [name, path])) as Record<HostToolName, string>,
    missing: located.filter(({ isMissing }) => isMissing).map(({ name }) => name),
  };
}

export function describeMinikube(host: Host, { paths }: HostPrograms): MinikubeCluster {
  return {
    minikube: paths.minikube,
    profile: profileName,
    env: clusterEnv(host, joinToolsPath(host, Object.values(paths))),
  };
}

/** kubectl for our own cluster only. */
export function describeKubectl({ directories }: Host, { paths }: HostPrograms): KubectlTool {
  return { kubectl: paths.kubectl, kubeconfig: clusterPaths(directories).kubeconfig, context: profileName };
}

async function placeOf(host: Host, name: HostToolName, source: Source): Promise<string> {
  if (source === 'upstream') return describeRelease(host, releases[name]).path;
  return (await describeBuiltTool(host, sourceTool(hostTools[name].builtBy))).binaries[name] ?? name;
}
