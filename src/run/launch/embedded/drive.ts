import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bestEffort } from '../../../errors/disk-error.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { Host } from '../../../ports/host.js';
import { everyExitCode, type Argv } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import type { RunOutcome } from '../../../runs/record.js';
import { inStep } from '../../../steps/apply.js';
import { explainKilledDriver } from '../../failure/explain-failure.js';
import { recordProgram } from '../../follow/run-log.js';
import { openScreen } from '../../follow/screen.js';
import type { ClassArchive } from './class-archive.js';
import { explainLocalEnd, localDriver } from './explain-end.js';
import { localEnv, type LocalSubmission } from './local-argv.js';
import { findLocalUi } from './local-ui.js';

/** A driver on this machine whose files are laid. */
interface Drive {
  readonly submission: LocalSubmission;
  readonly archive: ClassArchive;
  /** Starts it, or hands the program to one that stands by. */
  readonly argv: Argv;
  /** Of the run. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

type DriverEnd = Pick<RunOutcome, 'pi' | 'output' | 'spark' | 'ui' | 'durationsMs'>;

/** Undefined if a driver that stood by was gone, and nothing has begun. */
export async function runDriver(
  host: Host,
  { submission, archive, argv, folder, signal }: Drive,
): Promise<DriverEnd | undefined> {
  const { folders, runtime } = submission;
  const logFile = join(folder, 'driver.log');
  const startedAt = host.clock.now();
  let ui: { readonly url: string; readonly at: number } | undefined;
  const over = new AbortController();
  const untilOver = AbortSignal.any([signal, over.signal]);
  const address = findLocalUi(host, submission, (url) => {
    ui = { url, at: host.clock.now() };
    host.ui.say(`Spark UI  ${url}`);
    screen.ask(url, untilOver).catch(() => undefined);
  });
  let showTasks: (note: string) => void = () => undefined;
  const screen = openScreen(
    { host, signal },
    (note) => {
      showTasks(note);
    },
    address.see,
  );
  const program = recordProgram(host, logFile, screen.sink);
  const dropArchive = (): Promise<unknown> => bestEffort(host, archiveLost, async () => archive.drop?.());
  try {
    return await inStep(host, `Run ${submission.name} in local mode`, async (step) => {
      showTasks = step.progress;
      address.wait(untilOver).catch(() => undefined);
      program.write(`$ ${quoteArgv(argv)}\n`);
      const end = await host.runner.run(argv, {
        env: { ...localEnv(submission, host.env), [runVariable]: folder },
        cwd: host.directories.working,
        signal,
        accept: everyExitCode,
        inheritsStdin: true,
        lifeline: true,
        ...program.streams,
      });
      screen.end();
      if (end.exitCode !== 0) {
        const seen = program.seen();
        if (seen.note?.ended === 'standby') return undefined;
        const { note, log: lines } = seen;
        if (note?.ended === 'java' && note.signal !== undefined)
          throw explainKilledDriver(localDriver, note.signal, logFile);
        // the JVM writes its archive at the very end: if that fails, it exits with 1, whatever the application's code was
        const hidesCode =
          end.exitCode === 1 &&
          (note?.exitCode ?? 1) < 2 &&
          archive.keep !== undefined &&
          lines.some((line) => line.startsWith(unusableArchive));
        if (hidesCode) await dropArchive();
        throw explainLocalEnd({
          exitCode: end.exitCode,
          ...seen,
          output: seen.output ?? '',
          hidesCode,
          spark: runtime.distribution.folder,
          logFile,
        });
      }
      await bestEffort(host, archiveLost, async () => archive.keep?.());
      const endedAt = host.clock.now();
      const uiAt = ui?.at ?? endedAt;
      const { pi, output = '', spark } = program.seen();
      return {
        pi,
        output,
        spark,
        ui: { url: ui?.url },
        durationsMs: { start: uiAt - startedAt, job: endedAt - uiAt },
      };
    });
  } catch (error) {
    if (signal.aborted)
      throw new SparkDevError('INTERRUPTED', `Run ${basename(folder)} was interrupted`, { log: logFile });
    // of the JVM, or of what starts it
    const { note } = program.seen();
    const killer = error instanceof SparkDevError ? error.facts?.['signal'] : undefined;
    if (typeof killer !== 'string' || note?.ended === 'python') throw error;
    if (crashes.includes(killer)) await dropArchive();
    throw explainKilledDriver(localDriver, killer, logFile);
  } finally {
    over.abort();
    await program.close();
    await bestEffort(host, `Could not remove the run's temporary files`, async () => {
      for (const path of [folders.spill, folders.scratch]) await rm(path, { recursive: true, force: true });
    });
  }
}

/** Signals that end a JVM that mapped a damaged file. */
const crashes = ['SIGABRT', 'SIGBUS', 'SIGSEGV'];
const unusableArchive = 'Unable to use shared archive';
const archiveLost = "Could not save Spark's class archive, so the next start will be as slow as this one";
