import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CommandResult } from '../../../command.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { describePackages } from '../../../job/packages/find-requirements.js';
import { buildWith, planCompile, planRuntime } from '../../../job/build.js';
import { embedPackages } from '../packages.js';
import { chooseLocalPort } from '../../../kube/port-forward/local-port.js';
import type { Host } from '../../../ports/host.js';
import { everyExitCode, type Argv } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { recordOutcome, type RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun, runFolder, type RunIdentity } from '../../../runs/run-folder.js';
import { listStandbys, usesStandby, type Standby } from '../../../runs/standby.js';
import type { RunSpec } from '../../../runs/story.js';
import { ensureSparkRuntime, findPython, nameOfPython } from '../../../toolchain/spark/runtime.js';
import { sparkVersion } from '../../../toolchain/spark/versions.js';
import { inStep } from '../../../steps/apply.js';
import { explainKilledDriver } from '../../failure/explain-failure.js';
import { warnIfNoSpark } from '../../failure/no-spark.js';
import { recordProgram } from '../../follow/run-log.js';
import { openScreen } from '../../follow/screen.js';
import { acceptEmbedded } from './accept.js';
import { answerWithPi, type JobRun } from '../launcher.js';
import { openClassArchive, type ClassArchive } from './class-archive.js';
import { explainLocalEnd, localDriver } from './explain-end.js';
import { frontOf, localArgv, localEnv, localFiles, localFolders, type LocalSubmission } from './local-argv.js';
import { layFiles } from './lay-files.js';
import { driverFolder, leaveStandby, planStandby, takeEmbedded } from './standby.js';
import { keepsTables, tablesFolder } from './tables.js';
import { bestEffort } from '../../../errors/disk-error.js';
import { findLocalUi } from './local-ui.js';

const usualUiPort = 4040;

/** Runs Spark in one JVM on this machine, start to end; throws JOB_FAILED (exit 10) when the driver failed. */
export const embeddedLauncher = {
  /** Shows the files that the last command reads: its arguments would be visible to every user. */
  async plan(run: JobRun): Promise<CommandResult> {
    const { host, app, uiPort, spark, signal } = run;
    const { runtime, fetches } = await planRuntime(host, signal, spark);
    const { commands: compile, main } = await planCompile(run, runtime);
    const python = app.kind === 'python' ? nameOfPython(host) : undefined;
    const port = typeof uiPort === 'object' ? uiPort.preferred : (uiPort ?? usualUiPort);
    const starter = starterOf(host, python ?? (await host.runner.which('python3')));
    const resolved = { runtime, main, python, starter, packages: undefined, uiPort: port };
    const { submission } = await planSubmission(run, runFolder(host, 'RUN-ID'), resolved);
    const files = localFiles(submission);
    const commands = [...compile, localArgv(submission)];
    const shown = Object.entries(files).flatMap(([path, text]) => [
      `# in ${path}, which the last command reads:`,
      ...text.trimEnd().split('\n'),
    ]);
    return {
      data: { fetches, files, commands },
      text: [...fetches, ...describePackages(run.job), ...commands.map(quoteArgv), ...shown],
    };
  },
  async launch(request: JobRun): Promise<RunOutcome | undefined> {
    const { host, app, signal, spark = sparkVersion, standby: mode = 'off' } = request;
    const allowsStandby = mode !== 'off';
    // first, so that an unavailable port fails before any download
    const isWaitedFor = allowsStandby && (await listStandbys(host)).length > 0;
    // a driver that stands by may hold it
    let port = isWaitedFor ? undefined : await choosePort(request);
    const startedAt = host.clock.now();
    const python = app.kind === 'python' ? await findPython(host, spark, signal) : undefined;
    // a JVM needs it only to end with us
    const starter = starterOf(host, python ?? (await findPython(host, spark, signal).catch(() => undefined)));
    const runtime = await ensureSparkRuntime(host, spark, signal);
    const resolve = host.clock.now() - startedAt;
    const { main, durationsMs: built } = await buildWith(request, runtime);

    const resolved = { runtime, main, python, starter, uiPort: port ?? usualUiPort };
    const { job, packages } = await embedPackages(request, python);
    const plan = (run: RunIdentity) => planSubmission({ ...request, job }, run.folder, { ...resolved, packages });
    const next = newRun(host, app.name);
    const offer = allowsStandby ? planStandby(host, next, (await plan(next)).submission, starter[0]) : undefined;
    const launched = async (run: RunIdentity, standby?: Standby): Promise<RunOutcome | undefined> => {
      const { submission, archive } = await plan(run);
      if (standby === undefined && archive.leftOut !== undefined) host.ui.detail(archive.leftOut);
      if (standby === undefined) port ??= await choosePort(request);
      const uiPort = Number(standby?.facts['uiPort'] ?? port);
      const argv = standby === undefined ? localArgv(submission) : attachArgv(starter, run, offer?.words ?? []);
      const drive = async () => {
        if (standby === undefined) await layFiles(submission);
        return runDriver(host, { ...submission, uiPort }, archive, argv, run.folder, signal);
      };
      const driver = await inRunFolder(host, run.runId, drive, specOf(request));
      return (
        driver &&
        recordOutcome(host, run, {
          ...driver,
          target: 'local',
          appId: await readAppId(submission.folders.events),
          driver: 'local[*]',
          executors: ['driver'],
          durationsMs: { resolve, ...built, ...driver.durationsMs },
        })
      );
    };
    try {
      if (mode === 'only') return undefined;
      const standby = offer && (await takeEmbedded(host, offer));
      if (standby !== undefined) host.ui.say(usesStandby);
      const outcome = (standby && (await launched(standby, standby))) ?? (await launched(newRun(host, app.name)));
      if (outcome === undefined) throw new Error('a driver of its own always takes its program');
      return warnIfNoSpark(request, outcome);
    } finally {
      if (offer !== undefined && !signal.aborted) await leaveStandby(host, offer);
    }
  },
  answer: answerWithPi,
  accept: acceptEmbedded,
};

