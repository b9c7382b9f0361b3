/** The parts of a context that the classification needs. */
export interface ContextShape {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly certificateAuthority: string | undefined;
  /** minikube's extension next to the server. */
  readonly extensionProviders: readonly string[];
  readonly isLocal: boolean;
}

export type ContextMaker = 'minikube' | 'docker-desktop' | 'kind' | 'k3d' | 'other';

/** Who made it, judged by all its fields: a name proves nothing if the server is elsewhere. */
export function classifyMaker(shape: ContextShape): ContextMaker {
  const { context, cluster, user, isLocal } = shape;
  const isMinikube =
    shape.extensionProviders.includes('minikube.sigs.k8s.io') ||
    /[/\\]\.minikube[/\\]/.test(shape.certificateAuthority ?? '');
  if (isMinikube) return 'minikube';
  if (!isLocal) return 'other';
  if (/^docker-(for-)?desktop$/.test(cluster) && /^docker-(for-)?desktop$/.test(user)) return 'docker-desktop';
  if (context.startsWith('kind-') && cluster === context && user === context) return 'kind';
  if (context.startsWith('k3d-') && cluster === context && user === `admin@${context}`) return 'k3d';
  return 'other';
}
