import type { Host } from '../../ports/host.js';
import type { HostCapacity } from '../../kube/size.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { bringEngineUp } from '../prepare/apply.js';
import { awaitOrphans } from '../await-orphans.js';
import { readRecreation, recreationSteps, type RecreationRecord, type RecreationStep } from './record.js';
import { rollBack, runRecreation, type RecreationRun } from './run-recreation.js';

/**
 * Brings a recreation that was cut short to its end, before anything else is looked at: until the old cluster is deleted
 * back to that one, from then on to the new one. Answers what it came to. To be called with the lock held.
 */
export async function finishRecreation(
  host: Host,
  run: RecreationRun & { readonly size?: Partial<HostCapacity> },
): Promise<'nothing' | 'rolled back' | 'finished'> {
  const record = await readRecreation(host);
  if (record === undefined) return 'nothing';
  const begun = isPast(record.step, 'delete');
  host.ui.warn(
    begun
      ? 'An earlier recreation of the cluster was cut short; what it saved is put back first'
      : 'An earlier recreation of the cluster was cut short before anything was deleted; what it paused goes on',
  );
  await awaitOrphans(host, run.signal);
  const engine = await observeEngine(host, run.signal);
  if (engine.daemon.kind !== 'answers') await bringEngineUp(host, run);
  if (!begun) {
    await rollBack(host, record, run);
    return 'rolled back';
  }
  await runRecreation(host, resumeAt(record, run.size), run);
  return 'finished';
}

/** What differed is put back once more. A cluster that is still to be started can have another size. */
function resumeAt(record: RecreationRecord, size: Partial<HostCapacity> | undefined): RecreationRecord {
  const step = record.step === 'verify' ? 'restore-images' : record.step;
  if (size === undefined || isPast(step, 'restore-images')) return { ...record, step };
  return { ...record, step, plan: { ...record.plan, size: { ...record.plan.size, ...size } } };
}

function isPast(step: RecreationStep, mark: RecreationStep): boolean {
  return recreationSteps.indexOf(step) >= recreationSteps.indexOf(mark);
}
