import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Check, CheckContext, Finding, Status } from './check.js';

export interface CheckResult extends Omit<Finding, 'status' | 'fix'> {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** `crash`: the check itself is broken; nothing is known. */
  readonly status: Status | 'crash';
  readonly fix: readonly string[];
  readonly tookMs: number;
}

const limitMs = 5000;

/** All checks run in parallel, five seconds each; one failure does not affect the others. */
export async function runChecks(
  host: Host,
  checks: readonly Check[],
  context: CheckContext,
  timeoutMs = limitMs,
): Promise<readonly CheckResult[]> {
  const results = await Promise.all(checks.map((check) => runCheck(host, check, context, timeoutMs)));
  context.signal.throwIfAborted();
  return results;
}

async function runCheck(host: Host, check: Check, context: CheckContext, timeoutMs: number): Promise<CheckResult> {
  const startedAt = performance.now();
  const { id, group, title } = check;
  const finding = await limit(check, host, context, timeoutMs);
  return { id, group, title, fix: [], ...finding, tookMs: Math.round(performance.now() - startedAt) };
}

async function limit(
  check: Check,
  host: Host,
  { signal, settings }: CheckContext,
  timeoutMs: number,
): Promise<Omit<Finding, 'status'> & { readonly status: CheckResult['status'] }> {
  const controller = new AbortController();
  const both = AbortSignal.any([signal, controller.signal]);
  const ended = new Promise<'ended'>((resolve) => {
    both.addEventListener('abort', () => {
      resolve('ended');
    });
  });
  const timer = setTimeout(() => {
    controller.abort();
  }, timeoutMs);
  try {
    const finding = await Promise.race([check.run(host, { signal: both, settings }), ended]);
    if (finding !== 'ended') return finding;
    return {
      status: 'fail',
      detail: `no answer within ${String(timeoutMs / 1000)} s`,
      fix: [`spark-dev doctor --only ${check.id} -vv`],
    };
  } catch (error) {
    if (error instanceof SparkDevError) {
      return {
        status: 'fail',
        detail: error.why === undefined ? error.what : `${error.what}: ${error.why}`,
        fix: error.fix,
      };
    }
    return { status: 'crash', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
