import { copyFile, realpath, rename, rm } from 'node:fs/promises';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { showCapacity } from '../../kube/size.js';
import { startArgv, stopArgv } from './argv.js';
import { backupOf, observeMachine, type ObservedDesktop } from './observe.js';
import { hasTarget, startWithinSeconds, stopWithinSeconds, type DesktopResize, type FileEdit } from './plan-resize.js';
import type { SettingsRequest } from './settings.js';
import { inStep } from '../../steps/apply.js';
import { replaceFile } from '../../files/replace-file.js';

const verifyWithinMs = 120_000;
const spareMs = 30_000;

/** Does the plan; when Docker Desktop does not come up with the new size, the old settings are put back and it is started again. */
export async function applyDesktopResize(
  host: Host,
  facts: ObservedDesktop,
  plan: DesktopResize,
  request: SettingsRequest,
  signal: AbortSignal,
): Promise<void> {
  const { edit } = plan;
  if (edit === undefined) return;
  if (facts.wsl !== undefined) {
    await keepCopy(edit);
    await writeSettings(edit.path, edit.after);
    await rm(backupOf(edit.path), { force: true });
    return;
  }
  await stop(host, signal).catch((error: unknown) => {
    // one that does not run cannot be stopped
    if (facts.machine !== undefined || signal.aborted) throw error;
  });
  // what was cut short before left the true copy already
  if (!facts.unfinished) await keepCopy(edit);
  await writeSettings(edit.path, edit.after);
  try {
    await startAndVerify(host, facts, request, signal);
  } catch (error) {
    if (!signal.aborted) await rollBack(host, facts, edit, error);
    throw error;
  }
  await rm(backupOf(edit.path), { force: true });
}

async function startAndVerify(
  host: Host,
  facts: ObservedDesktop,
  request: SettingsRequest,
  signal: AbortSignal,
): Promise<void> {
  await inStep(host, 'Start Docker Desktop', () => start(host, signal));
  const deadline = host.clock.now() + verifyWithinMs;
  for (;;) {
    const machine = await observeMachine(host, facts.context, signal);
    if (machine !== undefined && hasTarget(machine, request)) return;
    if (host.clock.now() > deadline) throw wrongSize(machine);
    await host.clock.sleep(3000, signal);
  }
}

/** Said in any case: whoever reads the error must know in which state Docker Desktop is left. */
async function rollBack(host: Host, facts: ObservedDesktop, edit: FileEdit, cause: unknown): Promise<never> {
  host.ui.warn('Docker Desktop did not come up with the new size; the old settings come back');
  const signal = new AbortController().signal;
  const why = cause instanceof SparkDevError ? (cause.why ?? cause.what) : String(cause);
  try {
    await stop(host, signal).catch(() => undefined);
    await rename(backupOf(edit.path), await realpath(edit.path));
    await start(host, signal);
    if ((await observeMachine(host, facts.context, signal)) === undefined) throw wrongSize(undefined);
  } catch (error) {
    throw new SparkDevError('ENGINE_SILENT', 'Docker Desktop starts neither with the new size nor with the old one', {
      why,
      fix: [`The old settings: ${backupOf(edit.path)} or ${edit.path}`, 'docker desktop diagnose'],
      cause: error,
    });
  }
  throw new SparkDevError(
    'RESOURCES_SHORT',
    'Docker Desktop did not come up with the new size; it runs with the old one again',
    {
      why,
      fix: ['Ask for less: spark-dev cluster resize --memory …'],
      cause,
    },
  );
}

async function stop(host: Host, signal: AbortSignal): Promise<void> {
  await inStep(host, 'Stop Docker Desktop', async () => {
    await host.runner.run(stopArgv(stopWithinSeconds), { signal, timeoutMs: stopWithinSeconds * 1000 + spareMs });
  });
}

async function start(host: Host, signal: AbortSignal): Promise<void> {
  await host.runner.run(startArgv(startWithinSeconds), { signal, timeoutMs: startWithinSeconds * 1000 + spareMs });
}

async function keepCopy({ path }: FileEdit): Promise<void> {
  await copyFile(path, backupOf(path)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(path, error);
  });
}

/** A symbolic link stays one. */
async function writeSettings(path: string, text: string): Promise<void> {
  try {
    await replaceFile(await realpath(path).catch(() => path), text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): SparkDevError {
  return new SparkDevError('DISK_WRITE_FAILED', `${path} cannot be written`, {
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