function specOf({ app, job, spark = sparkVersion }: JobRun): RunSpec {
  return { app: app.name, target: 'local', sparkVersion: spark.version, job };
}

/** The call of Spark in the run's folder, and the class archive that it uses. */
async function planSubmission(
  { host, job, uiPort }: JobRun,
  folder: string,
  resolved: Pick<LocalSubmission, 'runtime' | 'main' | 'python' | 'starter' | 'packages' | 'uiPort'>,
): Promise<{ readonly submission: LocalSubmission; readonly archive: ClassArchive }> {
  const folders = localFolders(folder, tablesFolder(host.directories), keepsTables(job));
  const archive = await openClassArchive(host.directories, resolved.runtime, folders.scratch, frontOf(job));
  const uiPortIsStrict = typeof uiPort === 'number';
  const submission = {
    ...resolved,
    name: job.name.written,
    job,
    uiPortIsStrict,
    folders,
    archiveOptions: archive.options,
  };
  return { submission, archive };
}

function starterOf(host: Host, python: string | undefined): readonly string[] {
  return python === undefined ? [] : [python, '-IS', join(driverFolder(host), 'driver.py')];
}

async function choosePort({ host, uiPort }: JobRun): Promise<number> {
  const { port, note } = await chooseLocalPort(usualUiPort, uiPort);
  if (note !== undefined) host.ui.warn(note);
  return port;
}

/** Hands the program to a driver that stands by. */
function attachArgv(starter: readonly string[], { folder }: RunIdentity, words: Argv): Argv {
  return [...starter, '--attach', folder, ...words];
}

type DriverEnd = Pick<RunOutcome, 'pi' | 'output' | 'spark' | 'ui' | 'durationsMs'>;

/** Undefined if a driver that stood by was gone, and nothing has begun. */
async function runDriver(
  host: Host,
  submission: LocalSubmission,
  archive: ClassArchive,
  argv: Argv,
  folder: string,
  signal: AbortSignal,
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

/** Spark names the event log after the application. */
async function readAppId(events: string): Promise<string | undefined> {
  const [name] = await readdir(events).catch(() => []);
  return name?.replace(/\.inprogress$/, '');
}
