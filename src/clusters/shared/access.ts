import type { Capabilities, Inability } from '../capabilities.js';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import type { ListedContext } from '../../kube/contexts/list-contexts.js';
import { withoutForeign } from '../../toolchain/tool-env.js';
import { jobServiceAccount, joinToolsPath } from '../../kube/names.js';
import { findPrograms, type PreparedCluster } from '../prepared.js';
import { readHomeId } from '../../config/home-marker.js';

export interface SharedRequest {
  readonly context: ListedContext;
  readonly namespace: string | undefined;
  readonly sparkImage: string;
  /** The registry for its images; undefined if the command needs none. */
  readonly registry: string | undefined;
  readonly signal: AbortSignal;
}

const notOurs: Inability = {
  why: 'Others use it too: spark-dev works only inside one namespace of it.',
  fix: ["Ask the cluster's administrator"],
};

/** Only for `--context`, so it is not in the list of providers. */
const sharedCapabilities: Capabilities = {
  name: 'shared',
  title: 'a shared cluster',
  tools: ['skaffold', 'kubectl'],
  isMadeByUs: false,
  isShared: true,
  detectMinikube: false,
  cannot: { stop: notOurs, delete: notOurs, resize: notOurs, grow: notOurs, recreate: notOurs, pull: notOurs },
};

/** A shared cluster as a PreparedCluster: one namespace, the user's own credentials, images from a registry. */
export async function describeSharedCluster(host: Host, request: SharedRequest): Promise<PreparedCluster> {
  const { context, registry, sparkImage, signal } = request;
  const programs = await findPrograms(host, sharedCapabilities, signal);
  if ('absent' in programs) {
    throw new SparkDevError('TOOL_MISSING', 'kubectl or skaffold is missing', {
      fix: ['spark-dev init --yes   # installs them', 'spark-dev doctor'],
    });
  }
  const { kubectl, skaffold } = programs.paths;
  return {
    provider: sharedCapabilities,
    storage: 'default',
    context: context.name,
    kubeconfig: context.file,
    namespace: requireNamespaceName(request.namespace ?? context.namespace, context.name),
    serviceAccount: jobServiceAccount,
    sparkImage,
    sparkVersion: sparkVersion.version,
    // keeps the proxy variables: the user may need them to reach the cluster
    childEnv: {
      ...withoutForeign(host.env, /^(MINIKUBE_|SKAFFOLD_)/),
      PATH: joinToolsPath(host, [skaffold, kubectl]),
      KUBECONFIG: context.file,
      KUBECACHEDIR: join(host.directories.cache, 'kubectl'),
    },
    kubectl,
    skaffold,
    home: await readHomeId(host.directories),
    programs,
    ...(registry === undefined ? {} : { registry }),
    dockerEnv: () => Promise.resolve({}),
  };
}

/** Never `default`: other users may share that namespace. */
function requireNamespaceName(name: string | undefined, context: string): string {
  if (name !== undefined && name !== '' && !/^kube-|^default$/.test(name)) return name;
  throw new SparkDevError('USAGE', `No namespace is set for the context ${context}`, {
    why:
      name === undefined || name === ''
        ? 'Its kubeconfig entry has none, and on a shared cluster there is no default.'
        : `${name} is shared by all users or reserved for Kubernetes.`,
    fix: ['--namespace team-a'],
  });
}
