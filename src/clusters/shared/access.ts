import type { Capabilities, Inability } from '../capabilities.js';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { findTool } from '../../toolchain/find-tool.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import type { ListedContext } from '../../kube/contexts/list-contexts.js';
import { jobServiceAccount, joinToolsPath } from '../../kube/names.js';
import type { PreparedCluster } from '../prepared.js';
import { readHomeId } from '../../config/home-marker.js';

export interface SharedRequest {
  readonly context: ListedContext;
  readonly namespace: string | undefined;
  readonly sparkImage: string;
  /** Where images for it are pushed; undefined for what needs none. */
  readonly registry: string | undefined;
  readonly signal: AbortSignal;
}

const notOurs: Inability = {
  why: 'It is shared with others: spark-dev works inside one namespace of it, and nowhere else.',
  fix: ['Ask whoever runs it'],
};

/** Reached by `--context` and never chosen, so it is no entry of the list of providers. */
const sharedCapabilities: Capabilities = {
  name: 'shared',
  title: 'a shared cluster',
  tools: ['skaffold', 'kubectl'],
  isMadeByUs: false,
  isShared: true,
  detectMinikube: false,
  cannot: { stop: notOurs, delete: notOurs, resize: notOurs, grow: notOurs, recreate: notOurs, pull: notOurs },
};

/** A cluster that others share, in the shape of ours: one namespace, the user's own credentials, images by a registry. */
export async function describeSharedCluster(host: Host, request: SharedRequest): Promise<PreparedCluster> {
  const { context, registry, sparkImage, signal } = request;
  const [kubectl, skaffold] = await Promise.all(
    (['kubectl', 'skaffold'] as const).map(async (name) => (await findTool(host, name, signal)).found?.path),
  );
  if (kubectl === undefined || skaffold === undefined) {
    throw new SparkDevError('TOOL_MISSING', 'kubectl and skaffold are not both there', {
      fix: ['spark-dev init --yes brings them', 'spark-dev doctor'],
    });
  }
  return {
    provider: sharedCapabilities,
    storage: 'default',
    context: context.name,
    kubeconfig: context.file,
    namespace: requireNamespaceName(request.namespace ?? context.namespace, context.name),
    serviceAccount: jobServiceAccount,
    sparkImage,
    sparkVersion: sparkVersion.version,
    // its own proxies stay: the way to the cluster is the user's
    childEnv: {
      PATH: joinToolsPath(host, [skaffold, kubectl]),
      KUBECONFIG: context.file,
      KUBECACHEDIR: join(host.directories.cache, 'kubectl'),
    },
    kubectl,
    skaffold,
    home: await readHomeId(host.directories),
    programs: { paths: { minikube: 'minikube', skaffold, kubectl }, missing: ['minikube'] },
    ...(registry === undefined ? {} : { registry }),
    dockerEnv: () => Promise.resolve({}),
  };
}

/** Never `default` by default: what is meant for one namespace must not land in everybody's. */
function requireNamespaceName(name: string | undefined, context: string): string {
  if (name !== undefined && name !== '' && !/^kube-|^default$/.test(name)) return name;
  throw new SparkDevError('USAGE', `No namespace is named for the context ${context}`, {
    why:
      name === undefined || name === ''
        ? 'Its kubeconfig entry names none, and on a shared cluster there is none to fall back on.'
        : `${name} belongs to everybody, or to Kubernetes.`,
    fix: ['--namespace team-a'],
  });
}
