import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';

/** The cluster and the world, as everything here reaches them. */
export interface NamespaceSession {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly signal: AbortSignal;
}

const answerWithinMs = 15_000;

export async function ask({ host, cluster, signal }: NamespaceSession, argv: Argv, input?: string): Promise<string> {
  const options = { env: cluster.childEnv, signal, timeoutMs: answerWithinMs };
  return (await host.runner.run(argv, input === undefined ? options : { ...options, input })).stdout;
}
