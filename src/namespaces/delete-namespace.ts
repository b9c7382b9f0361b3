import { SparkDevError } from '../errors/spark-dev-error.js';
import { listContents } from './contents.js';
import { explainStuck } from './explain-stuck.js';
import { observeNamespace } from './observe-namespace.js';
import type { NamespaceSession } from './session.js';
import { planDeletion, runAll } from './plan-namespace.js';

/** Deletes and waits; one that does not end is explained and left to end. */
export async function deleteNamespace(
  session: NamespaceSession,
  name: string,
  inUse: boolean,
  timeoutS: number,
): Promise<void> {
  const { host, cluster, signal } = session;
  try {
    await runAll(host, cluster, planDeletion(cluster, name, inUse, timeoutS), signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    const seen = await observeNamespace(session, name);
    if (seen?.isTerminating === true) throw explainStuck(cluster, seen, await listContents(session, name));
    if (seen !== undefined) throw error;
  }
}
