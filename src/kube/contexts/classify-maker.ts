import type { ReadContext } from './read-contexts.js';

export type ContextMaker = 'minikube' | 'docker-desktop' | 'kind' | 'k3d' | 'other';

/** Who made it, judged by all its fields: a name proves nothing if the server is elsewhere. */
export function classifyMaker(context: ReadContext, isLocal: boolean): ContextMaker {
  const { name, cluster, user, extensionProviders, certificateAuthority = '' } = context;
  if (extensionProviders.includes('minikube.sigs.k8s.io') || /[/\\]\.minikube[/\\]/.test(certificateAuthority))
    return 'minikube';
  if (!isLocal) return 'other';
  if (/^docker-(for-)?desktop$/.test(cluster) && /^docker-(for-)?desktop$/.test(user)) return 'docker-desktop';
  if (name.startsWith('kind-') && cluster === name && user === name) return 'kind';
  if (name.startsWith('k3d-') && cluster === name && user === `admin@${name}`) return 'k3d';
  return 'other';
}
