import type { HostCapacity } from '../../kube/size.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { observeDesktop } from './observe.js';
import { planDesktopResize, type DesktopResize } from './plan-resize.js';
import { applyDesktopResize } from './resize.js';

export interface DesktopRequest {
  readonly size: Partial<HostCapacity>;
  readonly signal: AbortSignal;
}

/** Looks and plans; changes nothing. */
export async function describeDesktopResize(host: Host, { size, signal }: DesktopRequest): Promise<DesktopResize> {
  return planDesktopResize(await observeDesktop(host, signal), size, host.platform);
}

/** Says what stops before it asks; what only a person can do is in the steps of the answer, as `ask`. */
export async function changeDesktopSize(host: Host, { size, signal }: DesktopRequest): Promise<DesktopResize> {
  const facts = await observeDesktop(host, signal);
  const plan = planDesktopResize(facts, size, host.platform);
  if (plan.steps.length === 0) return plan;
  for (const { title, why } of plan.steps) host.ui.say(`  ${title}: ${why}`);
  if (plan.stops.length > 0) host.ui.warn(`These containers stop with it: ${plan.stops.join(', ')}`);
  if (!(await host.ui.confirm('Go on?'))) throw new SparkDevError('CANCELLED', 'Nothing was changed');
  await applyDesktopResize(host, facts, plan, size, signal);
  return plan;
}
