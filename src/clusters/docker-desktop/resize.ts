import { copyFile, realpath, rename, rm } from 'node:fs/promises';
import { SparkDevError, codeOf } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { showCapacity, type HostCapacity } from '../../kube/size.js';
import {
  hasTarget,
  planDesktopResize,
  type DesktopResize,
  type DesktopStep,
  type FileEdit,
  showEdit,
  startDesktop,
  stopDesktop,
} from './plan-resize.js';
import { applySteps, inStep } from '../../steps/apply.js';
import { waitFor } from '../../time/wait-for.js';
import type { CommandResult } from '../../command.js';
import { withLock } from '../../journal/lock.js';
import { showSteps } from '../../steps/show.js';
import type { ResizeCall, SizeRequest } from '../provider.js';
import { observeDesktop, observeMachine, type ObservedDesktop, backupOf } from './machine.js';
import { replaceFile } from '../../files/paths.js';

const verifyWithinMs = 120_000;

/** `cluster resize` for Docker Desktop; it lists the containers that stop and asks first. */
export async function resizeDesktop(host: Host, call: ResizeCall): Promise<CommandResult> {
  const { dryRun, lock, signal } = call;
  if (dryRun) {
    const { steps, edit, stops, target } = planDesktopResize(
      await observeDesktop(host, signal),
      call.size,
      host.platform,
    );
    const shown = [...showSteps(steps), ...(edit === undefined ? [] : showEdit(edit))];
    return { data: { steps, stops, after: target }, text: steps.length === 0 ? [desktopHas(target)] : shown };
  }
  const { steps, stops, target } = await withLock(host, { ...lock, signal }, () => changeDesktopSize(host, call));
  const left = steps.find(({ id }) => id === 'ask');
  return {
    data: { changed: steps.map(({ id }) => id), stops, after: target, ask: left?.title ?? null },
    text: [left === undefined ? desktopHas(target) : `The new size is written. Remaining step: ${left.title}`],
  };
}

function desktopHas(size: HostCapacity): string {
  return `Docker Desktop has ${showCapacity(size)}`;
}

/** Lists what stops before it asks; steps that only the user can do are in the answer, as `ask`. */
async function changeDesktopSize(host: Host, { size, signal }: SizeRequest): Promise<DesktopResize> {
  const facts = await observeDesktop(host, signal);
  const plan = planDesktopResize(facts, size, host.platform);
  if (plan.steps.length === 0) return plan;
  for (const { title, why } of plan.steps) host.ui.say(`  ${title}: ${why}`);
  if (plan.stops.length > 0) host.ui.warn(`These containers will stop: ${plan.stops.join(', ')}`);
  if (!(await host.ui.confirm('Continue?'))) throw new SparkDevError('CANCELLED', 'Nothing was changed');
  await applyDesktopResize(host, facts, plan, size, signal);
  return plan;
}

/** Applies the plan; if Docker Desktop does not start with the new size, restores the old settings and starts it again. */
export async function applyDesktopResize(
  host: Host,
  facts: ObservedDesktop,
  { edit, steps }: DesktopResize,
  request: Partial<HostCapacity>,
  outer: AbortSignal,
): Promise<void> {
  if (edit === undefined) return;
  const done = new Set<DesktopStep['id']>();
  const appliers: Readonly<Record<DesktopStep['id'], (signal: AbortSignal) => Promise<void>>> = {
    stop: (signal) => call(host, stopDesktop, signal),
    // an interrupted call already left the true backup
    backup: () => (facts.unfinished && facts.wsl === undefined ? Promise.resolve() : keepCopy(edit)),
    edit: () => writeSettings(edit.path, edit.after),
    start: (signal) => call(host, startDesktop, signal),
    verify: (signal) => verify(host, facts, request, signal),
    // only the user can do it; the answer names it
    ask: () => Promise.resolve(),
  };
  try {
    await applySteps(host, steps, {
      signal: outer,
      apply: ({ id }, { signal }) => appliers[id](signal),
      isQuiet: ({ id }) => id !== 'stop' && id !== 'start',
      onDone: ({ id }) => done.add(id),
      onFailure: ({ id }, error, running) => {
        // skip the stop if it is not running
        if (id !== 'stop' || facts.machine !== undefined || outer.aborted) throw error;
        running.failed();
      },
    });
  } catch (error) {
    if (done.has('edit') && facts.wsl === undefined && !outer.aborted) await rollBack(host, facts, edit, error);
    throw error;
  }
  await rm(backupOf(edit.path), { force: true });
}

async function verify(
  host: Host,
  facts: ObservedDesktop,
  request: Partial<HostCapacity>,
  signal: AbortSignal,
): Promise<void> {
  const isRight = (found: ObservedDesktop['machine']): boolean => found !== undefined && hasTarget(found, request);
  const machine = await waitFor(host.clock, () => observeMachine(host, facts.context, signal), {
    until: isRight,
    ...{ everyMs: 3000, timeoutMs: verifyWithinMs, signal },
  });
  if (!isRight(machine)) throw wrongSize(machine);
}

/** Always printed: the user must know the state of Docker Desktop. */
async function rollBack(host: Host, facts: ObservedDesktop, edit: FileEdit, cause: unknown): Promise<never> {
  host.ui.warn('Docker Desktop did not start with the new size; restoring the old settings');
  const signal = new AbortController().signal;
  const why = cause instanceof SparkDevError ? (cause.why ?? cause.what) : String(cause);
  try {
    await inStep(host, 'Stop Docker Desktop', () => call(host, stopDesktop, signal)).catch(() => undefined);
    await rename(backupOf(edit.path), await realpath(edit.path));
    await call(host, startDesktop, signal);
    if ((await observeMachine(host, facts.context, signal)) === undefined) throw wrongSize(undefined);
  } catch (error) {
    throw new SparkDevError('ENGINE_SILENT', 'Docker Desktop starts with neither the new nor the old size', {
      why,
      fix: [`The old settings are in ${backupOf(edit.path)} or ${edit.path}`, 'docker desktop diagnose'],
      cause: error,
    });
  }
  throw new SparkDevError(
    'RESOURCES_SHORT',
    'Docker Desktop did not start with the new size; it runs with the old one again',
    {
      why,
      fix: ['Choose a smaller size: spark-dev cluster resize --memory …'],
      cause,
    },
  );
}

async function call(host: Host, { argv, timeoutMs }: typeof stopDesktop, signal: AbortSignal): Promise<void> {
  await host.runner.run(argv, { signal, timeoutMs });
}

async function keepCopy({ path }: FileEdit): Promise<void> {
  await copyFile(path, backupOf(path)).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error);
  });
}

/** Keeps a symbolic link. */
async function writeSettings(path: string, text: string): Promise<void> {
  try {
    await replaceFile(await realpath(path).catch(() => path), text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): SparkDevError {
  return new SparkDevError('DISK_WRITE_FAILED', `Cannot write ${path}`, {
    why: String((cause as NodeJS.ErrnoException).code ?? cause),
    fix: [`ls -l ${path}`, 'Set the size in Docker Desktop: Settings → Resources'],
    cause,
  });
}

function wrongSize(machine: ObservedDesktop['machine']): SparkDevError {
  return new SparkDevError('TIMED_OUT', 'Docker Desktop does not have the new size', {
    why: machine === undefined ? 'Its daemon does not answer.' : `It has ${showCapacity(machine)}.`,
    fix: ['docker desktop status'],
  });
}
