import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectl, runKubectl } from '../kube/kubectl.js';
import { nameCase } from './case-names.js';
import type { CaseRun } from './case-run.js';
import { injectCaseFault, type VerifyCase } from './case.js';
import { gatherEvidence } from './gather-evidence.js';
import { classifyCase } from './classify.js';
import { podName } from './pod-history.js';
import { removeCase } from './remove-case.js';

export interface CaseEnd {
  readonly failures: readonly string[];
  /** What could not be removed. */
  readonly leftovers: readonly string[];
  readonly namespace: string;
  readonly folder: string;
  readonly executors: readonly string[];
}

/** Creates the namespace, runs the case and deletes everything, or warns about leftovers. Throws when interrupted. */
export async function runCase(whole: VerifyCase, run: CaseRun): Promise<CaseEnd> {
  const one = run.isSabotaged ? injectCaseFault(whole) : whole;
  const { storage, home } = run.cluster;
  const names = nameCase(one.id, randomBytes(2).toString('hex'), { ...run, storage, home });
  const folder = join(run.folder, one.id);
  await mkdir(folder, { recursive: true });
  const watching = new AbortController();
  const leftovers: string[] = [];
  const end = { leftovers, namespace: names.namespace, folder };
  let hasEnd = false;
  try {
    const evidence = await gatherEvidence(one, names, folder, run, AbortSignal.any([run.signal, watching.signal]));
    const failures = classifyCase(one, names, run.heapMb, evidence);
    if (failures.length > 0) await describePods(run, names.namespace, folder);
    hasEnd = true;
    return { ...end, failures, executors: evidence.executors.map(podName) };
  } finally {
    watching.abort();
    leftovers.push(...(await removeCase(one, names, run)));
    // otherwise they would go unreported
    for (const left of hasEnd ? [] : leftovers) run.host.ui.warn(`${one.id}: ${left} (spark-dev clean removes it)`);
  }
}

/** Saves what the cluster knows about these pods, for debugging. */
async function describePods({ host, cluster }: CaseRun, namespace: string, folder: string): Promise<void> {
  const asked = [
    ['describe.txt', ['describe', 'pods,jobs']],
    ['pods.json', ['get', 'pods', '--output=json']],
    ['events.txt', ['get', 'events', '--sort-by=.lastTimestamp']],
  ] as const;
  for (const [file, words] of asked) {
    const options = { timeoutMs: 30_000, stdoutFile: join(folder, file) };
    await runKubectl({ host, cluster }, kubectl(cluster, namespace).argv(...words), options).catch(() => undefined);
  }
}
