import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Preparation } from '../prepare/preparation.js';
import { planResizeInPlace, readUnfinishedResize, type ResizeRequest } from './in-place.js';
import type { ResizeStep } from './plan.js';

/** What init has to do about the size of a cluster that is there already. */
export interface InitResize {
  readonly steps: readonly ResizeStep[];
  /** Before all else where it can be seen what is to be done, so that a stopped cluster starts in its new size. */
  readonly when: 'first' | 'last';
}

/** Undefined where it has the size asked for, or nobody asked for one, and no resize was cut short. */
export async function planInitResize(
  host: Host,
  { seen: { observed } }: Preparation,
  request: ResizeRequest,
): Promise<InitResize | undefined> {
  const isAsked = Object.keys(request.size).length > 0;
  if (observed.profile === 'absent' || (!isAsked && (await readUnfinishedResize(host)) === undefined)) return undefined;
  const isSeen = observed.engineAnswers && (observed.profile === 'running' || observed.profile === 'stopped');
  if (!isSeen) return { steps: [], when: 'last' };
  try {
    const { steps, isResumed } = await planResizeInPlace(host, request);
    return steps.length === 0 && !isResumed ? undefined : { steps, when: 'first' };
  } catch (error) {
    if (isAsked || !(error instanceof SparkDevError) || error.code !== 'RESOURCES_SHORT') throw error;
    // what was cut short must not keep anybody from the cluster that there is
    host.ui.warn(`The resize that was cut short waits: ${error.what}. ${error.why ?? ''}`);
    return undefined;
  }
}
