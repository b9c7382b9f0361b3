import { profileName } from '../../kube/names.js';
import { isMinikubeMade } from '../cluster-state.js';
import type { Provider } from '../provider.js';
import { minikubeCapabilities } from './capabilities.js';

/** A cluster that spark-dev creates for itself. */
export const minikube: Provider = {
  ...minikubeCapabilities,
  context: profileName,
  choice: { label: 'Its own cluster, with minikube', hint: 'spark-dev creates, resizes and removes it' },
  isMade: isMinikubeMade,
  find: async (...asked) => (await import('./access.js')).findOnMinikube(...asked),
  access: async (...asked) => (await import('./observe.js')).reachMinikube(...asked),
  observe: async (...asked) => (await import('./observe.js')).observeMinikube(...asked),
  observeDaemons: async (...asked) => (await import('./observe.js')).observeMinikubeDaemons(...asked),
  size: async (host, { programs }, signal) => (await import('./size.js')).observeSizes(host, programs, signal),
  plan: async (...asked) => (await import('./plan.js')).planMinikube(...asked),
  apply: async (...asked) => (await import('./apply.js')).applyMinikube(...asked),
  removeRuins: async (...asked) => (await import('../delete-cluster.js')).removeRuins(...asked),
  keep: async ({ directories }) => (await import('./profile-config.js')).keepProfile(directories),
  madeFrom: async (host) => (await import('../prepare/source.js')).findLastingSource(host),
  finishInterrupted: async (host, signal) => (await import('../recreate/apply.js')).finishRecreation(host, { signal }),
  planResize: async (...asked) => (await import('../resize/in-place.js')).planInitResize(...asked),
  chooseSize: async (...asked) => (await import('./resize.js')).chooseMinikubeSize(...asked),
  resize: async (...asked) => (await import('./resize.js')).resizeMinikube(...asked),
  grow: async (...asked) => (await import('../resize/in-place.js')).resizeInPlace(...asked),
  down: async (...asked) => (await import('./down.js')).takeMinikubeDown(...asked),
};
