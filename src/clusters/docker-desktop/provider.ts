import type { Provider } from '../provider.js';
import { desktopCapabilities } from './capabilities.js';

/** Docker Desktop's Kubernetes: it belongs to the user, and spark-dev prepares a namespace in it. */
export const dockerDesktop: Provider = {
  ...desktopCapabilities,
  context: desktopCapabilities.name,
  choice: { label: 'Docker Desktop', hint: 'your cluster; spark-dev adds only a namespace' },
  isOffered: async (...asked) => (await import('./observe.js')).isDesktopInstalled(...asked),
  find: async (...asked) => (await import('./find.js')).findOnDesktop(...asked),
  access: async (host, signal) => {
    const answer = await (await import('./find.js')).findOnDesktop(host, { signal, timeoutMs: 15_000 });
    return 'found' in answer ? answer.found : undefined;
  },
  observe: async (host, signal) => (await import('./observe.js')).observeDesktopStatus(host, signal),
  observeDaemons: async (...asked) => (await import('./access.js')).observeDesktopDaemons(...asked),
  size: async (...asked) => (await import('./size.js')).observeDesktopSize(...asked),
  useDocker: async (...asked) => (await import('./access.js')).useDesktopDocker(...asked),
  plan: async (...asked) => (await import('./plan.js')).planDesktopPreparation(...asked),
  resize: async (...asked) => (await import('./resize.js')).resizeDesktop(...asked),
};
