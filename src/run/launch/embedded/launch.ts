import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from '../../../command.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { describePackages } from '../../../job/packages/find-requirements.js';
import { buildWith, planCompile, planRuntime } from '../../../job/build.js';
import { embedPackages } from '../packages.js';
import { chooseLocalPort } from '../../../kube/port-forward/local-port.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import { recordOutcome, type RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun, runFolder, type RunIdentity } from '../../../runs/run-folder.js';
import { leavesStandby, listStandbys, standbyIsGone, usesStandby } from '../../../runs/standby.js';
import type { RunSpec } from '../../../runs/story.js';
import { ensureSparkRuntime, findPython, nameOfPython } from '../../../toolchain/spark/runtime.js';
import { sparkVersion } from '../../../toolchain/spark/versions.js';
import { warnIfNoSpark } from '../../failure/no-spark.js';
import { attachArgv } from '../hand-over.js';
import { acceptEmbedded } from './accept.js';
import { answerWithPi, type JobRun } from '../launcher.js';
import { openClassArchive, type ClassArchive } from './class-archive.js';
import { frontOf, localArgv, localFiles, localFolders, type LocalSubmission } from './local-argv.js';
import { runDriver } from './drive.js';
import { layFiles } from './lay-files.js';
import { driverFolder, leaveStandby, planStandby, takeEmbedded, type LocalStandby } from './standby.js';
import { keepsTables, tablesFolder } from './tables.js';

const usualUiPort = 4040;

/** Runs Spark in one JVM on this machine, start to end; throws JOB_FAILED (exit 10) when the driver failed. */
export const embeddedLauncher = {
  /** Shows the files that the last command reads: its arguments would be visible to every user. */
  async plan(run: JobRun): Promise<CommandResult> {
    const { host, app, spark, signal } = run;
    const { runtime, fetches } = await planRuntime(host, signal, spark);
    const { commands: compile, main } = await planCompile(run, runtime);
    const python = app.kind === 'python' ? nameOfPython(host) : undefined;
    const port = wantedPort(run);
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
    const { host, app, signal, spark = sparkVersion, standby: mode = 'off', isResident = false } = request;
    const allowsStandby = mode !== 'off';
    // a driver that stands by may hold the port; otherwise an unavailable one fails before any download
    const isWaitedFor = allowsStandby && (await listStandbys(host, 'local')).length > 0;
    const port = isWaitedFor ? undefined : await choosePort(request);
    const startedAt = host.clock.now();
    const python = app.kind === 'python' ? await findPython(host, spark, signal) : undefined;
    // a JVM needs it only to end with us
    const starter = starterOf(host, python ?? (await findPython(host, spark, signal).catch(() => undefined)));
    const runtime = await ensureSparkRuntime(host, spark, signal);
    const resolve = host.clock.now() - startedAt;
    const { main, durationsMs: built } = await buildWith(request, runtime);

    const { job, packages } = await embedPackages(request, python);
    const plan = (run: RunIdentity, uiPort: number) =>
      planSubmission({ ...request, job }, run.folder, { runtime, main, python, starter, packages, uiPort });
    const next = newRun(host, app.name);
    const offer = allowsStandby
      ? planStandby(host, next, (await plan(next, wantedPort(request))).submission, starter[0])
      : undefined;
    const launched = async (
      run: RunIdentity,
      uiPort: number,
      standby?: LocalStandby,
    ): Promise<RunOutcome | undefined> => {
      const { submission, archive } = await plan(run, uiPort);
      if (standby === undefined && archive.leftOut !== undefined) host.ui.detail(archive.leftOut);
      const drive = async () => {
        if (standby === undefined) await layFiles(submission);
        const argv =
          standby === undefined ? localArgv(submission) : attach(host, starter[0] ?? '', standby, submission);
        return runDriver(host, { submission, archive, argv, folder: run.folder, signal });
      };
      const driver = await inRunFolder(host, run.runId, drive, specOf(request));
      if (driver === undefined) return undefined;
      return recordOutcome(host, run, {
        ...driver,
        target: 'local',
        // one that stood by has an event log before it has a program
        appId: standby && driver.spark === 'nothing' ? undefined : await readAppId(submission.folders.events),
        driver: 'local[*]',
        executors: ['driver'],
        durationsMs: { resolve, ...built, ...driver.durationsMs },
      });
    };
    let servedOn: number | undefined;
    try {
      if (mode === 'only') return undefined;
      const standby = offer && (await takeEmbedded(host, offer));
      if (standby !== undefined) {
        host.ui.say(usesStandby);
        servedOn = standby.facts.uiPort;
        const served = await launched(standby, standby.facts.uiPort, standby);
        if (served !== undefined) return warnIfNoSpark(request, served);
        host.ui.say(standbyIsGone);
      }
      const outcome = await launched(newRun(host, app.name), port ?? (await choosePort(request)));
      if (outcome === undefined) throw new Error('a driver of its own always takes its program');
      return warnIfNoSpark(request, outcome);
    } finally {
      if (offer !== undefined && !signal.aborted) {
        if (servedOn === undefined && mode !== 'only' && !isResident) host.ui.say(leavesStandby);
        await leaveStandby(host, offer, { servedOn, isOwned: isResident });
      }
    }
  },
  answer: answerWithPi,
  accept: acceptEmbedded,
};

function specOf({ app, job, spark = sparkVersion }: JobRun): RunSpec {
  return { app: app.name, target: 'local', sparkVersion: spark.version, job: { ...job, sources: undefined } };
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

function wantedPort({ uiPort }: JobRun): number {
  return typeof uiPort === 'object' ? uiPort.preferred : (uiPort ?? usualUiPort);
}

/** Hands the program to a driver that stands by. */
function attach(host: Host, python: string, { folder }: RunIdentity, { main, job }: LocalSubmission): Argv {
  const program = 'at' in main && main.at.where !== 'remote' ? main.at.path : '';
  return attachArgv(main, job, { python, driver: driverFolder(host), folder, program });
}

async function choosePort({ host, uiPort }: JobRun): Promise<number> {
  const { port, note } = await chooseLocalPort(usualUiPort, uiPort);
  if (note !== undefined) host.ui.warn(note);
  return port;
}

/** Spark names the event log after the application. */
async function readAppId(events: string): Promise<string | undefined> {
  const [name] = await readdir(events).catch(() => []);
  return name?.replace(/\.inprogress$/, '');
}
