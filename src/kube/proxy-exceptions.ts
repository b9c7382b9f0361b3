import type { Host } from '../ports/host.js';

/** This machine, the first networks that minikube's docker driver uses, Kubernetes' services and pods. */
const local = [
  'localhost',
  '127.0.0.1',
  '192.168.49.0/24',
  '192.168.58.0/24',
  '192.168.67.0/24',
  '192.168.76.0/24',
  '10.96.0.0/12',
  '10.244.0.0/16',
  '.svc',
  '.cluster.local',
];

/** Empty if no proxy is set. Both spellings, because programs differ in which of the two they read. */
export function proxyExceptions(env: Host['env'], others: readonly string[] = []): Record<string, string> {
  const hasProxy = ['http_proxy', 'https_proxy', 'all_proxy'].some((name) =>
    [env[name], env[name.toUpperCase()]].some((value) => value !== undefined && value !== ''),
  );
  if (!hasProxy) return {};
  const theirs = [env['NO_PROXY'], env['no_proxy']].flatMap((list = '') => list.split(/[,\s]+/));
  const all = [...new Set([...theirs, ...local, ...others])].filter((entry) => entry !== '').join(',');
  return { NO_PROXY: all, no_proxy: all };
}
